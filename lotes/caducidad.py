"""What an expiry date means: pure functions of a date and today. Nothing else decides about expiry.

A lot is usable through its printed date, inclusive (the reading of GS1 AI 17 and of the pharmacopoeias), so it has
expired when `fecha_caducidad < hoy`.
"""

from datetime import date, timedelta
from enum import IntEnum, StrEnum


class Razon(StrEnum):
    """Why a lot may not be dispatched. They are looked at in this order, and the first that applies is given."""

    RETIRADO = "retirado"
    CUARENTENA = "cuarentena"
    CADUCADO = "caducado"
    VIDA_INSUFICIENTE = "vida_insuficiente"
    OTRO_ALMACEN = "otro_almacen"


class Nivel(IntEnum):
    """How urgent an expiry is. Alerts store these numbers (`nivel_atendido`): they must not change."""

    LEJANO = 0
    AVISO = 1
    IMPORTANTE = 2
    CRITICO = 3
    CADUCADO = 4

    @property
    def severidad(self) -> str:
        """The value of the `alertas.tipos.Severidad` that alerts of this level have; "" when there is nothing to say."""
        return ("", "aviso", "importante", "critica", "critica")[self]


# The most days left, inclusive, with which a lot is at each level, the worst first. Beyond the last one it is LEJANO.
UMBRALES = ((-1, Nivel.CADUCADO), (7, Nivel.CRITICO), (30, Nivel.IMPORTANTE), (90, Nivel.AVISO))

_POR_ESTADO = {str(razon): razon for razon in (Razon.RETIRADO, Razon.CUARENTENA)}


def ha_caducado(fecha: date | None, hoy: date) -> bool:
    return fecha is not None and fecha < hoy


def fabricado_antes(fabricacion: date | None, caducidad: date | None) -> bool:
    """Whether a lot was made no later than it expires; unknown dates contradict nothing.

    The same rule as the constraint `lote_fabricado_antes_de_caducar`; a test grid holds them together.
    """
    return fabricacion is None or caducidad is None or fabricacion <= caducidad


def dias_restantes(fecha: date | None, hoy: date) -> int | None:
    """Days of life left: 0 on the printed date, negative once expired, None when it does not expire."""
    return None if fecha is None else (fecha - hoy).days


def nivel(dias: int) -> Nivel:
    """The level of a lot with `dias` days of life left. Alerts, badges, charts and reports all judge by it."""
    return next((cual for hasta, cual in UMBRALES if dias <= hasta), Nivel.LEJANO)


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


def situacion(estado: str, fecha: date | None, hoy: date) -> str:
    """The one word for a lot, on every page and in every report: its state, or that it has expired where it is available."""
    return str(Razon.CADUCADO) if estado not in _POR_ESTADO and ha_caducado(fecha, hoy) else estado
