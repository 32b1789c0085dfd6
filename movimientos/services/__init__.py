"""The operations on stock. Every door (pages, API, admin, commands) calls these and nothing below them.

All take keyword arguments, are atomic, check the user's permission, and return the `Operacion`, whose `lineas` are the
ledger lines just written. Common arguments: `usuario`; `almacen` (the default one when left out); `motivo`; `hoy` (the
date decisions are taken on, today when left out); `contraparte`, `documento`, `nota`; `fecha_efectiva` (past dates
need `movimientos.retroactivo`); `clave` (idempotency key: the same request again returns the same operation, with
`es_repeticion` true; another one raises ClaveReutilizada). All raise PermissionDenied, DatosInvalidos and BaseOcupada.
"""

from .ajuste import ajustar
from .despacho import despachar, planificar
from .entrada import registrar_entrada
from .lineas import LineaConteo, LineaEntrada, LineaPedida, LineaSalida, LineaTraslado
from .reverso import revertir
from .salida import dar_de_baja_caducados, registrar_salida
from .traslado import trasladar

__all__ = [
    "LineaConteo",
    "LineaEntrada",
    "LineaPedida",
    "LineaSalida",
    "LineaTraslado",
    "ajustar",
    "dar_de_baja_caducados",
    "despachar",
    "planificar",
    "registrar_entrada",
    "registrar_salida",
    "revertir",
    "trasladar",
]
