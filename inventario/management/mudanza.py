"""A whole database copied into another, of either engine: every row of every model, with its id, in batches.

The source lets nobody write meanwhile, and is only read. What never changes once it is written (the ledger, the audit) goes on
where it was left; the rest is copied again, in one transaction. A mark in the target says that it is not whole yet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.sql import InsertQuery

from inventario.plataforma.progreso import Progreso
from movimientos import candado

ORIGEN, DESTINO = "default", "destino"
LOTE = 2000  # rows in memory at once
MARCA = "inventario_mudanza"
# Rows that every database has from its migrations, or that nobody would miss: a target with only these is empty.
SEMBRADAS = {"contenttypes", "auth", "sessions", "axes", "admin"}
CATALOGOS = {"movimientos.motivo", "lotes.almacen"}


class Imposible(Exception):
    """Why it cannot be done, for people."""


def modelos() -> list[type[models.Model]]:
    """Every model with a table, those that others point to first."""
    todos = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    orden: list[type[models.Model]] = []
    faltan = list(todos)
    while faltan:
        libres = [m for m in faltan if not (_apunta(m) - {m}) & set(faltan)] or faltan[
            :1
        ]  # a circle: keys are deferred
        orden += libres
        faltan = [m for m in faltan if m not in libres]
    return orden


def _apunta(modelo: type[models.Model]) -> set[Any]:
    return {f.related_model for f in modelo._meta.local_concrete_fields if f.remote_field}


def preparar(identidad: str) -> None:
    """Check the target: empty and of this version, or the one that a copy of `identidad` left half way. Raises Imposible."""
    origen, destino = connections[ORIGEN], connections[DESTINO]
    aplicadas = [set(MigrationRecorder(c).applied_migrations()) for c in (origen, destino)]
    if aplicadas[0] != aplicadas[1]:
        raise Imposible("source and target have other migrations: run migrate on both with this code, and try again")
    if MARCA not in destino.introspection.table_names():
        if llenas := [m._meta.label_lower for m in modelos() if _cuenta(m) and _ajena(m)]:
            raise Imposible(f"the target is not empty: {', '.join(llenas)}")
        with transaction.atomic(using=DESTINO), destino.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {MARCA} (origen varchar(500) NOT NULL)")
            cursor.execute(f"INSERT INTO {MARCA} VALUES (%s)", [identidad])  # noqa: S608
        return
    with destino.cursor() as cursor:
        cursor.execute(f"SELECT origen FROM {MARCA}")  # noqa: S608
        if cursor.fetchone() != (identidad,):
            raise Imposible("the target holds half a copy of another database: empty it first")


def _ajena(modelo: type[models.Model]) -> bool:
    return modelo._meta.app_label not in SEMBRADAS and modelo._meta.label_lower not in CATALOGOS


def _cuenta(modelo: type[models.Model], alias: str = DESTINO) -> int:
    return modelo._base_manager.using(alias).count()


@contextmanager
def quieta() -> Iterator[None]:
    """Nobody writes in the source while inside; everybody reads. Waits for who is writing, as any lock does."""
    conexion = connections[ORIGEN]
    with transaction.atomic(using=ORIGEN):  # IMMEDIATE, on SQLite: the writers' lock
        if conexion.vendor == "postgresql":
            tablas = ", ".join(conexion.ops.quote_name(m._meta.db_table) for m in modelos())
            with conexion.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {tablas} IN SHARE ROW EXCLUSIVE MODE")
        yield


def copiar() -> dict[str, int]:
    """Copy every model; the rows of each. To be called inside `quieta`."""
    destino, todos = connections[DESTINO], modelos()
    fijos = [m for m in todos if m._meta.db_table in candado.TABLAS]
    despues = _que_apuntan(fijos, todos)
    antes = [m for m in todos if m not in fijos and m not in despues]
    candado.quitar(destino)
    _de_nuevo(antes, [*despues, *antes])
    for modelo in fijos:
        _seguir(modelo)
    _de_nuevo(despues, despues)
    _secuencias(todos)
    candado.instalar(destino)
    with destino.cursor() as cursor:
        destino.check_constraints()
        cursor.execute(f"DROP TABLE {MARCA}")
        cursor.execute("ANALYZE")
    return {m._meta.label_lower: _llegaron(m) for m in todos}


def _que_apuntan(fijos: list[type[models.Model]], todos: list[type[models.Model]]) -> list[type[models.Model]]:
    """What can be copied only after `fijos`, for it points to them, or to what does."""
    hallados: list[type[models.Model]] = []
    while nuevos := [m for m in todos if m not in fijos + hallados and _apunta(m) & {*fijos, *hallados}]:
        hallados += nuevos
    return [m for m in todos if m in hallados]


def _de_nuevo(que: list[type[models.Model]], vaciar: list[type[models.Model]]) -> None:
    """Copy `que` whole, in one transaction, over whatever an earlier run left in `vaciar`: keys are checked when it ends."""
    with transaction.atomic(using=DESTINO):
        for modelo in sorted(vaciar, key=modelos().index, reverse=True):
            modelo._base_manager.using(DESTINO)._raw_delete(DESTINO)
        for modelo in que:
            _filas(modelo, None)


def _seguir(modelo: type[models.Model]) -> None:
    """Copy the rows of `modelo` that have not arrived, each batch in a transaction: they never change, so they are right."""
    _filas(modelo, modelo._base_manager.using(DESTINO).aggregate(x=models.Max("pk"))["x"])


def _filas(modelo: type[models.Model], ultimo: Any) -> None:
    campos = [f for f in modelo._meta.local_concrete_fields if not f.generated]
    consulta = modelo._base_manager.using(ORIGEN).order_by("pk")
    with Progreso(modelo._meta.label_lower, _cuenta(modelo, ORIGEN)) as progreso:
        while filas := list((consulta if ultimo is None else consulta.filter(pk__gt=ultimo))[:LOTE]):
            with transaction.atomic(using=DESTINO):
                _insertar(modelo, campos, filas)
            ultimo = filas[-1].pk
            progreso.avanzar(len(filas))


def _insertar(modelo: type[models.Model], campos: list[Any], filas: list[models.Model]) -> None:
    """As they are: no default, no date of today, no signal."""
    cuantas = max(1, connections[DESTINO].ops.bulk_batch_size(campos, filas))
    for i in range(0, len(filas), cuantas):
        sentencia = InsertQuery(modelo)
        sentencia.insert_values(campos, filas[i : i + cuantas], raw=True)
        sentencia.get_compiler(using=DESTINO).execute_sql()


def _llegaron(modelo: type[models.Model]) -> int:
    salieron, llegaron = _cuenta(modelo, ORIGEN), _cuenta(modelo)
    if salieron != llegaron:
        raise Imposible(f"{modelo._meta.label_lower}: {llegaron} rows of {salieron} arrived")
    return llegaron


def _secuencias(todos: list[type[models.Model]]) -> None:
    """The next id of each table is the one that the source would give, also where its last rows were deleted."""
    for modelo in todos:
        if not isinstance(modelo._meta.pk, models.AutoField):
            continue
        tabla, columna = modelo._meta.db_table, str(modelo._meta.pk.column)
        ultimo = max(_dado(connections[alias], tabla, columna) for alias in (ORIGEN, DESTINO))
        if not ultimo:
            continue
        with connections[DESTINO].cursor() as cursor:
            if connections[DESTINO].vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{tabla}"', columna, ultimo])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [tabla])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [tabla, ultimo])


def _dado(conexion: BaseDatabaseWrapper, tabla: str, columna: str) -> int:
    """The last id that was given in `tabla`, or the highest that is there; 0 if none."""
    with conexion.cursor() as cursor:
        nombres = [conexion.ops.quote_name(x) for x in (columna, tabla)]
        cursor.execute("SELECT COALESCE(max({}), 0) FROM {}".format(*nombres))  # noqa: S608
        maximo = cursor.fetchone()[0]
        if conexion.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [f'"{tabla}"', columna]
            )
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [tabla])
        fila = cursor.fetchone()
        return max(maximo, (fila and fila[0]) or 0)
