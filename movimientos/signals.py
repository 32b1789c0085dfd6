"""What the ledger announces, inside the transaction of each operation.

`existencias_por_cambiar` comes once, before anything is written: `cambio` (`Cambio`), `hoy` (date). Whoever keeps rows in step
with the stock returns the statements (`Sentencia`) that do it, which travel with the ledger's own; where there are none to return
(SQLite) it writes at once and returns an empty list.

`existencias_cambiadas` comes once, when the ledger is written: `operacion`, with its id, and in `lineas` its ledger lines with
theirs; `producto_ids` (sorted list of int); `hoy` (date).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.dispatch import Signal

from productos.bloqueo import ProductoBloqueado

from .fefo import Saldo

existencias_por_cambiar = Signal()
existencias_cambiadas = Signal()


@dataclass(frozen=True, slots=True)
class Cambio:
    """The products that an operation locked, every balance of theirs with stock, in any warehouse, as it found it, and what it
    moves: each balance (before, after). `costos`: the lots whose unit cost changes, with the new one.
    """

    productos: Sequence[ProductoBloqueado]
    saldos: Sequence[Saldo]
    movidos: Sequence[tuple[Saldo, Saldo]]
    costos: Mapping[int, Decimal | None]
