"""The operations on stock. Every door (pages, API, admin, commands) calls these and nothing below them.

Each takes its request (`movimientos.peticiones`), the user, and the date on which decisions are taken (`hoy`, today when left
out). It is atomic, checks the user's permission first and its key next, and returns the `Operacion`, whose `lineas` are the
ledger lines just written. All raise PermissionDenied, DatosInvalidos, ClaveReutilizada, MotivoIncompatible,
RetroactivoImposible, BaseOcupada.
"""

from .ajuste import ajustar
from .despacho import despachar, planificar
from .entrada import registrar_entrada
from .reverso import puede_revertir, puede_revertir_alguna, revertir
from .salida import dar_de_baja, dar_de_baja_caducados, registrar_salida
from .traslado import trasladar

__all__ = [
    "ajustar",
    "dar_de_baja",
    "dar_de_baja_caducados",
    "despachar",
    "planificar",
    "puede_revertir",
    "puede_revertir_alguna",
    "registrar_entrada",
    "registrar_salida",
    "revertir",
    "trasladar",
]
