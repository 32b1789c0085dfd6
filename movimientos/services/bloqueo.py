"""The first step of an operation by lot: lock the products, read what the lots hold."""

from collections.abc import Sequence
from typing import Any

from lotes.models import Lote
from productos.models import Producto

from .. import lectura
from ..fefo import Saldo
from .lineas import desconocidos


def bloquear_lotes(lineas: Sequence[Any]) -> dict[int, Lote]:
    """Lock the products of the lots named in `lineas`; return the lots as they are after the lock, by id."""
    ids = {linea.lote for linea in lineas}
    productos = dict(Lote.objects.filter(pk__in=ids).values_list("pk", "producto_id"))  # a lot never changes product
    desconocidos("lote", lineas, productos)
    list(Producto.objects.bloqueados(productos.values()).only("pk"))
    return Lote.objects.in_bulk(ids)


def saldos_de(lotes: dict[int, Lote], pares: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Saldo]:
    """The balance of each (lot, warehouse) of `pares`, zero where nothing ever was."""
    hay = {(s.lote, s.almacen): s for s in lectura.leer(lote__in=lotes)}
    return {par: hay.get(par) or saldo_vacio(lotes[par[0]], par[1]) for par in pares}


def saldo_vacio(lote: Lote, almacen: int) -> Saldo:
    return Saldo(
        None,
        lote.producto_id,
        lote.pk,
        lote.codigo,
        almacen,
        lote.fecha_caducidad,
        lote.estado,
        lote.creado_en,
        0,
        0,
        "",
        lote.costo_unitario,
    )
