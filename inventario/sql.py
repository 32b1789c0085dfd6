"""Statements of the hot path that PostgreSQL parses and plans once per connection.

The ORM binds its parameters into the text, so that PostgreSQL parses and plans every query anew: for the joins of a
dispatch that costs as much as running them. What goes through here is bound by the server and prepared by psycopg after
its fifth run (never behind a transaction pooler: `prepare_threshold` in the settings). Logged, counted and translated
into Django's errors like any other query.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections


def es_postgres() -> bool:
    return connection.vendor == "postgresql"


def arreglo(ids: Iterable[int]) -> str:
    """Integers as PostgreSQL writes an array of them (`%s::bigint[]`): psycopg's list adapter costs more than the query."""
    return "{" + ",".join(map(str, ids)) + "}"


def registros(filas: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON for `json_to_recordset(%s)`: one parameter, however many rows and columns."""
    return json.dumps(list(filas), default=str, separators=(",", ":"))


def consultar(sql: str, parametros: Sequence[Any]) -> list[tuple]:
    """The rows of `sql`, on PostgreSQL."""
    with _cursor(_conexion()) as cursor:
        cursor.execute(sql, parametros)
        return cursor.fetchall()


def consultar_juntas(*consultas: tuple[str, Sequence[Any]]) -> list[list[tuple]]:
    """The rows of each (sql, parameters), none where it returns none, on PostgreSQL, in one round trip. They run one after
    another, each with a snapshot of its own under READ COMMITTED: what one locks, the next reads as it is once locked.
    """
    conexion = _conexion()
    cursores = [_cursor(conexion) for _ in consultas]
    with conexion.wrap_database_errors, conexion.connection.pipeline():
        for cursor, (sql, parametros) in zip(cursores, consultas, strict=True):
            cursor.execute(sql, parametros)
    return [cursor.fetchall() if cursor.cursor.pgresult.nfields else [] for cursor in cursores]


def encolar(sql: str, parametros: Sequence[Any], al_llegar: Callable[[list[tuple]], None] | None = None) -> None:
    """Run `sql` on PostgreSQL before the transaction ends, and hand its rows, if it has any, to `al_llegar`.

    Inside `en_cola` it waits, in order, until something else is asked of the database, or the commit, which travels with it;
    errors come then. Elsewhere it runs at once.
    """
    cola = getattr(_conexion(), "cola", None)
    pendiente = (sql, parametros, al_llegar or _nada)
    if cola is None:
        _enviar([pendiente])
    else:
        cola.append(pendiente)


@contextlib.contextmanager
def en_cola() -> Iterator[None]:
    """Let `encolar` wait, on PostgreSQL. For who has just opened the outermost transaction, which ends here if it is good."""
    if not es_postgres():
        yield
        return
    conexion = _conexion()
    conexion.cola = []
    try:
        with conexion.execute_wrapper(_primero_la_cola):
            yield
        pendientes, conexion.cola = conexion.cola, None
        if pendientes and not conexion.needs_rollback:
            _enviar([*pendientes, ("COMMIT", [], _nada)])  # Django's own finds nothing left to commit
    finally:
        conexion.cola = None


def _primero_la_cola(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    conexion = context["connection"]
    if conexion.cola:
        pendientes, conexion.cola = conexion.cola, []
        _enviar(pendientes)
    return execute(sql, params, many, context)


def _enviar(pendientes: Sequence[tuple[str, Sequence[Any], Callable[[list[tuple]], None]]]) -> None:
    resultados = consultar_juntas(*((sql, parametros) for sql, parametros, _al_llegar in pendientes))
    for filas, (_sql, _parametros, al_llegar) in zip(resultados, pendientes, strict=True):
        al_llegar(filas)


def _nada(filas: list[tuple]) -> None:
    """What to do with the rows of a statement that has none."""


def _cursor(conexion: Any) -> Any:
    """A cursor of Django's over one of psycopg's that binds in the server, whatever the connection's default is."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    return conexion._prepare_cursor(ServerBindingCursor(conexion.connection))


def _conexion() -> Any:
    """Django's connection itself, not the proxy, which looks it up again for each attribute; connected."""
    conexion = connections[DEFAULT_DB_ALIAS]
    conexion.close_if_health_check_failed()
    conexion.ensure_connection()
    return conexion
