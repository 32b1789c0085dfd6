"""The motor of PostgreSQL: one round trip to open an operation, one to write it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.utils import timezone
from psycopg.types.json import Jsonb

from inventario.plataforma.sql import Sentencia, arreglo, columna_leida, juntas, recordset, registros
from lotes.models import Almacen, Lote
from productos import bloqueo
from productos.bloqueo import ProductoBloqueado

from ..fefo import Saldo
from ..firme import ANUNCIAR
from ..models import Motivo, Movimiento, Operacion
from .filas import DE_SALDO, VACIO, Leido, LoteRecibido, Recibido

_Modelo = TypeVar("_Modelo", bound=models.Model)
# Of the rows that come whole with the lock: what `from_db` calls their columns.
_DE_ALMACEN, _DE_MOTIVO = ([f.attname for f in modelo._meta.concrete_fields] for modelo in (Almacen, Motivo))


def _columnas(modelo: type[models.Model], alias: str) -> str:
    return ", ".join(f"{alias}.{f.column}" for f in modelo._meta.concrete_fields)


def _saldo(*, vacio: bool = False) -> str:
    """The columns of a `Saldo`, from balances `e` and lots `l`; `vacio` where `e` may have no row."""
    salida = []
    for campo, ruta in DE_SALDO.items():
        columna = f"l.{ruta[6:]}" if ruta.startswith("lote__") else f"e.{ruta}"
        columna = columna_leida(Lote, ruta[6:], columna) if campo == "costo_unitario" else columna.replace(".pk", ".id")
        if campo == "creado_en":
            # A plain UTC timestamp: it only orders, and Django loads aware ones in Python, one by one.
            columna += " AT TIME ZONE 'UTC'"
        elif vacio and campo in VACIO:
            columna = f"coalesce({columna}, {VACIO[campo]!r})"
        salida.append(columna)
    return ", ".join(salida)


_BLOQUEAR = f"""
SELECT {", ".join("c.dias_aviso" if "__" in c else f"p.{c}".replace(".pk", ".id") for c in bloqueo.COLUMNAS)}
FROM productos_producto p LEFT JOIN productos_categoria c ON c.id = p.categoria_id
WHERE p.id {{}} ORDER BY p.id FOR NO KEY UPDATE OF p
"""  # noqa: S608  column names of the models, here and below
_DE_ESOS_LOTES = "IN (SELECT producto_id FROM lotes_lote WHERE id = ANY(%s::bigint[]))"
_BLOQUEAR_PRODUCTOS, _BLOQUEAR_LOTES = _BLOQUEAR.format("= ANY(%s::bigint[])"), _BLOQUEAR.format(_DE_ESOS_LOTES)
_ENCABEZADO = f"""
SELECT o.id, {_columnas(Almacen, "a")}, {_columnas(Almacen, "d")}, {_columnas(Motivo, "m")}
FROM (SELECT) AS siempre
LEFT JOIN lotes_almacen a ON a.id = coalesce(%s::bigint, (SELECT id FROM lotes_almacen WHERE predeterminado))
LEFT JOIN lotes_almacen d ON d.id = %s::bigint
LEFT JOIN movimientos_motivo m ON m.codigo = %s
LEFT JOIN movimientos_operacion o ON o.usuario_id = %s AND o.clave_idempotencia = %s
"""  # noqa: S608
_CON_STOCK = f"""
SELECT {_saldo()} FROM lotes_existencia e JOIN lotes_lote l ON l.id = e.lote_id WHERE e.cantidad > 0 AND e.producto_id {{}}
"""  # noqa: S608
# PostgreSQL plans an array of products anew each time, for it cannot tell how many come; of one product it keeps the plan.
_DE_UN_PRODUCTO, _DE_PRODUCTOS = _CON_STOCK.format("= %s"), _CON_STOCK.format("= ANY(%s::bigint[])")
_DE_LOTES = f"""
SELECT {_saldo(vacio=True)} FROM lotes_lote l LEFT JOIN lotes_existencia e ON e.lote_id = l.id WHERE l.id = ANY(%s::bigint[])
UNION ALL {_CON_STOCK.format(_DE_ESOS_LOTES)} AND e.lote_id <> ALL(%s::bigint[])
"""  # noqa: S608


def abrir(
    *,
    almacen: int | None,
    destino: int | None,
    motivo: str | None,
    usuario: int,
    clave: str | None,
    productos: Collection[int],
    lotes: Collection[int],
    con_stock: bool,
) -> Leido:
    """Lock `productos`, or those of `lotes`, in primary key order, and then read the rest: all in one round trip."""
    ids = arreglo(set(productos or lotes))
    bloqueo_ = (_BLOQUEAR_PRODUCTOS if productos else _BLOQUEAR_LOTES, [ids])
    encabezado = (_ENCABEZADO, [almacen, destino, motivo, usuario, clave])
    stock = [] if not con_stock else [_con_stock(productos)] if productos else [(_DE_LOTES, [ids, ids, ids])]
    bloqueados, encabezados, *saldos = juntas(bloqueo_, encabezado, *stock)
    previa, *fila = encabezados[0]
    corte = len(_DE_ALMACEN)
    return Leido(
        _fila(Almacen, _DE_ALMACEN, fila[:corte]),
        _fila(Almacen, _DE_ALMACEN, fila[corte : 2 * corte]),
        _fila(Motivo, _DE_MOTIVO, fila[2 * corte :]),
        previa,
        list(map(ProductoBloqueado._make, bloqueados)),
        _saldos(saldos[0]) if saldos else [],
    )


def _fila(modelo: type[_Modelo], columnas: Sequence[str], valores: Sequence[Any]) -> _Modelo | None:
    """The row of `modelo` with `valores`, or None where the join found none."""
    return None if valores[0] is None else modelo.from_db(DEFAULT_DB_ALIAS, columnas, valores)


def _con_stock(productos: Collection[int]) -> Sentencia:
    ids = set(productos)
    return (_DE_UN_PRODUCTO, [*ids]) if len(ids) == 1 else (_DE_PRODUCTOS, [arreglo(ids)])


def _saldos(filas: Iterable[tuple]) -> list[Saldo]:
    """`Saldo._make` would check the length of each, thousands of times in a long dispatch."""
    return list(map(partial(tuple.__new__, Saldo), filas))


def leer(productos: Collection[int]) -> list[Saldo]:
    """Every balance with stock of `productos`."""
    return _saldos(juntas(_con_stock(productos))[0])


_LOTE = ", ".join(LoteRecibido._fields)
# The lots named come with all their balances, also empty ones: the entry goes on from there.
_RECIBIR = f"""
WITH pedidos AS (
    SELECT * FROM {recordset(Lote, LoteRecibido._fields, orden=True)}
), hallados AS (
    SELECT l.* FROM pedidos p JOIN lotes_lote l ON l.producto_id = p.producto_id AND l.codigo = p.codigo
), nuevos AS (
    INSERT INTO lotes_lote ({_LOTE}, estado, creado_en)
    SELECT {_LOTE}, 'disponible', %s FROM pedidos p
    WHERE NOT EXISTS (SELECT FROM hallados h WHERE h.producto_id = p.producto_id AND h.codigo = p.codigo) ORDER BY orden
    RETURNING *
), l AS (
    SELECT *, true AS nuevo FROM nuevos UNION ALL SELECT *, false FROM hallados
)
SELECT l.nuevo, {_saldo(vacio=True)} FROM l LEFT JOIN lotes_existencia e ON e.lote_id = l.id
UNION ALL
SELECT false, {_saldo()} FROM lotes_existencia e JOIN lotes_lote l ON l.id = e.lote_id
WHERE e.producto_id = ANY(%s::bigint[]) AND e.cantidad > 0 AND e.lote_id NOT IN (SELECT id FROM hallados)
"""  # noqa: S608


def recibir(lotes: Sequence[LoteRecibido]) -> Recibido:
    """Find or create `lotes`, which differ in product or code. The products must be locked."""
    pedidos = registros({"orden": i, **lote._asdict()} for i, lote in enumerate(lotes))
    filas = juntas((_RECIBIR, [pedidos, timezone.now(), arreglo({lote.producto_id for lote in lotes})]))[0]
    saldos = [Saldo._make(fila[1:]) for fila in filas]
    return Recibido(saldos, {s.lote for s, fila in zip(saldos, filas, strict=True) if fila[0]})


_COSTEAR = f"""
UPDATE lotes_lote l SET costo_unitario = x.costo_unitario FROM {recordset(Lote, ("id", "costo_unitario"))}
WHERE l.id = x.id AND l.id = ANY(%s::bigint[])
"""  # noqa: S608


def costear(costos: Mapping[int, Decimal | None]) -> list[Sentencia]:
    """Set the unit cost of each lot; what is left to send to do so."""
    filas = registros({"id": lote, "costo_unitario": costo} for lote, costo in costos.items())
    return [(_COSTEAR, [filas, arreglo(costos)])] if costos else []


_OPERACION = (*Operacion.SELLADAS, "sello", "dicho")
_LINEA = (*Movimiento.ENCADENADAS, "huella")
_DE_OPERACION = {campo.attname: f"{campo.column}" for campo in Operacion._meta.concrete_fields}
_ESCRIBIR = f"""
WITH lineas AS (
    SELECT * FROM {recordset(Movimiento, _LINEA, orden=True, ademas=["saldo_con_costo bigint"])}
), operacion AS (
    INSERT INTO movimientos_operacion ({", ".join(_DE_OPERACION[c] for c in _OPERACION)})
    VALUES ({", ".join(["%s"] * len(_OPERACION))}) RETURNING id
), libro AS (
    INSERT INTO movimientos_movimiento (operacion_id, {", ".join(_LINEA)})
    SELECT o.id, {", ".join(f"x.{c}" for c in _LINEA)} FROM lineas x, operacion o ORDER BY x.orden
    RETURNING id, lote_id, almacen_id
), saldos AS (
    INSERT INTO lotes_existencia (lote_id, almacen_id, producto_id, cantidad, con_costo, secuencia, huella)
    SELECT lote_id, almacen_id, producto_id, saldo, saldo_con_costo, secuencia, huella FROM lineas
    ON CONFLICT (lote_id, almacen_id) DO UPDATE SET cantidad = excluded.cantidad, con_costo = excluded.con_costo,
        secuencia = excluded.secuencia, huella = excluded.huella
)
SELECT o.id, l.id, l.lote_id, l.almacen_id FROM operacion o LEFT JOIN libro l ON true
"""  # noqa: S608


def escribir(operacion: Operacion, movimientos: Sequence[Movimiento], sentencias: Iterable[Sentencia]) -> None:
    """Insert `operacion` and its lines, set each balance to what its line says, and run `sentencias`: all in one round trip.
    Operation and lines get their ids, which are announced first to whoever walks them (`firme`).
    """
    columnas = (*_LINEA, "saldo_con_costo")
    lineas = registros({"orden": i, **{c: getattr(m, c) for c in columnas}} for i, m in enumerate(movimientos))
    valores = [getattr(operacion, c) for c in _OPERACION]
    for campo in ("faltantes", "dicho"):
        if getattr(operacion, campo) is not None:
            valores[_OPERACION.index(campo)] = Jsonb(getattr(operacion, campo))
    filas = juntas(ANUNCIAR, (_ESCRIBIR, [lineas, *valores]), *sentencias)[1]
    operacion.pk = filas[0][0]
    operacion._state.adding, operacion._state.db = False, DEFAULT_DB_ALIAS
    ids = {(lote, almacen): pk for _o, pk, lote, almacen in filas}
    for m in movimientos:
        m.pk, m.operacion = ids[m.lote_id, m.almacen_id], operacion
        m._state.adding, m._state.db = False, DEFAULT_DB_ALIAS
