"""The same application with one guard taken off, for the negative controls. CONTROL names the guard:

sin_candado: operations read without locking their products; desordenado: they lock them in any order; sin_traducir: what the
database says is told to nobody.
"""

import os
import random
from collections.abc import Collection
from typing import Any

from inventario.wsgi import application  # noqa: F401  what gunicorn serves
from movimientos.motor import postgres
from productos.models import Producto

_abrir = postgres.abrir


def _desordenado(*, productos: Collection[int], **resto: Any) -> Any:
    """One lock at a time, in the order of a shuffled list: what a loop over the lines of an order does."""
    for pk in random.sample(sorted(productos), len(productos)):
        list(Producto.objects.bloqueados([pk]).values_list("pk"))
    return _abrir(productos=productos, **resto)


if os.environ["CONTROL"] == "sin_candado":
    postgres._BLOQUEAR_PRODUCTOS = postgres._BLOQUEAR_PRODUCTOS.replace("FOR NO KEY UPDATE OF p", "")
elif os.environ["CONTROL"] == "sin_traducir":
    from inventario.api import errores
    from inventario.dominio import transacciones

    errores.traducir = transacciones.traducir = lambda error: error
else:
    postgres.abrir = _desordenado
