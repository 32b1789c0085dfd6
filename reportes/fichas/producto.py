"""The page of a product: what there is of it, where, what needs attention, what is used and what moved last."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import permission_required
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from productos.models import Producto

from ..filtros import Filtro
from ..informes.consumo import consumos

if TYPE_CHECKING:
    from productos.models import ConExistencias

LOTES_EN_DETALLE = 50
ALERTAS_EN_DETALLE = 20
MOVIMIENTOS_EN_DETALLE = 10
MESES = 12


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def ver(request: HttpRequest, pk: int) -> HttpResponse:
    hoy = timezone.localdate()
    producto: ConExistencias = get_object_or_404(
        Producto.objects.select_related("categoria").prefetch_related("empaques").con_existencias(hoy), pk=pk
    )
    lotes = producto.lotes.con_cantidad().filter(cantidad__gt=0).en_orden_fefo()
    almacenes = producto.existencias.con_stock().order_by("almacen__nombre").values("almacen__nombre")
    alertas = producto.alertas.vigentes(hoy).con_derivados(hoy).select_related("lote").order_by("-nivel")
    movimientos = producto.movimientos.select_related("lote", "almacen", "operacion").order_by("-pk")
    contexto = {
        "producto": producto,
        "hoy": hoy,
        "no_disponible": producto.fisico - producto.disponible,
        "lotes": list(lotes[: LOTES_EN_DETALLE + 1]),
        "lotes_en_detalle": LOTES_EN_DETALLE,
        "por_almacen": list(almacenes.annotate(total=Sum("cantidad"))),
        "alertas": (primeras := list(alertas[:ALERTAS_EN_DETALLE])),
        "cuantas_alertas": len(primeras) if len(primeras) < ALERTAS_EN_DETALLE else alertas.count(),
        "consumo": _consumo(producto, hoy),
        "movimientos": list(movimientos[:MOVIMIENTOS_EN_DETALLE]),
    }
    return render(request, "reportes/fichas/producto.html", contexto)


def _consumo(producto: Producto, hoy: date) -> dict[str, list]:
    """Units consumed in each of the last MESES months, as the consumption report counts them: labels and values of a chart."""
    meses = [date(hoy.year + (hoy.month - 1 - n) // 12, (hoy.month - 1 - n) % 12 + 1, 1) for n in range(MESES)][::-1]
    lineas = consumos(Filtro(hoy=hoy, producto=producto), (meses[0], hoy))
    por_mes = dict(lineas.annotate(mes=TruncMonth("fecha_efectiva")).values_list("mes").annotate(Sum("cantidad")))
    valores = [-por_mes.get(mes, 0) for mes in meses]
    return {"meses": [date_format(mes, "M") for mes in meses], "valores": valores} if any(valores) else {}
