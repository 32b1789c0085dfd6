"""What the ledger announces, inside its transaction, once per operation.

Arguments: `operacion`, `producto_ids` (sorted list of int), `hoy` (date), `leido` (`libro.Leido` as it is after the
operation, when it read all that its products hold; else None).
"""

from django.dispatch import Signal

existencias_cambiadas = Signal()
