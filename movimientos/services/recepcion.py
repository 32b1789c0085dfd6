"""The lots that an entry names, found or created, and what its products hold: one statement on PostgreSQL, the ORM's three
elsewhere. A test runs one against the other.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from inventario.plataforma.sql import arreglo, consultar, es_postgres, registros
from lotes.models import Lote

from .. import lectura
from ..fefo import Saldo
from .bloqueo import saldo_vacio


class LoteRecibido(NamedTuple):
    """A lot as it will be if the product has none with that code."""

    producto_id: int
    codigo: str
    fecha_caducidad: date | None
    fecha_fabricacion: date | None
    costo_unitario: Decimal | None


class Recibido(NamedTuple):
    """`saldos`: everything with stock of the products named, and at least one of each lot named, empty where nothing ever
    was; `nuevos`: ids of the lots just created.
    """

    saldos: list[Saldo]
    nuevos: set[int]


_TIPOS = dict(zip(LoteRecibido._fields, ("bigint", "text", "date", "date", "numeric(18,6)"), strict=True))
_COLUMNAS_LOTE = ", ".join(LoteRecibido._fields)
# The lots named come with all their balances, also empty ones: the entry goes on from there. `AT TIME ZONE`: as in `libro`.
_SQL = f"""
WITH pedidos AS (
    SELECT * FROM json_to_recordset(%s) AS x (orden integer, {", ".join(f"{c} {t}" for c, t in _TIPOS.items())})
), hallados AS (
    SELECT l.* FROM pedidos p JOIN lotes_lote l ON l.producto_id = p.producto_id AND l.codigo = p.codigo
), nuevos AS (
    INSERT INTO lotes_lote ({_COLUMNAS_LOTE}, estado, creado_en)
    SELECT {_COLUMNAS_LOTE}, 'disponible', %s FROM pedidos p
    WHERE NOT EXISTS (SELECT FROM hallados h WHERE h.producto_id = p.producto_id AND h.codigo = p.codigo) ORDER BY orden
    RETURNING *
), lotes AS (
    SELECT *, true AS nuevo FROM nuevos UNION ALL SELECT *, false FROM hallados
)
SELECT l.nuevo, e.id, l.producto_id, l.id, l.codigo, e.almacen_id, l.fecha_caducidad, l.estado,
    l.creado_en AT TIME ZONE 'UTC', coalesce(e.cantidad, 0), coalesce(e.secuencia, 0), coalesce(e.huella, ''), l.costo_unitario
FROM lotes l LEFT JOIN lotes_existencia e ON e.lote_id = l.id
UNION ALL
SELECT false, e.id, e.producto_id, e.lote_id, l.codigo, e.almacen_id, l.fecha_caducidad, l.estado,
    l.creado_en AT TIME ZONE 'UTC', e.cantidad, e.secuencia, e.huella, l.costo_unitario
FROM lotes_existencia e JOIN lotes_lote l ON l.id = e.lote_id
WHERE e.producto_id = ANY(%s::bigint[]) AND e.cantidad > 0 AND e.lote_id NOT IN (SELECT id FROM hallados)
"""  # noqa: S608  column names of this module


def recibir(lotes: Sequence[LoteRecibido], almacen: int) -> Recibido:
    """Find or create `lotes`, which differ in product or code. Empty balances are of `almacen`. The products must be locked."""
    return (recibir_postgres if es_postgres() else recibir_orm)(lotes, almacen)


def recibir_postgres(lotes: Sequence[LoteRecibido], almacen: int) -> Recibido:
    filas = consultar(
        _SQL,
        [
            registros({"orden": i, **lote._asdict()} for i, lote in enumerate(lotes)),
            timezone.now(),
            arreglo({lote.producto_id for lote in lotes}),
        ],
    )
    saldos = [Saldo._make(fila[1:]) for fila in filas]
    return Recibido(
        [s if s.existencia else s._replace(almacen=almacen) for s in saldos], {fila[3] for fila in filas if fila[0]}
    )


def recibir_orm(lotes: Sequence[LoteRecibido], almacen: int) -> Recibido:
    claves = {(lote.producto_id, lote.codigo) for lote in lotes}
    productos = {producto for producto, _codigo in claves}
    hallados = {
        (lote.producto_id, lote.codigo): lote
        for lote in Lote.objects.filter(producto__in=productos, codigo__in={codigo for _p, codigo in claves})
        if (lote.producto_id, lote.codigo) in claves
    }
    nuevos = [Lote(**x._asdict()) for x in lotes if (x.producto_id, x.codigo) not in hallados]
    Lote.objects.bulk_create(nuevos)
    todos = {lote.pk: lote for lote in (*hallados.values(), *nuevos)}
    saldos = lectura.leer(Q(producto__in=productos, cantidad__gt=0) | Q(lote__in=todos))
    con_saldo = {s.lote for s in saldos}
    vacios = [saldo_vacio(lote, almacen) for pk, lote in todos.items() if pk not in con_saldo]
    return Recibido([*saldos, *vacios], {lote.pk for lote in nuevos})
