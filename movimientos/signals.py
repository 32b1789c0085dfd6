"""What the ledger announces, inside its transaction, once per operation.

Arguments: `operacion`, `producto_ids` (sorted list of int), `hoy` (date).
"""

from django.dispatch import Signal

existencias_cambiadas = Signal()
