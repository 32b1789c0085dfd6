"""One query function per report: a clean `Filtro` in, a `Consulta` out. Page, API, exports and commands call these."""

from .caducidades import caducidades
from .consumo import consumo
from .existencias import existencias
from .existencias_a_fecha import existencias_a_fecha
from .kardex import kardex
from .movimientos import movimientos
from .perdidas import perdidas
from .quiebres import quiebres

__all__ = [
    "caducidades",
    "consumo",
    "existencias",
    "existencias_a_fecha",
    "kardex",
    "movimientos",
    "perdidas",
    "quiebres",
]
