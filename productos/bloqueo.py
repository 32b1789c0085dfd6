"""The lock of an operation, and what the operation needs to know of each product it locked, in one query."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from inventario.plataforma.sql import es_postgres

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


def detener() -> None:
    """Wait for the operations under way and hold back new ones until this transaction ends.

    For who changes what an operation reads without locking it: a warehouse that closes, the rules of a reason. Every operation
    begins by locking its products, which this does not let it do; afterwards it reads the new row. (On SQLite a transaction
    that writes is alone anyway.)
    """
    if es_postgres():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE productos_producto IN EXCLUSIVE MODE")
