"""The lock of an operation, and what the operation needs to know of each product it locked, in one query."""

from collections.abc import Iterable
from typing import NamedTuple

from .models import Producto, horizonte


class ProductoBloqueado(NamedTuple):
    pk: int
    activo: bool
    controla_caducidad: bool
    vida_minima_despacho: int
    stock_minimo: int
    stock_maximo: int | None
    dias_aviso: int | None
    dias_aviso_categoria: int | None

    @property
    def horizonte(self) -> int:
        return horizonte(self.dias_aviso, self.dias_aviso_categoria)


COLUMNAS = (*ProductoBloqueado._fields[:-1], "categoria__dias_aviso")


def bloquear(ids: Iterable[int]) -> list[ProductoBloqueado]:
    """Lock the products `ids` as `ProductoQuerySet.bloqueados` does, in primary key order, and say what they ask for."""
    return [ProductoBloqueado._make(fila) for fila in Producto.objects.bloqueados(ids).values_list(*COLUMNAS)]
