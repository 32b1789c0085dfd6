"""What an expiry date means. Pure functions of (date, hoy): the one place where it is written.

A lot is usable through its printed date, inclusive (the reading of GS1 AI 17 and of the pharmacopoeias), so it has
expired when `fecha_caducidad < hoy`.
"""

from datetime import date, timedelta
from enum import StrEnum


class Razon(StrEnum):
    """Why a lot was passed over. The order is that in which they are looked at."""

    RETIRADO = "retirado"
    CUARENTENA = "cuarentena"
    CADUCADO = "caducado"
    VIDA_INSUFICIENTE = "vida_insuficiente"
    OTRO_ALMACEN = "otro_almacen"


_POR_ESTADO = {str(razon): razon for razon in (Razon.RETIRADO, Razon.CUARENTENA)}


def ha_caducado(fecha: date | None, hoy: date) -> bool:
    return fecha is not None and fecha < hoy


def dias_restantes(fecha: date | None, hoy: date) -> int | None:
    """Days of life left: 0 on the printed date, negative once expired, None when it does not expire."""
    return None if fecha is None else (fecha - hoy).days


def caducidad_minima(hoy: date, vida_minima: int = 0) -> date:
    """The earliest expiry that leaves `vida_minima` days of life on `hoy`."""
    return hoy + timedelta(days=vida_minima)


def razon_no_despachable(estado: str, fecha: date | None, hoy: date, vida_minima: int = 0) -> Razon | None:
    """Why a lot may not leave for consumption on `hoy`, or None when it may.

    The same rule as `ExistenciaQuerySet.despachables`; a test grid holds them together.
    """
    if estado in _POR_ESTADO:
        return _POR_ESTADO[estado]
    if ha_caducado(fecha, hoy):
        return Razon.CADUCADO
    if vida_minima and fecha is not None and fecha < caducidad_minima(hoy, vida_minima):
        return Razon.VIDA_INSUFICIENTE
    return None
