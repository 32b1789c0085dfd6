"""The page on which people count, by scanner or by hand, and the sheet to count on paper."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventario.api.idempotencia import resumir
from inventario.dominio.campos import entero_ascii
from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.paginas.formularios import poner_errores
from inventario.paginas.solicitud import Solicitud
from lotes.rotulos import contenido, simbolo, svg

from . import lectura, numeros
from .escaneo import lote_de
from .forms import NumeroForm
from .models import Conteo, LineaDelConteo
from .views import el_conteo

SIGUIENTES = 50
LINEAS_POR_HOJA = 500


@require_http_methods(["GET", "POST"])
@permission_required("movimientos.contar", raise_exception=True)
def contar(request: Solicitud, pk: int) -> HttpResponse:
    """Take one number. conteo.js sends them from a queue, which a lost connection only delays, and asks what a code names."""
    conteo = el_conteo(pk)
    if request.method == "GET" and "codigo" in request.GET:
        return _identificar(request, conteo)
    de_cola = request.method == "POST" and request.htmx
    inicial = {"lote": request.GET.get("lote")} if request.method == "GET" else None
    formulario = NumeroForm(request.POST if request.method == "POST" else None, initial=inicial)
    estado = 200 if request.method == "GET" else 422
    if formulario.is_valid():
        try:
            linea = _apuntar(request, conteo, formulario)
        except ClaveReutilizada:
            formulario.add_error(None, _("Ese número ya se envió con otros datos."))
        except (DatosInvalidos, ErrorDeDominio) as error:
            estado = poner_errores(formulario, error)
        else:
            return _apuntado(request, conteo, linea)
    if de_cola:
        dice = [str(m) for mensajes in formulario.errors.values() for m in mensajes]
        return JsonResponse({"errores": dice}, status=estado)
    return _pagina(request, conteo, formulario, estado)


def _identificar(request: Solicitud, conteo: Conteo) -> JsonResponse:
    """What a code names: the lot, and what people read of it."""
    try:
        lote = lote_de(conteo, request.GET["codigo"][:500], timezone.localdate())
    except DatosInvalidos as error:
        return JsonResponse({"errores": [str(m) for mensajes in error.errores.values() for m in mensajes]}, status=422)
    producto = lote.producto
    caduca = lote.fecha_caducidad
    return JsonResponse(
        {
            "lote": lote.pk,
            "titulo": producto.nombre,
            "detalle": f"{producto.sku} · {lote.codigo}",
            "caduca": caduca.isoformat() if caduca else "",
        }
    )


def _apuntar(request: Solicitud, conteo: Conteo, formulario: NumeroForm) -> LineaDelConteo:
    """The age of a number grows while it waits in the queue: it is no part of what tells it from another with its key."""
    d = formulario.cleaned_data
    dicho = f"{d['lote'] or d['codigo']} {d['cantidad']}"
    clave, resumen = request.POST.get("clave") or None, resumir("POST", request.path, dicho.encode())
    if previo := numeros.ya_apuntado(usuario=request.user, clave=clave, resumen=resumen):
        return previo.linea
    lote = d["lote"] or lote_de(conteo, d["codigo"], timezone.localdate()).pk
    contado = numeros.Contado(
        lote=lote,
        cantidad=d["cantidad"],
        hace=formulario.edad,
        clave=clave,
        resumen=resumen,
    )
    [numero] = numeros.contar(conteo, [contado], usuario=request.user)
    return numero.linea


def _apuntado(request: Solicitud, conteo: Conteo, linea: LineaDelConteo) -> HttpResponse:
    if request.htmx:
        conteo.refresh_from_db(fields=["num_contadas", "num_lineas"])
        return JsonResponse({"lote": linea.lote_id, "contadas": conteo.num_contadas, "lineas": conteo.num_lineas})
    messages.success(request, _("Apuntado: %(lote)s.") % {"lote": linea.lote})
    return redirect("movimientos:contar", conteo.pk)


def _por_contar(conteo: Conteo) -> Any:
    """What is left to count now, in the order of the sheet."""
    if conteo.estado == Conteo.Estado.ABIERTO:
        return conteo.lineas.filter(estado=LineaDelConteo.Estado.SIN_CONTAR)
    return conteo.lineas.por_resolver() if conteo.estado == Conteo.Estado.CERRADO else conteo.lineas.none()


def _pagina(request: Solicitud, conteo: Conteo, formulario: NumeroForm, estado: int) -> HttpResponse:
    faltan = _por_contar(conteo).select_related("lote", "producto").order_by("orden", "pk")[:SIGUIENTES]
    lote = entero_ascii(str(formulario["lote"].value() or ""))
    elegida = conteo.lineas.filter(lote=lote).select_related("lote", "producto").first() if lote else None
    contexto = {
        "conteo": conteo,
        "formulario": formulario,
        "siguientes": faltan,
        "elegida": elegida,
    }
    return render(request, "movimientos/conteos/contar.html", contexto, status=estado)


@require_GET
@permission_required("movimientos.view_conteo", raise_exception=True)
def hoja(request: Solicitud, pk: int) -> HttpResponse:
    """The sheet to print: at most 500 lines, and the way to the next ones. A code a line takes a scanner to it."""
    conteo = el_conteo(pk)
    entero = entero_ascii(request.GET.get("desde", "0"), 10**9) or 0
    pedidas = lectura.lineas(conteo).filter(orden__gt=entero)
    if "faltan" in request.GET:
        pedidas = pedidas.filter(pk__in=_por_contar(conteo).values("pk"))
    filas = list(pedidas[: LINEAS_POR_HOJA + 1])
    vistas = lectura.ver(conteo, filas[:LINEAS_POR_HOJA], request.user)
    lineas = [(v, _simbolo(v.linea, request.build_absolute_uri("/"))) for v in vistas]
    siguiente = filas[LINEAS_POR_HOJA - 1].orden if len(filas) > LINEAS_POR_HOJA else None
    contexto = {"conteo": conteo, "lineas": lineas, "siguiente": siguiente, "hoy": timezone.localdate()}
    return render(request, "movimientos/conteos/hoja.html", contexto)


def _simbolo(linea: LineaDelConteo, base: str) -> SafeString:
    """The one that the lot's own label has: every door reads it."""
    linea.lote.producto = linea.producto  # already read
    return svg.suelto(simbolo.dibujar(contenido.de_lote(linea.lote, timezone.localdate(), base).simbolo))
