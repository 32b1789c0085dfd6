"""The sums several reports share: what stock is worth, how much of it has no known cost, balances of a past day."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum

from lotes.models import Existencia
from movimientos.models import Movimiento

from .consulta import Fila
from .filtros import Filtro

DINERO = DecimalField(max_digits=32, decimal_places=6)
CENTAVO = Decimal("0.01")
TOPE_DE_GRAFICA = 12
LEJOS = date(9999, 12, 31)  # sorts lots without expiry last
ENTRA, SALE = Q(cantidad__gt=0), Q(cantidad__lt=0)


def valor(cantidad: str = "cantidad") -> ExpressionWrapper:
    """Quantity at the lot's present unit cost; null where the cost is not known."""
    return ExpressionWrapper(F(cantidad) * F("lote__costo_unitario"), output_field=DINERO)


def suma(expresion: Any = "cantidad", filtro: Q | None = None) -> Sum:
    return Sum(expresion, filter=filtro, default=0)


def suma_valor(filtro: Q | None = None) -> Sum:
    return Sum(valor(), filter=filtro, default=Decimal(0), output_field=DINERO)


def suma_sin_costo(filtro: Q | None = None) -> Sum:
    sin_costo = Q(lote__costo_unitario__isnull=True)
    return suma(filtro=sin_costo if filtro is None else sin_costo & filtro)


def medidas() -> dict[str, Any]:
    """Units, what they are worth, and how many of them have no known cost."""
    return {"unidades": suma(), "importe": suma_valor(), "sin_costo": suma_sin_costo()}


def como_salida(unidades: int, importe: Decimal | float | None, sin_costo: int) -> Fila:
    """The `medidas` of lines that take stock out, as positive numbers."""
    return -unidades, -dinero(importe), -sin_costo


def dinero(importe: Decimal | float | None) -> Decimal:
    """Money to the cent. SQLite adds decimals as floats; rounding here also removes that noise."""
    return Decimal(importe or 0).quantize(CENTAVO)


def por_clave(filas: Iterable[Sequence[Any]]) -> dict[Any, tuple[Any, ...]]:
    """A dictionary of the rows: the first column is the key, the rest the value."""
    return {fila[0]: tuple(fila[1:]) for fila in filas}


def despues_de(filtro: Filtro, fecha: date) -> QuerySet[Movimiento]:
    """Ledger lines of the filter dated after `fecha`. Today's stock less these lines is the stock of that day."""
    return Movimiento.objects.filter(filtro.de_existencias, fecha_efectiva__gt=fecha).order_by()


def saldo_al_cierre(filtro: Filtro, fecha: date) -> int:
    """Stock at the end of `fecha` by effective date: today's, less the lines since, which are all that is read."""
    hoy = Existencia.objects.filter(filtro.de_existencias).aggregate(t=suma())["t"]
    return hoy - despues_de(filtro, fecha).aggregate(t=suma())["t"]


def lineas_de_motivo(filtro: Filtro, periodo: tuple[date, date], motivo: dict[str, Any]) -> QuerySet[Movimiento]:
    """Ledger lines whose reason matches `motivo`, and those that reverse such lines (which therefore subtract)."""
    propio = Q(**{f"operacion__motivo{k}": v for k, v in motivo.items()})
    revertido = Q(**{f"operacion__revierte__motivo{k}": v for k, v in motivo.items()})
    return Movimiento.objects.filter(filtro.de_movimientos(periodo)).filter(propio | revertido).order_by()
