"""What has to be written for the stored alerts to be the expected ones, and how: prepared statements on PostgreSQL, the
ORM's elsewhere. The same tests hold on both engines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from inventario.plataforma.sql import arreglo, encolar, es_postgres, registros

from .models import Alerta, EventoAlerta
from .reglas import Clave, Condicion

# Column of an alert: its type on PostgreSQL.
_CLAVE = {"tipo": "text", "producto_id": "bigint", "lote_id": "bigint"}
_TIPOS = {"activa_desde": "date", "termina": "date", "vence": "date", "cantidad": "bigint", "valor": "numeric"}
CAMPOS = tuple(_TIPOS)


def _recordset(columnas: Mapping[str, str]) -> str:
    return f"json_to_recordset(%s) AS x ({', '.join(f'{c} {tipo}' for c, tipo in columnas.items())})"


class Guardada(NamedTuple):
    """An open row, as far as the comparison cares."""

    pk: int
    tipo: str
    producto_id: int
    lote_id: int | None
    activa_desde: date
    termina: date | None
    vence: date | None
    cantidad: int
    valor: Decimal | None


@dataclass(slots=True)
class Cambios:
    nuevas: list[Alerta] = field(default_factory=list)
    modificadas: list[Guardada] = field(default_factory=list)
    resueltas: list[Guardada] = field(default_factory=list)
    borradas: list[Guardada] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.nuevas or self.modificadas or self.resueltas or self.borradas)


def escribir(c: Cambios) -> None:
    """Ended rows first: a new one of the same kind takes their place. One statement for each kind of change there is."""
    if c.resueltas:
        _resolver(c.resueltas)
    if c.borradas:
        _borrar(c.borradas)
    if c.modificadas:
        _modificar(c.modificadas)
    if c.nuevas:
        Alerta.objects.bulk_create(c.nuevas, batch_size=1000)


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
FROM {_recordset({"id": "bigint"} | _TIPOS)}
WHERE a.id = x.id AND a.id = ANY(%s::bigint[])
"""  # noqa: S608  column names of this module


def _proseguir(unica: str) -> str:
    """One open row for each key is what the unique index promises, so nothing needs to be read to find it."""
    columnas = ", ".join((*_CLAVE, *CAMPOS))
    return f"""
INSERT INTO alertas_alerta AS a ({columnas}, creada_en, nivel_atendido, nota)
SELECT {columnas}, %s, 0, ''
FROM {_recordset(_CLAVE | _TIPOS)}
ON CONFLICT {unica} DO UPDATE
SET activa_desde = CASE WHEN a.activa_desde <= %s THEN a.activa_desde ELSE excluded.activa_desde END,
    {", ".join(f"{c} = excluded.{c}" for c in CAMPOS[1:])}
"""  # noqa: S608  column names of this module


_PROSEGUIR = {
    True: _proseguir("(producto_id, lote_id, tipo) WHERE resuelta_en IS NULL AND lote_id IS NOT NULL"),
    False: _proseguir("(producto_id, tipo) WHERE resuelta_en IS NULL AND lote_id IS NULL"),
}


def proseguir(condiciones: Mapping[Clave, Condicion], hoy: date) -> None:
    """Bring the rows whose episode goes on, and those that begin where there was none, to `condiciones` (PostgreSQL)."""
    filas: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for clave, c in condiciones.items():
        filas[clave[2] is not None].append({**dict(zip(_CLAVE, clave, strict=True)), **c._asdict()})
    for de_lote, suyas in filas.items():
        if suyas:
            encolar(_PROSEGUIR[de_lote], [timezone.now(), registros(suyas), hoy])


def _resolver(alertas: Sequence[Guardada]) -> None:
    ahora = timezone.now()
    if es_postgres():
        encolar(_RESOLVER, [ahora, arreglo(a.pk for a in alertas), ahora])
        return
    Alerta.objects.filter(pk__in=[a.pk for a in alertas]).update(resuelta_en=ahora)
    EventoAlerta.objects.bulk_create(EventoAlerta(alerta_id=a.pk, tipo=EventoAlerta.Tipo.RESUELTA) for a in alertas)


def _borrar(alertas: Sequence[Guardada]) -> None:
    if es_postgres():
        ids = arreglo(a.pk for a in alertas)
        encolar(_BORRAR, [ids, ids])
        return
    Alerta.objects.filter(pk__in=[a.pk for a in alertas]).delete()


def _modificar(alertas: Sequence[Guardada]) -> None:
    if es_postgres():
        filas = ({"id": a.pk, **{campo: getattr(a, campo) for campo in CAMPOS}} for a in alertas)
        encolar(_MODIFICAR, [registros(filas), arreglo(a.pk for a in alertas)])
        return
    # Half the time of an operation went into the CASE that bulk_update writes, a branch for each row and column.
    campos = [Alerta._meta.get_field(c) for c in CAMPOS]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE alertas_alerta SET {', '.join(f'{c} = %s' for c in CAMPOS)} WHERE id = %s",  # noqa: S608  ours
            [(*(c.get_db_prep_save(getattr(a, c.name), connection) for c in campos), a.pk) for a in alertas],
        )
