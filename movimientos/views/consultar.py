"""The pages on which the ledger is read, and an operation undone."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventario.cuentas.alcance import quienes_pueden
from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.paginas.formularios import negar_en_su_lugar, poner_errores
from inventario.paginas.listas import paginar_por_clave
from inventario.paginas.solicitud import Solicitud
from inventario.paginas.tabla import mostrar
from lotes.models import Almacen, Lote
from productos.models import Producto

from .. import services
from ..clases import DE_TIPO
from ..filters import MovimientoFilter, OperacionFilter
from ..forms import RevertirForm, clave_usada, sello
from ..listas import MOVIMIENTOS, OPERACIONES
from ..models import Movimiento, Operacion, Tipo
from ..peticiones import Reverso
from ..services.reverso import REVERTIR
from .registrar import registrada

LINEAS_POR_PAGINA = 500  # of an operation: all but the longest are one page, and are printed whole


@require_GET
@permission_required("movimientos.view_movimiento", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    movimientos = Movimiento.objects.select_related("producto", "lote", "almacen")
    return mostrar(
        request,
        MOVIMIENTOS,
        MovimientoFilter(request.GET, movimientos),
        paginador=paginar_por_clave,
        varios_almacenes=Almacen.objects.hay_varios(),
    )


@require_GET
@permission_required("movimientos.view_operacion", raise_exception=True)
def operaciones(request: HttpRequest) -> HttpResponse:
    cuenta = Movimiento.objects.filter(operacion=OuterRef("pk")).order_by().values("operacion").annotate(n=Count("pk"))
    operaciones = Operacion.objects.select_related("motivo", "almacen", "almacen_destino", "usuario").annotate(
        cuantas=Coalesce(Subquery(cuenta.values("n")), 0),
        esta_revertida=Exists(Operacion.objects.filter(revierte=OuterRef("pk"))),
    )
    return mostrar(
        request,
        OPERACIONES,
        OperacionFilter(request.GET, operaciones),
        paginador=paginar_por_clave,
        varios_almacenes=Almacen.objects.hay_varios(),
    )


def _operacion(pk: int) -> Operacion:
    relaciones = ("motivo", "almacen", "almacen_destino", "usuario", "revierte", "revertida_por")
    return get_object_or_404(Operacion.objects.select_related(*relaciones), pk=pk)


@require_GET
@permission_required("movimientos.view_operacion", raise_exception=True)
def operacion(request: HttpRequest, pk: int) -> HttpResponse:
    operacion = _operacion(pk)
    lineas = operacion.movimientos.select_related("producto", "lote", "almacen").prefetch_related("producto__empaques")
    pagina = Paginator(lineas.order_by("pk"), LINEAS_POR_PAGINA).get_page(request.GET.get("pagina"))
    movimientos = list(pagina)
    clase = DE_TIPO.get(operacion.tipo)
    reversible = _reversible(operacion) and bool(movimientos)
    puede = reversible and services.puede_revertir(operacion, request.user)
    contexto = {
        "operacion": operacion,
        "movimientos": movimientos,
        "pagina": pagina,
        "formulario": RevertirForm(),
        "reversible": reversible,
        "puede_revertir": puede,
        "quienes_revierten": [] if puede or not reversible else quienes_pueden(REVERTIR),
        "faltantes": _con_nombre(operacion),
        "movidas": _movidas(operacion),
        "otra": clase if clase and request.user.has_perm(clase.permiso) else None,
        "varios_almacenes": Almacen.objects.hay_varios(),
    }
    return render(request, "movimientos/operacion.html", contexto)


def _reversible(operacion: Operacion) -> bool:
    return operacion.tipo != Tipo.REVERSO and not hasattr(operacion, "revertida_por")


def _movidas(operacion: Operacion) -> list[dict]:
    """The lines of a count whose lot moved between the count and its record."""
    movidas = [x for x in (operacion.dicho or {}).get("lineas", []) if x["movido"]]
    codigos = dict(Lote.objects.filter(pk__in=[x["lote"] for x in movidas]).values_list("pk", "codigo"))
    return [x | {"lote_codigo": codigos[x["lote"]]} for x in movidas]


def _con_nombre(operacion: Operacion) -> list[dict]:
    """What a partial dispatch could not serve, with each product's name."""
    if not operacion.faltantes:
        return []
    productos = Producto.objects.in_bulk([f["producto"] for f in operacion.faltantes])
    return [f | {"producto": productos[f["producto"]]} for f in operacion.faltantes]


@require_http_methods(["GET", "POST"])
@permission_required("movimientos.view_operacion", raise_exception=True)
def revertir(request: Solicitud, pk: int) -> HttpResponse:
    """Ask why, then write the opposite: a page of its own; the dialogs post here."""
    operacion = _operacion(pk)
    if not services.puede_revertir(operacion, request.user):
        raise PermissionDenied
    formulario = RevertirForm(request.POST or None)
    estado = 200 if request.method == "GET" else 422
    if formulario.is_valid():
        try:
            datos: dict[str, Any] = {**formulario.cleaned_data, **sello(request)}
            reverso = services.revertir(Reverso(operacion=operacion, **datos), usuario=request.user)
        except ClaveReutilizada:
            estado = clave_usada(formulario)
        except (DatosInvalidos, ErrorDeDominio) as error:
            estado = poner_errores(formulario, error)
        else:
            return registrada(request, reverso, _("Operación revertida."))
    negar_en_su_lugar(request, formulario, estado)
    return render(
        request, "movimientos/revertir.html", {"operacion": operacion, "formulario": formulario}, status=estado
    )
