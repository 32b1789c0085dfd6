"""Statements of the hot path that PostgreSQL parses and plans once per connection.

The ORM binds its parameters into the text, so that PostgreSQL parses and plans every query anew: for the joins of a
dispatch that costs as much as running them. What goes through here is bound by the server and prepared by psycopg after
its fifth run (never behind a transaction pooler: `prepare_threshold` in the settings). Logged, counted and translated
into Django's errors like any other query.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


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
    with _cursor() as cursor:
        cursor.execute(sql, parametros)
        return cursor.fetchall()


def ejecutar(sql: str, parametros: Sequence[Any]) -> None:
    """Run `sql`, which returns no rows, on PostgreSQL."""
    with _cursor() as cursor:
        cursor.execute(sql, parametros)


def _cursor() -> Any:
    """A cursor of Django's over one of psycopg's that binds in the server, whatever the connection's default is."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    cruda = connection.connection
    del_orm, cruda.cursor_factory = cruda.cursor_factory, ServerBindingCursor
    try:
        return connection.cursor()
    finally:
        cruda.cursor_factory = del_orm
