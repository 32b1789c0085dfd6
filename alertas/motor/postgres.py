"""The motor of PostgreSQL: one statement for each kind of change there is."""

from collections.abc import Collection, Mapping
from datetime import date

from django.utils import timezone

from inventario.plataforma.sql import Sentencia, arreglo, columna_leida, juntas, recordset, registros

from ..models import Alerta
from ..reglas import Clave, Condicion
from .filas import CAMPOS, Cambios, Guardada

_CLAVE = ("tipo", "producto_id", "lote_id")


_COLUMNAS = ", ".join(("id", *_CLAVE, *(columna_leida(Alerta, c, c) for c in CAMPOS)))
# Two halves, since each has its own partial index.
_GUARDADAS = f"""
SELECT {_COLUMNAS} FROM alertas_alerta
WHERE resuelta_en IS NULL AND lote_id IS NULL AND producto_id = ANY(%s::bigint[])
UNION ALL
SELECT {_COLUMNAS} FROM alertas_alerta
WHERE resuelta_en IS NULL AND lote_id IS NOT NULL AND producto_id = ANY(%s::bigint[]) AND lote_id = ANY(%s::bigint[])
"""  # noqa: S608  column names of the model, here and below
_RESOLVER = """
WITH resueltas AS (UPDATE alertas_alerta SET resuelta_en = %s WHERE id = ANY(%s::bigint[]) RETURNING id)
INSERT INTO alertas_eventoalerta (alerta_id, tipo, nota, en) SELECT id, 'resuelta', '', %s FROM resueltas
"""
_BORRAR = """
WITH sin_eventos AS (DELETE FROM alertas_eventoalerta WHERE alerta_id = ANY(%s::bigint[]))
DELETE FROM alertas_alerta WHERE id = ANY(%s::bigint[])
"""
# `a.id = ANY` tells the planner how few rows come: of a recordset it knows nothing and would read the whole table.
_MODIFICAR = f"""
UPDATE alertas_alerta a SET {", ".join(f"{c} = x.{c}" for c in CAMPOS)}
FROM {recordset(Alerta, ("id", *CAMPOS))}
WHERE a.id = x.id AND a.id = ANY(%s::bigint[])
"""  # noqa: S608
_NUEVAS = f"""
INSERT INTO alertas_alerta AS a ({", ".join((*_CLAVE, *CAMPOS))}, creada_en, nivel_atendido, nota)
SELECT {", ".join((*_CLAVE, *CAMPOS))}, %s, 0, '' FROM {recordset(Alerta, (*_CLAVE, *CAMPOS))}
"""  # noqa: S608
_PROSEGUIR = f"""{_NUEVAS} ON CONFLICT {{}} DO UPDATE
SET activa_desde = CASE WHEN a.activa_desde <= %s THEN a.activa_desde ELSE excluded.activa_desde END,
    {", ".join(f"{c} = excluded.{c}" for c in CAMPOS if c != "activa_desde")}
"""
_PROSEGUIR_LOTES = _PROSEGUIR.format("(producto_id, lote_id, tipo) WHERE resuelta_en IS NULL AND lote_id IS NOT NULL")
_PROSEGUIR_PRODUCTOS = _PROSEGUIR.format("(producto_id, tipo) WHERE resuelta_en IS NULL AND lote_id IS NULL")


def guardadas(productos: Collection[int], lotes: Collection[int]) -> list[Guardada]:
    """Open rows of `productos` as a whole and, of their lots, of `lotes`."""
    suyos = arreglo(productos)
    return list(map(Guardada._make, juntas((_GUARDADAS, [suyos, suyos, arreglo(lotes)]))[0]))


def escribir(c: Cambios) -> list[Sentencia]:
    """Ended rows first: a new one of the same kind takes their place."""
    ahora = timezone.now()
    sentencias: list[Sentencia] = []
    if c.resueltas:
        sentencias.append((_RESOLVER, [ahora, arreglo(a.pk for a in c.resueltas), ahora]))
    if c.borradas:
        ids = arreglo(a.pk for a in c.borradas)
        sentencias.append((_BORRAR, [ids, ids]))
    if c.modificadas:
        filas = ({"id": a.pk, **{campo: getattr(a, campo) for campo in CAMPOS}} for a in c.modificadas)
        sentencias.append((_MODIFICAR, [registros(filas), arreglo(a.pk for a in c.modificadas)]))
    if c.nuevas:
        columnas = (*_CLAVE, *CAMPOS)
        sentencias.append((_NUEVAS, [ahora, registros({x: getattr(a, x) for x in columnas} for a in c.nuevas)]))
    return sentencias


def proseguir(condiciones: Mapping[Clave, Condicion], hoy: date) -> list[Sentencia]:
    """Bring the rows whose episode goes on, and those that begin where there was none, to `condiciones`. The unique indexes
    promise one open row for each key, so nothing needs to be read to find it.
    """
    sentencias: list[Sentencia] = []
    for de_lote, sql in ((True, _PROSEGUIR_LOTES), (False, _PROSEGUIR_PRODUCTOS)):
        suyas = {clave: c for clave, c in condiciones.items() if (clave[2] is not None) == de_lote}
        if suyas:
            filas = registros({**dict(zip(_CLAVE, clave, strict=True)), **c._asdict()} for clave, c in suyas.items())
            sentencias.append((sql, [timezone.now(), filas, hoy]))
    return sentencias
