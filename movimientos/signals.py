"""What the ledger announces, inside its transaction, once per operation.

Arguments: `operacion` (its id, and those of its lines, may come only with the commit), `producto_ids` (sorted list of
int), `hoy` (date), `leido` (`Leido`, when it read all that its products hold; else None).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.dispatch import Signal

from productos.bloqueo import ProductoBloqueado

from .fefo import Saldo

existencias_cambiadas = Signal()


@dataclass(slots=True)
class Leido:
    """What an operation read under its lock: the products, and every balance with stock of theirs, in any warehouse; and
    what it moved, each balance (before, after).
    """

    productos: Sequence[ProductoBloqueado]
    saldos: Sequence[Saldo]
    movidos: Sequence[tuple[Saldo, Saldo]] = ()
