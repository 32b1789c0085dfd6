"""The statements of the hot path: prepared once per connection, and several sent in one round trip.

The ORM writes parameters into the text, so PostgreSQL parses and plans every query anew. For the joins of a dispatch that costs
as much as running them. Here the server binds the parameters, and psycopg prepares a statement after its fifth run (never behind
a transaction pooler: see `prepare_threshold` in the settings). These statements are logged and counted, and their errors are
Django's, as for any other query.
"""

import contextlib
import functools
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.pq import TransactionStatus

from inventario.dominio.dinero import UNIDAD, DineroField, millonesimas

Sentencia = tuple[str, Sequence[Any]]  # text and parameters


@functools.cache  # an operation asks several times
def es_postgres() -> bool:
    return connection.vendor == "postgresql"


def arreglo(ids: Iterable[int]) -> str:
    """Integers in PostgreSQL's spelling of an array (`%s::bigint[]`): psycopg's list adapter costs more than the query."""
    return "{" + ",".join(map(str, ids)) + "}"


def registros(filas: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON for `json_to_recordset(%s)`: one parameter, however many rows and columns. A Decimal is money."""
    return json.dumps(list(filas), default=_a_json, separators=(",", ":"))


def _a_json(valor: Any) -> int | str:
    return millonesimas(valor) if isinstance(valor, Decimal) else str(valor)


def columna_leida(modelo: type[models.Model], nombre: str, columna: str) -> str:
    """`columna`, which keeps field `nombre` of `modelo`, as a statement of ours must read it to get what the ORM would give."""
    campo = modelo._meta.get_field(nombre)
    return f"{columna} * {1 / Decimal(UNIDAD):f}" if isinstance(campo, DineroField) else columna


def recordset(
    modelo: type[models.Model], columnas: Iterable[str], *, orden: bool = False, ademas: Iterable[str] = ()
) -> str:
    """Those rows as a table `x`, whose `columnas` have the types that `modelo` gives them; `orden`, with their number before.
    `ademas`: columns that it does not have, with their types.
    """
    tipos = [f"{c} {modelo._meta.get_field(c).db_type(connection)}" for c in columnas]
    return f"json_to_recordset(%s) AS x ({', '.join((['orden integer'] if orden else []) + tipos + list(ademas))})"


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


class Preparada:
    """A query of the ORM that asks for one value of `campo`: its text is made once, and PostgreSQL plans it once.

    `filas` is a `values_list`. `ejemplo` is a value of the right type, whatever it is.
    """

    def __init__(self, filas: models.QuerySet, campo: str, ejemplo: Any) -> None:
        self.compilador = filas.filter(**{campo: ejemplo}).order_by().query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, parametros = self.compilador.as_sql()
        self.antes = list(parametros[:-1])  # what is filtered by last comes last in the text

    def primera(self, valor: Any) -> Sequence[Any] | None:
        """The row of `valor`, if there is one."""
        parametros = [*self.antes, valor]
        if es_postgres():
            [filas] = juntas((self.sql, parametros))
        else:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, parametros)
                filas = cursor.fetchmany(1)
        return next(iter(self.compilador.results_iter(results=[filas])), None)


@contextlib.contextmanager
def _tuberia(conexion: Any) -> Iterator[None]:
    """libpq's pipeline mode, in which BEGIN goes first when Django has opened a transaction and nothing has been sent yet.

    psycopg would send BEGIN alone and wait for it. In its autocommit mode it sends none, so this function does. Behind a
    transaction pooler there is no pipeline, since not every pooler supports it: each statement is waited for.
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
    cursor = conexion._prepare_cursor(ServerBindingCursor(conexion.connection))  # type: ignore[call-arg]  # an empty stub
    cursor.execute(sql, parametros)
    return cursor.cursor
