"""Statements of the hot path that PostgreSQL parses and plans once per connection.

The ORM binds its parameters into the text, so that PostgreSQL parses and plans every query anew: for the joins of a
dispatch that costs as much as running them. What goes through here is bound by the server and prepared by psycopg after
its fifth run (never behind a transaction pooler: `prepare_threshold` in the settings). Logged, counted and translated
into Django's errors like any other query.
"""

import contextlib
import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor


@functools.cache  # it is asked several times in an operation
def es_postgres() -> bool:
    return connection.vendor == "postgresql"


def arreglo(ids: Iterable[int]) -> str:
    """Integers as PostgreSQL writes an array of them (`%s::bigint[]`): psycopg's list adapter costs more than the query."""
    return "{" + ",".join(map(str, ids)) + "}"


def registros(filas: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON for `json_to_recordset(%s)`: one parameter, however many rows and columns."""
    return json.dumps(list(filas), default=str, separators=(",", ":"))


def consultar(sql: str, parametros: Sequence[Any]) -> list[tuple]:
    """The rows of `sql`, none where it returns none, on PostgreSQL."""
    return consultar_juntas((sql, parametros))[0]


def consultar_juntas(*consultas: tuple[str, Sequence[Any]]) -> list[list[tuple]]:
    """The rows of each (sql, parameters), none where it returns none, on PostgreSQL, in one round trip, with whatever waits.
    They run one after another, each with a snapshot of its own under READ COMMITTED: what one locks, the next reads as it
    is once locked.
    """
    conexion = _conexion()
    cola = getattr(conexion, "cola", None)
    if cola is None and (len(consultas) == 1 or not _admite_tuberia(conexion)):
        return [_al_momento(conexion, sql, parametros) for sql, parametros in consultas]
    cola = cola or _Cola(conexion)
    resultados: list[list[tuple]] = []
    try:
        for sql, parametros in consultas:
            cola.enviar(sql, parametros, resultados.append)
        cola.esperar()
    finally:
        cola.cerrar()
    return resultados


def encolar(sql: str, parametros: Sequence[Any], al_llegar: Callable[[list[tuple]], None] | None = None) -> None:
    """Run `sql` on PostgreSQL before the transaction ends, and hand its rows, if it has any, to `al_llegar`.

    Inside `en_cola` it is sent but not waited for, until something else is asked of the database, or the commit, which travels
    behind it: PostgreSQL works while this process does. Errors come then. Elsewhere it is waited for.
    """
    conexion = _conexion()
    cola = getattr(conexion, "cola", None)
    if cola is None:
        (al_llegar or _nada)(_al_momento(conexion, sql, parametros))
    else:
        cola.enviar(sql, parametros, al_llegar or _nada)


@contextlib.contextmanager
def en_cola() -> Iterator[None]:
    """Let `encolar` not wait, on PostgreSQL. For who has just opened the outermost transaction, which ends here if it is good.

    BEGIN and COMMIT travel with the rest. psycopg waits for the BEGIN that it sends by itself: to it this is autocommit,
    to Django, which finds nothing left to commit, its transaction.
    """
    if not es_postgres() or not _admite_tuberia(conexion := _conexion()):
        yield
        return
    conexion.cola = cola = _Cola(conexion)
    try:
        conexion.connection.autocommit = True
        cola.ordenar("BEGIN")
        with conexion.execute_wrapper(_primero_la_cola):
            yield
            if not conexion.needs_rollback:
                cola.ordenar("COMMIT")
            cola.esperar()
    finally:
        conexion.cola = None
        cola.cerrar()


class _Cola:
    """Statements sent and not waited for: libpq's pipeline mode, on while there are any."""

    def __init__(self, conexion: Any) -> None:
        self.conexion = conexion
        self.tuberia: Any = None
        self.enviadas: list[tuple[str, Any, Callable[[list[tuple]], None]]] = []
        self.enviando = False

    def enviar(self, sql: str, parametros: Sequence[Any], al_llegar: Callable[[list[tuple]], None]) -> None:
        self._entrar()
        cursor = _cursor(self.conexion, sql)
        self.enviando = True
        try:
            cursor.execute(sql, parametros)
        finally:
            self.enviando = False
        self.enviadas.append((sql, cursor.cursor, al_llegar))

    def ordenar(self, orden: str) -> None:
        """BEGIN or COMMIT, which Django counts and logs by itself."""
        with self.conexion.wrap_database_errors:
            self._entrar()
            self.conexion.connection.execute(orden)

    def esperar(self) -> None:
        """Wait for what was sent. Raises the first error, in Django's terms."""
        enviadas, self.enviadas = self.enviadas, []
        with self.conexion.wrap_database_errors:
            self._salir()
        for sql, cursor, al_llegar in enviadas:
            al_llegar(_filas(self.conexion, sql, cursor))

    def cerrar(self) -> None:
        """Leave pipeline mode whatever happened: who closes has another error to tell, or none."""
        with contextlib.suppress(Exception):
            self._salir()

    def _entrar(self) -> None:
        if self.tuberia is None:
            self.tuberia = self.conexion.connection.pipeline()
            self.tuberia.__enter__()

    def _salir(self) -> None:
        tuberia, self.tuberia = self.tuberia, None
        if tuberia is not None:
            tuberia.__exit__(None, None, None)


def _primero_la_cola(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    cola = context["connection"].cola
    if not cola.enviando:
        cola.esperar()
    return execute(sql, params, many, context)


def _admite_tuberia(conexion: Any) -> bool:
    """Not behind a transaction pooler, where nothing is prepared either: not all of them are known to take a pipeline."""
    return conexion.connection.prepare_threshold is not None


def _al_momento(conexion: Any, sql: str, parametros: Sequence[Any]) -> list[tuple]:
    cursor = _cursor(conexion, sql)
    cursor.execute(sql, parametros)
    return _filas(conexion, sql, cursor.cursor)


def _nada(filas: list[tuple]) -> None:
    """What to do with the rows of a statement that has none."""


def _cursor(conexion: Any, sql: str) -> Any:
    """A cursor of Django's over one of psycopg's that binds in the server, whatever the connection's default is: the one that
    ran `sql` before, if it is free, for it knows how to send its parameters and load its rows.
    """
    libres = _libres(conexion).get(sql)
    return conexion._prepare_cursor(libres.pop() if libres else ServerBindingCursor(conexion.connection))


def _filas(conexion: Any, sql: str, cursor: Any) -> list[tuple]:
    """What `cursor` found; it is free again."""
    filas = cursor.fetchall() if cursor.pgresult.nfields else []
    _libres(conexion).setdefault(sql, []).append(cursor)
    return filas


def _libres(conexion: Any) -> dict[str, list[Any]]:
    """Cursors of the connection open now, by statement: those of the hot path, so not many."""
    de, libres = getattr(conexion, "cursores", (None, None))
    if de is not conexion.connection:
        conexion.cursores = conexion.connection, (libres := {})
    return libres


def _conexion() -> Any:
    """Django's connection itself, not the proxy, which looks it up again for each attribute; connected."""
    conexion = connections[DEFAULT_DB_ALIAS]
    conexion.close_if_health_check_failed()
    conexion.ensure_connection()
    return conexion
