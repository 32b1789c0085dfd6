"""Quantities far above what is usual of a product: a code typed where a quantity goes, a zero too many. Asked, not refused."""

from collections.abc import Iterable

from django.db.models import Max
from django.db.models.functions import Abs

from .models import Movimiento

SIEMPRE_USUAL = 1_000  # units that nobody is asked about
SIN_HISTORIA = 100_000  # what is usual of a product that never moved
VECES = 10
ULTIMOS = 50  # lines of the ledger that say what is usual


def desmedidas(cantidades: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of (product, units), those over ten times the most that the product moved lately. A query for each product in doubt."""
    dudosas = {(producto, n) for producto, n in cantidades if n > SIEMPRE_USUAL}
    usual = {producto: _usual(producto) for producto, _n in dudosas}
    return {(producto, n) for producto, n in dudosas if n > VECES * usual[producto]}


def _usual(producto: int) -> int:
    ultimos = Movimiento.objects.filter(producto=producto).order_by("-fecha_efectiva", "-pk")[:ULTIMOS]
    maximo = ultimos.aggregate(n=Max(Abs("cantidad")))["n"]
    return SIN_HISTORIA if maximo is None else maximo
