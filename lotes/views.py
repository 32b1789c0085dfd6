"""The pages of lots: the list and the changes. The page of a lot is `reportes.fichas.lote`."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventario.dominio import lector
from inventario.dominio.campos import entero_ascii
from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.dominio.texto import normalizar_codigo
from inventario.paginas.filtros import BUSQUEDA_MAXIMA
from inventario.paginas.formularios import poner_errores
from inventario.paginas.solicitud import Solicitud
from inventario.paginas.tabla import mostrar
from inventario.plataforma.busqueda import que_contiene
from productos.codigos import Nombrado
from productos.models import Producto

from . import services
from .caducidad import razon_no_despachable
from .cambios import POR_CODIGO, Cambio
from .codigos import Identificado, identificar
from .etiquetas import RAZONES
from .filters import ListaDeLotes
from .forms import CaducidadForm, NotaForm
from .listas import LISTA
from .models import Almacen, Existencia, Lote

SUGERENCIAS = 20


@require_GET
@permission_required("lotes.view_lote", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    lotes = Lote.objects.select_related("producto").prefetch_related("producto__empaques").con_cantidad()
    filtro = ListaDeLotes(request.GET, lotes, hoy=hoy)
    return mostrar(request, LISTA, filtro, varios_almacenes=Almacen.objects.hay_varios())


def formulario_de(cambio: Cambio, datos: QueryDict | None = None, prefijo: str = "") -> NotaForm:
    """The form of `cambio`. With a `prefijo` its ids differ from those of the other forms of the page; its names do not."""
    clase = CaducidadForm if cambio.a is None else NotaForm
    return clase(datos, auto_id=f"id_{prefijo}_%s" if prefijo else "id_%s")


@require_http_methods(["GET", "POST"])
@permission_required("lotes.view_lote", raise_exception=True)
def cambiar(request: Solicitud, pk: int, accion: str) -> HttpResponse:
    """One change of a lot: its form as a page of its own, and where the dialogs of the lot's page post to."""
    cambio = POR_CODIGO.get(accion)
    if cambio is None:
        raise Http404
    if not request.user.has_perm(cambio.permiso):
        raise PermissionDenied(cambio.permiso)
    lote = get_object_or_404(Lote.objects.select_related("producto"), pk=pk)
    formulario = formulario_de(cambio, request.POST or None)
    estado = 200 if request.method == "GET" else 422
    if formulario.is_valid():
        try:
            services.cambiar(cambio, lote=lote, usuario=request.user, **formulario.cleaned_data)
        except (DatosInvalidos, ErrorDeDominio) as error:
            estado = poner_errores(formulario, error)
        else:
            messages.success(request, cambio.hecho)
            return redirect("lotes:detalle", lote.pk)
    contexto = {"lote": lote, "accion": cambio, "formulario": formulario}
    return render(request, "lotes/cambiar.html", contexto, status=estado)


@require_GET
@permission_required("lotes.view_lote", raise_exception=True)
def sugerencias(request: HttpRequest) -> HttpResponse:
    """The lots of a product (`producto`: its sku) with stock in `almacen`, in FEFO order. `todos`: also exhausted ones."""
    sku = normalizar_codigo(request.GET.get("producto", "").replace("\x00", "")[:BUSQUEDA_MAXIMA])
    texto = request.GET.get("q", "").replace("\x00", "")[:BUSQUEDA_MAXIMA].strip()
    hoy = timezone.localdate()
    existencias = Existencia.objects.filter(producto__sku=sku).select_related("lote", "producto")
    if texto:
        existencias = existencias.filter(que_contiene(texto, "lote__codigo"))
    almacen = entero_ascii(request.GET.get("almacen", ""))
    if almacen is not None:
        existencias = existencias.filter(almacen=almacen)
    elif "todos" not in request.GET:
        existencias = existencias.filter(almacen__predeterminado=True)
    if "todos" not in request.GET:
        existencias = existencias.con_stock()
    # The lots first, then all their balances: a limit on these would cut what there is of the last lot.
    primeros = list(Lote.objects.filter(existencias__in=existencias).distinct().en_orden_fefo()[:SUGERENCIAS])
    opciones = _opciones(existencias.filter(lote__in=primeros).en_orden_fefo(), hoy)
    contexto: dict[str, Any] = {"opciones": opciones}
    if not opciones and sku:
        contexto |= {"texto": texto, "todos": "todos" in request.GET, "en_otros": _donde_hay(sku)}
    return render(request, "lotes/_sugerencias.html", contexto)


def _donde_hay(sku: str) -> Sequence[Any]:
    """What each warehouse holds of a product."""
    hay = Existencia.objects.filter(producto__sku=sku).con_stock().order_by("almacen__nombre")
    return list(hay.values("almacen__nombre", "producto__unidad").annotate(cantidad=Sum("cantidad")))


@require_GET
@permission_required("lotes.view_lote", raise_exception=True)
def escaneado(request: HttpRequest) -> HttpResponse:
    """The one option that a scan names in a sheet: its product, with the lot, the dates and the quantity that go with it."""
    hoy = timezone.localdate()
    visto = identificar(request.GET.get("q", "").replace("\x00", "")[: lector.LARGO_MAXIMO], hoy)
    elegibles = Producto.objects.elegibles().prefetch_related("empaques").con_existencias(hoy)
    producto = elegibles.filter(pk=visto.producto.pk).first() if visto.producto else None
    leido = {
        "lote": visto.lote_codigo,
        "caduca": visto.codigo.caduca or (visto.lote.fecha_caducidad if visto.lote else None),
        "fabricado": visto.codigo.fabricado,
        "suelto": visto.lote is not None and normalizar_codigo(visto.codigo.texto) == visto.lote.codigo,
    }
    contexto: dict[str, Any] = {"opciones": [], "aviso": _por_que_no(visto)}
    if producto:
        llena = Nombrado(producto, visto.empaque).llena(visto.codigo.cantidad)
        contexto = {"opciones": [(producto, True)], "leido": leido, "llena": llena}
    return render(request, "productos/_sugerencias.html", contexto)


def _por_que_no(visto: Identificado) -> str:
    """What somebody can do about a code that names nothing; nothing of what may be no code at all."""
    if "teclado_del_lector" in visto.codigo.avisos:
        return _("El lector escribe como otro teclado: configúrelo como el de este equipo.")
    if visto.codigo.propuestas:
        return _("El lector perdió un separador del código: escriba el lote y la caducidad.")
    if "lote_ambiguo" in visto.avisos:
        return _("Varios productos tienen un lote con ese código.")
    return (
        _("El código está mal o incompleto: vuelva a leerlo.")
        if visto.codigo.tipo != "texto" and not visto.codigo.ok
        else ""
    )


def _opciones(existencias: Iterable[Existencia], hoy: date) -> list[dict[str, Any]]:
    """One option per lot, the stock of its warehouses summed."""
    lotes: dict[int, dict[str, Any]] = {}
    for x in existencias:
        opcion = lotes.setdefault(x.lote_id, {"lote": x.lote, "cantidad": 0, "unidad": x.producto.unidad})
        opcion["cantidad"] += x.cantidad
        # Of which balance a sheet of counts will say that it counted it.
        opcion["vista"] = f"{x.lote_id}:{x.almacen_id}:{x.secuencia}"
    for opcion in lotes.values():
        razon = razon_no_despachable(opcion["lote"].estado, opcion["lote"].fecha_caducidad, hoy)
        opcion |= {"razon": razon, "aviso": razon and RAZONES.get(razon)}
    return list(lotes.values())
