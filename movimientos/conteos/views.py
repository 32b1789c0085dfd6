"""The pages of counts: the list, a new one, its progress and review, and what changes its state."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventario.dominio.campos import entero_ascii
from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.paginas.formularios import poner_errores
from inventario.paginas.listas import Pagina, paginar, paginar_por_clave, responder_lista
from inventario.paginas.solicitud import Solicitud
from lotes.models import Almacen
from productos.models import Categoria, Producto

from ..forms import clave_usada, sello
from ..models import Operacion
from . import aprobacion, hallazgos, lectura, services
from .filters import ConteoFilter, LineaFilter
from .forms import AperturaForm, NotaForm
from .models import Conteo, LineaDelConteo

# Where the report of a count is: it lives in an app above, which says so (`reportes.apps`).
informes: list[Callable[[Conteo], str]] = []
RELACIONES = ("almacen", "abierto_por", "cerrado_por", "aprobado_por")
TIENE_INFORME = (Conteo.Estado.CERRADO, Conteo.Estado.APROBANDO, Conteo.Estado.APROBADO)


@require_GET
@permission_required("movimientos.view_conteo", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    filtro = ConteoFilter(request.GET, Conteo.objects.select_related(*RELACIONES))
    varios = Almacen.objects.hay_varios()
    return responder_lista(
        request, "movimientos/conteos/lista.html", filtro, paginador=paginar_por_clave, varios_almacenes=varios
    )


@require_http_methods(["GET", "POST"])
@permission_required("movimientos.contar", raise_exception=True)
def nuevo(request: Solicitud) -> HttpResponse:
    """Open a session. A link may say which lots, of which SKU, category, class or age."""
    dicho: dict[str, Any] = {
        c: request.GET[c] for c in ("lotes", "skus", "categoria", "sin_contar", "almacen") if c in request.GET
    }
    dicho |= {"clases": request.GET.getlist("clases")}
    formulario = AperturaForm(request.POST) if request.method == "POST" else AperturaForm(initial=dicho)
    estado = 200 if request.method == "GET" else 422
    if formulario.is_valid():
        try:
            conteo = services.abrir(formulario.apertura(**sello(request)), usuario=request.user)
        except ClaveReutilizada:
            estado = clave_usada(formulario)
        except (DatosInvalidos, ErrorDeDominio) as error:
            estado = poner_errores(formulario, error)
        else:
            return redirect("movimientos:conteo", conteo.pk)
    cuantos = len(str(formulario["lotes"].value() or "").split(",")) if formulario["lotes"].value() else 0
    contexto = {"formulario": formulario, "lotes": cuantos, "varios_almacenes": Almacen.objects.hay_varios()}
    return render(request, "movimientos/conteos/nuevo.html", contexto, status=estado)


def el_conteo(pk: int) -> Conteo:
    return get_object_or_404(Conteo.objects.select_related(*RELACIONES), pk=pk)


@require_GET
@permission_required("movimientos.view_conteo", raise_exception=True)
def conteo(request: Solicitud, pk: int) -> HttpResponse:
    return _mostrar(request, el_conteo(pk), NotaForm())


def _mostrar(request: Solicitud, conteo: Conteo, formulario: NotaForm, estado: int = 200) -> HttpResponse:
    """Its progress, its lines, what it found elsewhere, and what may be done with it now."""

    def paginar_vistas(peticion: HttpRequest, filas: Any) -> Pagina:
        pagina = paginar(peticion, filas)
        vistas = lectura.ver(conteo, pagina.filas, request.user)
        return replace(pagina, filas=vistas)

    revisa = request.user.has_perm("movimientos.ajustar")
    respuesta = responder_lista(
        request,
        "movimientos/conteos/conteo.html",
        LineaFilter(request.GET, lectura.lineas(conteo), conteo=conteo),
        paginador=paginar_vistas,
        conteo=conteo,
        avance=SimpleLazyObject(lambda: lectura.avance(conteo)),
        alcance=_alcance(conteo),
        propuestas=SimpleLazyObject(lambda: hallazgos.propuestas(conteo) if revisa else []),
        operaciones=SimpleLazyObject(lambda: aprobacion.operaciones(conteo) if conteo.aprobado_por_id else []),
        informe=next((donde(conteo) for donde in informes), "") if conteo.estado in TIENE_INFORME else "",
        formulario=formulario,
        varios_almacenes=True,
        hoy=timezone.localdate(),
    )
    respuesta.status_code = estado if respuesta.status_code == 200 else respuesta.status_code
    return respuesta


def _numero(n: int) -> str:
    return number_format(n, force_grouping=True)


def _alcance(conteo: Conteo) -> list[str]:
    """What it counts, in words."""
    a, dicho = conteo.alcance, []
    if categoria := Categoria.objects.filter(pk=a.get("categoria")).first():
        dicho.append(_("Categoría: %(categoria)s") % {"categoria": categoria})
    if a.get("clases"):
        dicho.append(_("Clase %(clases)s") % {"clases": ", ".join(a["clases"])})
    if a.get("productos"):
        skus = Producto.objects.filter(pk__in=a["productos"]).order_by("sku").values_list("sku", flat=True)
        dicho.append(", ".join(skus[:10]) + ("…" if len(a["productos"]) > 10 else ""))
    if a.get("lotes"):
        n = len(a["lotes"])
        dicho.append(ngettext("%(n)s lote elegido", "%(n)s lotes elegidos", n) % {"n": _numero(n)})
    if a.get("sin_contar") is not None:
        n = a["sin_contar"]
        dicho.append(
            ngettext("Sin contar desde hace %(n)s día", "Sin contar desde hace %(n)s días", n) % {"n": _numero(n)}
        )
    return dicho or [_("Todo el almacén")]


def _pasar(request: Solicitud, pk: int, servicio: Callable[..., Any], hecho: str, **extra: Any) -> HttpResponse:
    """Have `servicio` change the state, and show the session again: with what it refused, as it was."""
    conteo, formulario = el_conteo(pk), NotaForm(request.POST)
    if not formulario.is_valid():
        return _mostrar(request, conteo, formulario, 422)
    try:
        servicio(conteo, usuario=request.user, nota=formulario.cleaned_data["nota"], **extra)
    except ClaveReutilizada:
        return _mostrar(request, conteo, formulario, clave_usada(formulario))
    except (DatosInvalidos, ErrorDeDominio) as error:
        estado = poner_errores(formulario, error)
        return _mostrar(request, el_conteo(pk), formulario, estado)
    messages.success(request, hecho)
    return redirect("movimientos:conteo", pk)


@require_POST
@permission_required("movimientos.contar", raise_exception=True)
def cerrar(request: Solicitud, pk: int) -> HttpResponse:
    return _pasar(request, pk, services.cerrar, _("El conteo quedó en revisión."))


@require_POST
@permission_required("movimientos.ajustar", raise_exception=True)
def reabrir(request: Solicitud, pk: int) -> HttpResponse:
    return _pasar(request, pk, services.reabrir, _("El conteo está abierto otra vez."))


@require_POST
@permission_required("movimientos.ajustar", raise_exception=True)
def cancelar(request: Solicitud, pk: int) -> HttpResponse:
    return _pasar(request, pk, services.cancelar, _("El conteo se canceló: no cambió ninguna existencia."))


@require_POST
@permission_required("movimientos.ajustar", raise_exception=True)
def aprobar(request: Solicitud, pk: int) -> HttpResponse:
    hecho = _("El conteo se aprobó: las diferencias ya están en las existencias.")
    return _pasar(request, pk, aprobacion.aprobar, hecho, **sello(request))


@require_POST
@permission_required("movimientos.ajustar", raise_exception=True)
def traer(request: Solicitud, pk: int) -> HttpResponse:
    """Bring in the books what was found here and another warehouse has."""
    lineas = LineaDelConteo.objects.select_related("conteo")
    linea = get_object_or_404(lineas, conteo=pk, pk=entero_ascii(request.POST.get("linea", "")) or 0)
    desde = entero_ascii(request.POST.get("almacen", "")) or 0

    def traer_la(conteo: Conteo, *, usuario: Any, nota: str, **suyo: Any) -> Operacion:
        return hallazgos.trasladar(linea, desde=desde, usuario=usuario, **suyo)

    return _pasar(request, pk, traer_la, _("Trasladado en los libros."), **sello(request))
