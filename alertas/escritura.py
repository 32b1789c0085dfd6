"""What has to be written for the stored alerts to be the expected ones, and how: prepared statements on PostgreSQL, the
ORM's elsewhere. The same tests hold on both engines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from inventario.sql import arreglo, ejecutar, es_postgres, registros

from .models import Alerta, EventoAlerta

CAMPOS = ("activa_desde", "termina", "vence", "cantidad", "valor")


@dataclass(slots=True)
class Cambios:
    nuevas: list[Alerta] = field(default_factory=list)
    modificadas: list[Alerta] = field(default_factory=list)
    resueltas: list[Alerta] = field(default_factory=list)
    borradas: list[Alerta] = field(default_factory=list)

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
FROM json_to_recordset(%s) AS x (id bigint, activa_desde date, termina date, vence date, cantidad bigint, valor numeric)
WHERE a.id = x.id AND a.id = ANY(%s::bigint[])
"""  # noqa: S608  column names of this module


def _resolver(alertas: Sequence[Alerta]) -> None:
    ahora = timezone.now()
    if es_postgres():
        ejecutar(_RESOLVER, [ahora, arreglo(a.pk for a in alertas), ahora])
        return
    Alerta.objects.filter(pk__in=[a.pk for a in alertas]).update(resuelta_en=ahora)
    EventoAlerta.objects.bulk_create(EventoAlerta(alerta=a, tipo=EventoAlerta.Tipo.RESUELTA) for a in alertas)


def _borrar(alertas: Sequence[Alerta]) -> None:
    if es_postgres():
        ids = arreglo(a.pk for a in alertas)
        ejecutar(_BORRAR, [ids, ids])
        return
    Alerta.objects.filter(pk__in=[a.pk for a in alertas]).delete()


def _modificar(alertas: Sequence[Alerta]) -> None:
    if es_postgres():
        filas = ({"id": a.pk, **{campo: getattr(a, campo) for campo in CAMPOS}} for a in alertas)
        ejecutar(_MODIFICAR, [registros(filas), arreglo(a.pk for a in alertas)])
        return
    # Half the time of an operation went into the CASE that bulk_update writes, a branch for each row and column.
    campos = [Alerta._meta.get_field(c) for c in CAMPOS]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE alertas_alerta SET {', '.join(f'{c} = %s' for c in CAMPOS)} WHERE id = %s",  # noqa: S608  ours
            [(*(c.get_db_prep_save(getattr(a, c.name), connection) for c in campos), a.pk) for a in alertas],
        )
