"""The row of the company as pages read it, many times each: kept for some seconds in each process.

What another process wrote is seen when those have passed. Nothing of stock depends on it.
"""

import time
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from .models import Empresa

SEGUNDOS = 10.0
_guardada: "dict[None, tuple[float, Empresa]]" = {}


def empresa() -> "Empresa":
    """The stored row, or an empty one. Only to be read."""
    ahora = time.monotonic()
    hasta, fila = _guardada.get(None, (0.0, None))
    if fila is None or hasta < ahora:
        modelo = apps.get_model("inventario.Empresa")
        fila = modelo.objects.defer("logo").first() or modelo()
        fijar(fila, ahora + SEGUNDOS)
    return fila


def moneda() -> str:
    return empresa().moneda_en_uso


def fijar(fila: "Empresa", hasta: float = float("inf")) -> None:
    """Take `fila` for what is stored."""
    _guardada[None] = hasta, fila


def olvidar() -> None:
    """Read it again the next time."""
    _guardada.clear()
