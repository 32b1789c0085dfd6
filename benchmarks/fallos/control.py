"""The same application with one guard taken off, for the negative controls. CONTROL names the guard:

sin_candado: operations read without locking their products; desordenado: they lock them in any order.
"""

import os
import random

from inventario.wsgi import application  # noqa: F401  what gunicorn serves
from productos import bloqueo, models

CONTROL = os.environ["CONTROL"]
_bloqueados = models.ProductoQuerySet.bloqueados


def _sin_candado(self, ids):
    return self.filter(pk__in=set(ids)).order_by("pk")


def _desordenado(self, ids):
    """One lock at a time, in the order of a shuffled list: what a loop over the lines of an order does."""
    ids = list(set(ids))
    random.shuffle(ids)
    for pk in ids:
        list(self.filter(pk=pk).select_for_update(no_key=True, of=("self",)).only("pk"))
    return _bloqueados(self, ids)


models.ProductoQuerySet.bloqueados = {"sin_candado": _sin_candado, "desordenado": _desordenado}[CONTROL]

# The prepared statement of the hot path.
if CONTROL == "sin_candado":
    bloqueo._SQL = bloqueo._SQL.replace("FOR NO KEY UPDATE OF p", "")
else:
    _consulta = bloqueo.consulta

    def _tras_desordenar(ids):
        ids = set(ids)
        _desordenado(models.Producto.objects.all(), ids)
        return _consulta(ids)

    bloqueo.consulta = _tras_desordenar
