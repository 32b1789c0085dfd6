"""How an operation reaches the tables: one statement on PostgreSQL, the ORM's three elsewhere. Only `libro` calls it.

Both write the same rows, whatever the number of lines; a test runs one against the other.
"""

from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS
from psycopg.types.json import Jsonb

from inventario.plataforma.sql import encolar, es_postgres, registros
from lotes.models import Existencia

from .models import Movimiento, Operacion

_OPERACION = (
    "tipo", "motivo_id", "almacen_id", "almacen_destino_id", "contraparte", "documento", "nota", "usuario_id",
    "fecha_efectiva", "registrada_en", "revierte_id", "faltantes", "clave_idempotencia", "huella", "sello",
)  # fmt: skip
# Column of a line: its type on PostgreSQL.
_LINEA = {
    "producto_id": "bigint",
    "lote_id": "bigint",
    "almacen_id": "bigint",
    "cantidad": "bigint",
    "saldo": "bigint",
    "secuencia": "integer",
    "fecha_caducidad": "date",
    "vida_minima": "smallint",
    "excepcion_fefo": "boolean",
    "huella": "text",
}
_SQL = f"""
WITH lineas AS (
    SELECT * FROM json_to_recordset(%s) AS x (orden integer, {", ".join(f"{c} {tipo}" for c, tipo in _LINEA.items())})
), operacion AS (
    INSERT INTO movimientos_operacion ({", ".join(_OPERACION)}) VALUES ({", ".join(["%s"] * len(_OPERACION))})
    RETURNING id, tipo, fecha_efectiva
), libro AS (
    INSERT INTO movimientos_movimiento (operacion_id, tipo, fecha_efectiva, {", ".join(_LINEA)})
    SELECT o.id, o.tipo, o.fecha_efectiva, {", ".join(f"x.{c}" for c in _LINEA)}
    FROM lineas x, operacion o ORDER BY x.orden
    RETURNING id, lote_id, almacen_id
), saldos AS (
    INSERT INTO lotes_existencia (lote_id, almacen_id, producto_id, cantidad, secuencia, huella)
    SELECT lote_id, almacen_id, producto_id, saldo, secuencia, huella FROM lineas
    ON CONFLICT (lote_id, almacen_id) DO UPDATE
    SET cantidad = excluded.cantidad, secuencia = excluded.secuencia, huella = excluded.huella
)
SELECT o.id, l.id, l.lote_id, l.almacen_id FROM operacion o LEFT JOIN libro l ON true
"""  # noqa: S608  column names of this module


def escribir(operacion: Operacion, movimientos: Sequence[Movimiento]) -> None:
    """Insert `operacion` and its lines, and set each balance to what its line says. They know their ids at the latest when
    the transaction ends (`encolar`).
    """
    (escribir_postgres if es_postgres() else escribir_orm)(operacion, movimientos)


def escribir_postgres(operacion: Operacion, movimientos: Sequence[Movimiento]) -> None:
    lineas = [{"orden": i, **{c: getattr(m, c) for c in _LINEA}} for i, m in enumerate(movimientos)]
    valores = [getattr(operacion, c) for c in _OPERACION]
    if operacion.faltantes is not None:
        valores[_OPERACION.index("faltantes")] = Jsonb(operacion.faltantes)

    def al_llegar(filas: list[tuple]) -> None:
        operacion.pk = filas[0][0]
        operacion._state.adding, operacion._state.db = False, DEFAULT_DB_ALIAS
        ids = {(lote, almacen): pk for _o, pk, lote, almacen in filas}
        for m in movimientos:
            m.pk, m.operacion_id = ids[m.lote_id, m.almacen_id], operacion.pk
            m._state.fields_cache["operacion"] = operacion  # the descriptor would check a hundred times what is so
            m._state.adding, m._state.db = False, DEFAULT_DB_ALIAS

    encolar(_SQL, [registros(lineas), *valores], al_llegar)


def escribir_orm(operacion: Operacion, movimientos: Sequence[Movimiento]) -> None:
    operacion.save(force_insert=True)
    for m in movimientos:
        m.operacion = operacion
    Movimiento.objects.bulk_create(movimientos)
    Existencia.objects.bulk_create(
        (
            Existencia(
                lote_id=m.lote_id,
                almacen_id=m.almacen_id,
                producto_id=m.producto_id,
                cantidad=m.saldo,
                secuencia=m.secuencia,
                huella=m.huella,
            )
            for m in movimientos
        ),
        update_conflicts=True,
        unique_fields=["lote", "almacen"],
        update_fields=["cantidad", "secuencia", "huella"],
    )
