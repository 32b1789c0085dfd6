"""The lock of an operation, and what the operation needs to know of each product it locked, in one query."""

from collections.abc import Iterable
from typing import NamedTuple

from inventario.plataforma.sql import arreglo, consultar, es_postgres

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


_SQL = """
SELECT p.id, p.activo, p.controla_caducidad, p.vida_minima_despacho, p.stock_minimo, p.stock_maximo, p.dias_aviso, c.dias_aviso
FROM productos_producto p LEFT JOIN productos_categoria c ON c.id = p.categoria_id
WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id FOR NO KEY UPDATE OF p
"""


def bloquear(ids: Iterable[int]) -> list[ProductoBloqueado]:
    """Lock the products `ids` as `ProductoQuerySet.bloqueados` does, in primary key order, and say what they ask for."""
    if es_postgres():
        filas = consultar(*consulta(ids))
    else:
        campos = ("pk", *ProductoBloqueado._fields[1:-1], "categoria__dias_aviso")
        filas = Producto.objects.bloqueados(ids).values_list(*campos)
    return [ProductoBloqueado._make(fila) for fila in filas]


def consulta(ids: Iterable[int]) -> tuple[str, list[str]]:
    """The statement of `bloquear` on PostgreSQL, for who sends it with others."""
    return _SQL, [arreglo(set(ids))]
