"""The rows that both motors give, and the columns they read them from."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from lotes.models import Almacen
from productos.bloqueo import ProductoBloqueado

from ..fefo import Saldo
from ..models import Motivo

# Field of a `Saldo` → where an `Existencia` has it. The order is that of `Saldo`.
DE_SALDO = {
    "existencia": "pk",
    "producto": "lote__producto_id",
    "lote": "lote__pk",
    "lote_codigo": "lote__codigo",
    "almacen": "almacen_id",
    "fecha_caducidad": "lote__fecha_caducidad",
    "estado": "lote__estado",
    "creado_en": "lote__creado_en",
    "cantidad": "cantidad",
    "secuencia": "secuencia",
    "huella": "huella",
    "con_costo": "con_costo",
    "costo_unitario": "lote__costo_unitario",
}
# Of a lot that never was anywhere.
VACIO: dict[str, Any] = {"almacen": 0, "cantidad": 0, "secuencia": 0, "huella": "", "con_costo": 0}


class Leido(NamedTuple):
    """What an operation reads when it opens. A warehouse or reason is None when there is no such one; `previa` is the id of the
    operation that its idempotency key already made; `saldos`, every balance with stock of the products and, of the lots
    named, those without too (one with `VACIO` for a lot that never was anywhere).
    """

    almacen: Almacen | None
    destino: Almacen | None
    motivo: Motivo | None
    previa: int | None
    productos: list[ProductoBloqueado]
    saldos: list[Saldo]


class LoteRecibido(NamedTuple):
    """A lot as it will be if the product has none with that code."""

    producto_id: int
    codigo: str
    fecha_caducidad: date | None
    fecha_fabricacion: date | None
    costo_unitario: Decimal | None


class Recibido(NamedTuple):
    """`saldos`: as in `Leido`, of the lots received; `nuevos`: ids of those just created."""

    saldos: list[Saldo]
    nuevos: set[int]
