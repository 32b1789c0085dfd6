"""The same application with one guard taken off, for the negative controls. CONTROL names the guard:

sin_candado: operations read without locking their products; desordenado: they lock them in any order.
"""

import os
import random

from inventario.wsgi import application  # noqa: F401  what gunicorn serves
from productos import models

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

try:
    from productos import bloqueo
except ImportError:
    pass
else:
    # The prepared statement of the hot path, through the queryset replaced above.
    def _bloquear(ids):
        campos = ("pk", *bloqueo.ProductoBloqueado._fields[1:-1], "categoria__dias_aviso")
        ids = set(ids)
        if CONTROL == "desordenado":
            _desordenado(models.Producto.objects.all(), ids)
        filas = models.Producto.objects.filter(pk__in=ids).order_by("pk").values_list(*campos)
        return [bloqueo.ProductoBloqueado._make(fila) for fila in filas]

    bloqueo.bloquear = _bloquear
