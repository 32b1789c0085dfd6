"""Usable stock as a step function of the day, and the days it spends at zero. Pure: no database.

A unit of a lot that expires on E, moved on day D, counts as usable stock from D through E, so each ledger line is a
step of +q on D and, where E is known, of -q on the day after E. A line dated after its lot expired steps on nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

UN_DIA = timedelta(days=1)
Cambio = tuple[date, date | None, int]  # effective date, expiry, signed quantity


@dataclass(frozen=True, slots=True)
class Quiebre:
    """Days observed, days that ended with no usable stock, how many times it ran out, and the last such day."""

    observados: int = 0
    sin_stock: int = 0
    veces: int = 0
    ultimo: date | None = None


def quiebres(
    *, hoy_por_caducidad: Iterable[tuple[date | None, int]], cambios: Iterable[Cambio], desde: date, hasta: date
) -> Quiebre:
    """Days in [desde, hasta] whose closing usable stock is zero.

    `hoy_por_caducidad`: present stock by expiry. `cambios`: every change dated on or after `desde` (also past `hasta`):
    the stock at the opening of `desde` is the present one less all of them.
    """
    if desde > hasta:
        return Quiebre()
    pasos: dict[date, int] = defaultdict(int)
    for caducidad, cantidad in hoy_por_caducidad:
        _pisar(pasos, desde, caducidad, cantidad)
    for fecha, caducidad, cantidad in cambios:
        _pisar(pasos, desde, caducidad, -cantidad)  # out of the opening stock
        _pisar(pasos, fecha, caducidad, cantidad)  # and into the stock of its own day
    return _contar(pasos, desde, hasta)


def _pisar(pasos: dict[date, int], fecha: date, caducidad: date | None, cantidad: int) -> None:
    if caducidad is None:
        pasos[fecha] += cantidad
    elif fecha <= caducidad:
        pasos[fecha] += cantidad
        pasos[caducidad + UN_DIA] -= cantidad


def _contar(pasos: dict[date, int], desde: date, hasta: date) -> Quiebre:
    dias = sorted({desde, *(d for d in pasos if desde < d <= hasta)})
    saldo = sin_stock = veces = 0
    ultimo, habia = None, True
    for dia, siguiente in zip(dias, [*dias[1:], hasta + UN_DIA], strict=True):
        saldo += pasos[dia]
        if saldo <= 0:
            sin_stock += (siguiente - dia).days
            veces += habia
            ultimo = siguiente - UN_DIA
        habia = saldo > 0
    return Quiebre((hasta - desde).days + 1, sin_stock, veces, ultimo)
