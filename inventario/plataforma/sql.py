"""Statements of the hot path, which PostgreSQL parses and plans once per connection, several in one round trip.

The ORM binds its parameters into the text, so that PostgreSQL parses and plans every query anew: for the joins of a dispatch
that costs as much as running them. What goes through here is bound by the server and prepared by psycopg after its fifth run
(never behind a transaction pooler: `prepare_threshold` in the settings). Logged, counted and translated into Django's errors
like any other query.
"""

import contextlib
import functools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.pq import TransactionStatus

Sentencia = tuple[str, Sequence[Any]]  # text and parameters


@functools.cache  # it is asked several times in an operation
def es_postgres() -> bool:
    return connection.vendor == "postgresql"


def arreglo(ids: Iterable[int]) -> str:
    """Integers as PostgreSQL writes an array of them (`%s::bigint[]`): psycopg's list adapter costs more than the query."""
    return "{" + ",".join(map(str, ids)) + "}"


def registros(filas: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON for `json_to_recordset(%s)`: one parameter, however many rows and columns."""
    return json.dumps(list(filas), default=str, separators=(",", ":"))


def juntas(*sentencias: Sentencia) -> list[list[tuple]]:
    """Run `sentencias` on PostgreSQL one after another, in one round trip; return the rows of each, none where it has none.

    Each has a snapshot of its own under READ COMMITTED: what one locks, the next reads as it is once locked. The first error
    is raised, in Django's terms, and nothing after it runs.
    """
    conexion = connections[DEFAULT_DB_ALIAS]
    conexion.close_if_health_check_failed()
    conexion.ensure_connection()
    with conexion.wrap_database_errors:
        with _tuberia(conexion):
            cursores = [_enviar(conexion, *sentencia) for sentencia in sentencias]
        return [cursor.fetchall() if cursor.pgresult.nfields else [] for cursor in cursores]


@contextlib.contextmanager
def _tuberia(conexion: Any) -> Iterator[None]:
    """libpq's pipeline mode, in which BEGIN goes first when Django has opened a transaction and nothing has been sent yet.

    psycopg would send that BEGIN by itself, and wait for it; in its autocommit mode it leaves transactions to us. Behind a
    transaction pooler each statement is waited for: not all of them are known to take a pipeline.
    """
    psycopg = conexion.connection
    if psycopg.prepare_threshold is None:
        yield
        return
    empieza = not conexion.get_autocommit() and psycopg.info.transaction_status == TransactionStatus.IDLE
    if empieza:
        psycopg.autocommit = True
    with psycopg.pipeline():
        if empieza:
            psycopg.execute("BEGIN")
        yield


def _enviar(conexion: Any, sql: str, parametros: Sequence[Any]) -> Any:
    """The cursor that runs `sql`, bound by the server whatever the connection's default is."""
    cursor = conexion._prepare_cursor(ServerBindingCursor(conexion.connection))
    cursor.execute(sql, parametros)
    return cursor.cursor
