"""The first page: what needs attention today."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from alertas import cache
from alertas.models import Alerta, Estado, Severidad, Tipo
from inventario.paginas import fragmentos
from lotes.models import Existencia, Lote
from movimientos.models import Movimiento, Operacion

from ..graficas import Grafica, Serie

SEMANAS = 12
FILAS = 8


@require_GET
@vary_on_headers("HX-Request")
def ver(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    contexto = {
        "hoy": hoy,
        "grupos": grupos(hoy),
        "urgentes": urgentes(hoy),
        "sin_stock": sin_stock(hoy),
        "grafica": por_caducar(hoy),
        "operaciones": ultimas_operaciones(),
    }
    contexto["huella"] = fragmentos.marca(request, contexto)
    plantilla = "reportes/fichas/panel.html"
    if fragmentos.pide_fragmento(request):
        plantilla += "#vivo"
    return fragmentos.responder_si_cambio(request, contexto["huella"], lambda: render(request, plantilla, contexto))


@dataclass(frozen=True, slots=True)
class Grupo:
    """Open alerts of one severity, and the cost of the stock they speak of."""

    severidad: str
    titulo: Any
    cuantas: int
    valor: Decimal | None


def grupos(hoy: date) -> list[Grupo]:
    """Open alerts by severity, the worst first. Cached with the alerts."""
    filas = cache.recordar("panel:grupos", hoy, lambda: _contar(hoy))
    return [
        Grupo(s.value, s.label, *filas.get(s.value, (0, None)))
        for s in (Severidad.CRITICA, Severidad.IMPORTANTE, Severidad.AVISO)
    ]


def _contar(hoy: date) -> dict[str, tuple[int, Decimal | None]]:
    filas = _abiertas(hoy).order_by().values("severidad").annotate(cuantas=Count("pk"), suma=Sum("valor"))
    return {f["severidad"]: (f["cuantas"], f["suma"]) for f in filas}


def _abiertas(hoy: date) -> QuerySet[Alerta]:
    return Alerta.objects.vigentes(hoy).con_derivados(hoy).filter(estado=Estado.ABIERTA)


def urgentes(hoy: date) -> list[Alerta]:
    """The open alerts to look at first: the worst, then the dearest."""
    return list(
        _abiertas(hoy)
        .select_related("producto", "lote")
        .order_by("-nivel", F("valor").desc(nulls_last=True), F("vence").asc(nulls_last=True), "pk")[:FILAS]
    )


def sin_stock(hoy: date) -> int:
    return cache.recordar(
        "panel:sin_stock", hoy, lambda: Alerta.objects.vigentes(hoy).filter(tipo=Tipo.SIN_STOCK).count()
    )


def por_caducar(hoy: date) -> Grafica:
    """Value (or units, where no lot has a cost) of what expires in each of the coming weeks."""
    semanas = cache.recordar("panel:semanas", hoy, lambda: _por_semana(hoy))
    con_costo = any(valor for _unidades, valor in semanas)
    valores = [valor if con_costo else unidades for unidades, valor in semanas]
    etiquetas = [date_format(hoy + timedelta(weeks=i), "j M") for i in range(SEMANAS)]
    clases = ["critica"] + ["importante"] * 4 + ["aviso"] * (SEMANAS - 5)
    leyenda = [("critica", _("7 días o menos")), ("importante", _("30 días o menos")), ("aviso", _("más"))]
    titulo = _("Valor que caduca por semana") if con_costo else _("Unidades que caducan por semana")
    return Grafica(titulo, etiquetas, [Serie("", valores)], clases=clases, leyenda=leyenda)


def _por_semana(hoy: date) -> list[tuple[int, Decimal]]:
    """Units and cost per week. By day in SQL, which both engines do alike; by week here."""
    filas = (
        Existencia.objects.con_stock()
        .filter(
            lote__fecha_caducidad__gte=hoy,
            lote__fecha_caducidad__lt=hoy + timedelta(weeks=SEMANAS),
            lote__estado=Lote.Estado.DISPONIBLE,
        )
        .order_by()
        .values_list("lote__fecha_caducidad")
        .annotate(
            unidades=Sum("cantidad"),
            valor=Sum(
                Coalesce(F("lote__costo_unitario"), Decimal(0)) * F("cantidad"),
                output_field=DecimalField(max_digits=30, decimal_places=6),
            ),
        )
    )
    semanas = [(0, Decimal(0))] * SEMANAS
    for dia, unidades, valor in filas:
        i = (dia - hoy).days // 7
        semanas[i] = (semanas[i][0] + unidades, semanas[i][1] + valor)
    return semanas


def ultimas_operaciones() -> list[Operacion]:
    # Counted for these few: a join would group the whole ledger first.
    cuenta = Movimiento.objects.filter(operacion=OuterRef("pk")).order_by().values("operacion").annotate(n=Count("pk"))
    return list(
        Operacion.objects.select_related("motivo", "usuario")
        .annotate(lineas_escritas=Coalesce(Subquery(cuenta.values("n")), 0))
        .order_by("-pk")[:FILAS]
    )
