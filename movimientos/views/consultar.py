"""The pages on which the ledger is read, and an operation undone."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.paginas.formularios import poner_errores
from inventario.paginas.listas import paginar_por_clave, responder_lista
from inventario.paginas.solicitud import Solicitud
from lotes.models import Almacen
from productos.models import Producto

from .. import services
from ..clases import DE_TIPO
from ..filters import MovimientoFilter, OperacionFilter
from ..forms import RevertirForm
from ..models import Movimiento, Operacion, Tipo
from ..peticiones import Reverso


@require_GET
@permission_required("movimientos.view_movimiento", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    movimientos = Movimiento.objects.select_related("producto", "lote", "almacen")
    return responder_lista(
        request,
        "movimientos/lista.html",
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
    return responder_lista(
        request,
        "movimientos/operaciones.html",
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
    movimientos = list(operacion.movimientos.select_related("producto", "lote", "almacen").order_by("pk"))
    clase = DE_TIPO.get(operacion.tipo)
    contexto = {
        "operacion": operacion,
        "movimientos": movimientos,
        "formulario": RevertirForm(),
        "reversible": _reversible(operacion) and bool(movimientos),
        "faltantes": _con_nombre(operacion),
        "otra": clase if clase and request.user.has_perm(clase.permiso) else None,
        "varios_almacenes": Almacen.objects.hay_varios(),
    }
    return render(request, "movimientos/operacion.html", contexto)


def _reversible(operacion: Operacion) -> bool:
    return operacion.tipo != Tipo.REVERSO and not hasattr(operacion, "revertida_por")


def _con_nombre(operacion: Operacion) -> list[dict]:
    """What a partial dispatch could not serve, with each product's name."""
    if not operacion.faltantes:
        return []
    productos = Producto.objects.in_bulk([f["producto"] for f in operacion.faltantes])
    return [f | {"producto": productos[f["producto"]]} for f in operacion.faltantes]


@require_http_methods(["GET", "POST"])
@permission_required("movimientos.revertir", raise_exception=True)
def revertir(request: Solicitud, pk: int) -> HttpResponse:
    """Ask why, then write the opposite: a page of its own; the dialogs post here."""
    operacion = _operacion(pk)
    formulario = RevertirForm(request.POST or None)
    estado = 200 if request.method == "GET" else 422
    if formulario.is_valid():
        try:
            reverso = services.revertir(Reverso(operacion=operacion, **formulario.cleaned_data), usuario=request.user)
        except ClaveReutilizada:
            formulario.add_error("nota", _("Esta hoja ya se registró con otros datos."))
        except (DatosInvalidos, ErrorDeDominio) as error:
            estado = poner_errores(formulario, error)
        else:
            messages.success(request, _("Operación revertida."))
            return redirect("movimientos:operacion", reverso.pk)
    return render(
        request, "movimientos/revertir.html", {"operacion": operacion, "formulario": formulario}, status=estado
    )
