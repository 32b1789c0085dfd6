"""What the ledger announces, inside its transaction, once per operation.

Arguments: `operacion` (its id, and those of its lines, may come only with the commit), `producto_ids` (sorted list of
int), `hoy` (date), `leido` (`Leido` as it is after the operation, when it read all that its products hold; else None).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.dispatch import Signal

from productos.bloqueo import ProductoBloqueado

from .fefo import Saldo

existencias_cambiadas = Signal()


@dataclass(slots=True)
class Leido:
    """What an operation read under its lock: the products, and every balance with stock of theirs, in any warehouse; and
    once it has moved something, also as they were before.
    """

    productos: Sequence[ProductoBloqueado]
    saldos: Sequence[Saldo]
    antes: Sequence[Saldo] = ()

    def despues(self, movidos: Iterable[Saldo]) -> "Leido":
        """The same once the balances `movidos` are as they say."""
        quedan = {(s.lote, s.almacen): s for s in (*self.saldos, *movidos)}
        return Leido(self.productos, _con_stock(quedan.values()), _con_stock(self.saldos))


def _con_stock(saldos: Iterable[Saldo]) -> list[Saldo]:
    return [s for s in saldos if s.cantidad > 0]
