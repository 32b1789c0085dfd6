"""What a GTIN names: a product, alone or in a pack."""

from collections.abc import Collection
from typing import NamedTuple

from .models import Empaque, Producto


class Nombrado(NamedTuple):
    producto: Producto
    empaque: Empaque | None = None

    @property
    def unidades(self) -> int:
        """How many units one of it is."""
        return self.empaque.unidades if self.empaque else 1

    def llena(self, cantidad: int | None) -> str:
        """The quantity that a scan of it adds to a line, as the sheets write it; nothing where it is one unit. `cantidad` is
        what the code says of itself.
        """
        if self.empaque:
            return f"{cantidad or 1}×{self.unidades}"
        return str(cantidad or "")


def por_gtin(gtins: Collection[str]) -> dict[str, Nombrado]:
    """What each of `gtins` names, those that name something. At most two queries."""
    hallados = {p.gtin: Nombrado(p) for p in Producto.objects.filter(gtin__in=gtins) if p.gtin}
    if faltan := set(gtins) - set(hallados):
        empaques = Empaque.objects.filter(gtin__in=faltan).select_related("producto")
        hallados |= {e.gtin: Nombrado(e.producto, e) for e in empaques if e.gtin}
    return hallados
