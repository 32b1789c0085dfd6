"""The sums several reports share: what stock is worth, how much of it has no known cost, balances of a past day."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from inventario.dominio.dinero import Importe, SumaDinero, redondear
from lotes.models import Existencia
from movimientos.models import Movimiento

from .consulta import Fila
from .filtros import Filtro

# What stock is worth now, and what a ledger line was worth.
DE_SALDO = Importe(F("con_costo"), F("lote__costo_unitario"))
DE_LINEA = Importe(F("con_costo"), F("costo_unitario"))
TOPE_DE_GRAFICA = 12
LEJOS = date(9999, 12, 31)  # sorts lots without expiry last
ENTRA, SALE = Q(cantidad__gt=0), Q(cantidad__lt=0)


def suma(expresion: Any = "cantidad", filtro: Q | None = None) -> Sum:
    return Sum(expresion, filter=filtro, default=0)


def suma_valor(de: Importe, filtro: Q | None = None) -> SumaDinero:
    return SumaDinero(de, filter=filtro)


def suma_sin_costo() -> Sum:
    return suma(F("cantidad") - F("con_costo"))


def medidas(de: Importe) -> dict[str, Any]:
    """Units, what those of known cost are worth, and how many have none. `de`: DE_SALDO of stock, DE_LINEA of ledger lines."""
    return {"unidades": suma(), "importe": suma_valor(de), "sin_costo": suma_sin_costo()}


def como_salida(unidades: int, importe: Decimal | int, sin_costo: int) -> Fila:
    """The `medidas` of lines that take stock out, as positive numbers, and money to the cent."""
    return -unidades, redondear(-importe), -sin_costo


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
