"""What a session counts: which lots of its warehouse, and in which class each product is by the value of its consumption."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from inventario.dominio.dinero import Importe, SumaDinero
from lotes.models import Existencia

from ..models import Movimiento, Tipo
from .models import Conteo, NumeroContado

CLASES = ("A", "B", "C")
HASTA = {"A": 80, "B": 95}  # percent of the value of a year's consumption, from the largest product down
DIAS_DE_CONSUMO = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Alcance:
    """All that the warehouse holds, but for what is said: of a category, of some products, lots, classes, or not counted for
    `sin_contar` days. Lots that are named are counted also where the books say that there are none.
    """

    categoria: int | None = None
    productos: Sequence[int] = ()
    lotes: Sequence[int] = ()
    clases: Sequence[str] = ()
    sin_contar: int | None = None

    def datos(self) -> dict[str, Any]:
        """What was said of it, JSON-ready."""
        return {campo: valor for campo, valor in asdict(self).items() if valor not in (None, (), [])}


def existencias(alcance: Alcance, almacen: int, hoy: date) -> QuerySet[Existencia]:
    """The balances to count."""
    todas = Existencia.objects.all()
    filas = (todas.filter(lote__in=alcance.lotes) if alcance.lotes else todas.con_stock()).filter(almacen=almacen)
    if alcance.productos:
        filas = filas.filter(producto__in=alcance.productos)
    if alcance.categoria is not None:
        filas = filas.filter(producto__categoria=alcance.categoria)
    if alcance.clases:
        filas = filas.filter(de_clases(alcance.clases, hoy))
    if alcance.sin_contar is not None:
        filas = filas.exclude(contada_desde(hoy - timedelta(days=alcance.sin_contar)))
    return filas


def contada_desde(dia: date) -> Exists:
    """Condition on Existencia: somebody counted it on that day or later, in a session that was approved or alone."""
    numeros = NumeroContado.objects.filter(
        linea__lote=OuterRef("lote"),
        linea__conteo__almacen=OuterRef("almacen"),
        linea__conteo__estado=Conteo.Estado.APROBADO,
        contado_en__date__gte=dia,
    )
    sueltos = Movimiento.objects.filter(
        lote=OuterRef("lote"), almacen=OuterRef("almacen"), tipo=Tipo.AJUSTE, fecha_efectiva__gte=dia
    )
    return Exists(numeros) | Exists(sueltos)  # type: ignore[return-value]  # two conditions are one


def de_clases(clases: Sequence[str], hoy: date) -> Q:
    """Condition on what has a product: it is of one of `clases`. Whatever was not consumed is C."""
    clase = clasificar(hoy)
    if "C" in clases:
        return ~Q(producto__in=[p for p, suya in clase.items() if suya not in clases])
    return Q(producto__in=[p for p, suya in clase.items() if suya in clases])


def clasificar(hoy: date) -> dict[int, str]:
    """A, B or C of each product that was consumed in the last year: A are those that make 80 % of its value, B the next 15 %."""
    consumo = Q(operacion__motivo__es_consumo=True) | Q(operacion__revierte__motivo__es_consumo=True)
    lineas = Movimiento.objects.filter(consumo, fecha_efectiva__gt=hoy - timedelta(days=DIAS_DE_CONSUMO)).order_by()
    valor = SumaDinero(Importe(F("con_costo"), F("costo_unitario")))
    valores = {p: -v for p, v in lineas.values_list("producto").annotate(v=valor) if v and v < 0}
    total, acumulado, clases = sum(valores.values()), 0, {}
    for producto, suyo in sorted(valores.items(), key=lambda x: (-x[1], x[0])):
        # The product that crosses the limit still belongs to the class that it completes.
        clases[producto] = next((c for c, hasta in HASTA.items() if acumulado * 100 < total * hasta), "C")
        acumulado += suyo
    return clases
