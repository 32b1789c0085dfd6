"""Django's PostgreSQL, with an end to every wait, and one meaning of an outage.

A server that is stopped, or cut off by a firewall, closes nothing: the kernel still acknowledges what is sent to it, so only a
deadline of ours notices. A broken or read-only server is an OperationalError whatever psycopg calls it, and its connection is
dropped: each door answers 503 (`inventario/api/errores.py`, `inventario/paginas/errores.py`) and the next request opens another.
"""

from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper, OperationalError
from django.utils.functional import cached_property
from psycopg import IsolationLevel

from .client import DatabaseClient
from .conexion import Conexion, abrir, estado

# Whole classes: broken connections, lack of resources (disk, connections), the server is stopping, its machine fails.
CLASES = ("08", "53", "57P", "58")
# A read-only server; a session that the server ended because its transaction was idle, or too long.
EXACTOS = {"25006", "25P03", "25P04"}


def es_corte(error: BaseException) -> bool:
    """Whether `error` of psycopg says that this server, or this connection, cannot serve. An InternalError without a sqlstate is
    what a connection that died inside BEGIN behind a pooler raises; an OperationalError without one, of libpq itself.
    """
    if not isinstance(error, psycopg.Error):
        return False
    codigo = error.sqlstate or ""
    if not codigo:
        return isinstance(error, psycopg.InternalError | psycopg.OperationalError) or _cerrada(error)
    return codigo.startswith(CLASES) or codigo in EXACTOS


def _cerrada(error: psycopg.Error) -> bool:
    return isinstance(error, psycopg.InterfaceError) and "connection" in str(error)


class _Errores(DatabaseErrorWrapper):
    def __exit__(self, tipo: Any, error: Any, traza: Any) -> None:
        if error is not None and es_corte(error):
            self.wrapper.abandonar(error)  # type: ignore[attr-defined]  # Django's own, of which its stubs say nothing
            raise OperationalError(*error.args).with_traceback(traza) from error
        super().__exit__(tipo, error, traza)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    @cached_property
    def wrap_database_errors(self) -> _Errores:
        return _Errores(self)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Conexion:
        self.isolation_level = IsolationLevel.READ_COMMITTED  # the lock relies on it: see docs/architecture.md
        return abrir(estado(self.alias), conn_params)

    def is_usable(self) -> bool:
        """Whether the server answers soon: asked before the first query of a request, on a connection that was kept."""
        if self.connection is None:
            return False
        with self.connection.plazo_de(settings.DB_PLAZO_SONDEO):
            return super().is_usable()

    @property
    def niega_escrituras(self) -> bool:
        """Whether it refused a write a moment ago."""
        return estado(self.alias).niega_escrituras

    def abandonar(self, error: psycopg.Error) -> None:
        """Let the connection go after an outage: the next query opens another, perhaps on another server."""
        self.errors_occurred = True
        if error.sqlstate in {"25006", "53100"}:
            estado(self.alias).sin_escribir()
        if self.connection is not None:
            self.connection.close()
