"""Reports read from a replica when it is good. Whatever decides about stock reads from the primary.

While a report is being answered, reads of the domain's tables go to the replica. Users, sessions, permissions and every
write stay on the primary. A replica that is down, or behind by more than REPLICA_RETRASO_MAXIMO, is not asked for a while.
A report that fails on the replica is answered by the primary.
"""

import contextlib
import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar, copy_context
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

registro = logging.getLogger("inventario.replica")

ALIAS = "replica"
RUTAS = ("/reportes/", "/api/v1/reportes/")
VALE = 5  # seconds that a good answer holds
DESCANSO = 30  # seconds that a bad replica is not asked

_leyendo: ContextVar[bool] = ContextVar("leyendo_replica", default=False)


class Enrutador:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return ALIAS if _leyendo.get() and model._meta.app_label in settings.DOMINIO else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == ALIAS else None


class _Salud:
    """What this process knows of the replica, and until when it counts on that."""

    def __init__(self) -> None:
        self.buena, self.hasta = False, 0.0

    def utilizable(self) -> bool:
        if ALIAS not in settings.DATABASES:
            return False
        if time.monotonic() >= self.hasta:
            self.hasta = time.monotonic() + VALE  # set before asking, so that other threads do not ask too
            self.buena = self._comprobar()
            self.hasta = time.monotonic() + (VALE if self.buena else DESCANSO)
        return self.buena

    def descartar(self, motivo: str) -> None:
        registro.warning("replica not used: %s", motivo)
        self.buena, self.hasta = False, time.monotonic() + DESCANSO
        with contextlib.suppress(DatabaseError, InterfaceError):
            connections[ALIAS].close()

    def _comprobar(self) -> bool:
        try:
            retraso = _retraso()
        except (DatabaseError, InterfaceError) as error:
            self.descartar(f"{type(error).__name__}: {error}")
            return False
        if retraso is None or retraso > settings.REPLICA_RETRASO_MAXIMO:
            self.descartar(f"behind by {retraso} s")
            return False
        return True


salud = _Salud()


def _retraso() -> float | None:
    """Seconds the replica is behind. None: it follows nobody, or never replayed anything.

    It compares with the primary's position: a replica that is cut off believes that it has replayed everything.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        (primario,) = cursor.fetchone()
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn()) <= 0, "
            "extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float",
            [primario],
        )
        replica, al_dia, segundos = cursor.fetchone()
    if not replica:
        return None
    return 0.0 if al_dia else segundos


@contextlib.contextmanager
def leyendo() -> Iterator[None]:
    """Within it, reads of the domain go to the replica."""
    ficha = _leyendo.set(True)
    try:
        yield
    finally:
        _leyendo.reset(ficha)


@contextlib.contextmanager
def lectura() -> Iterator[None]:
    """For a command that only reads: from the replica when there is a good one."""
    with leyendo() if salud.utilizable() else contextlib.nullcontext():
        yield


def _en_contexto(partes: Iterable[bytes]) -> Iterator[bytes]:
    """Make each of `partes` in the context of this call: a stream is read after the view has returned."""
    contexto, iterador = copy_context(), iter(partes)
    while (parte := contexto.run(next, iterador, None)) is not None:
        yield parte


def _responder(vista: Callable, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
    respuesta = vista(request, *args, **kwargs)
    if getattr(respuesta, "render", None):
        respuesta = respuesta.render()
    if respuesta.streaming:
        partes = _en_contexto(respuesta.streaming_content)
        primera = list(itertools.islice(partes, 1))  # read here, so that a query that fails can still go to the primary
        respuesta.streaming_content = itertools.chain(primera, partes)
    return respuesta


class ReplicaMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vista: Callable, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Answer a report from the replica. None when it cannot: then the primary answers."""
        if request.method not in {"GET", "HEAD"} or not request.path_info.startswith(RUTAS) or not salud.utilizable():
            return None
        try:
            with leyendo():
                respuesta = _responder(vista, request, args, kwargs)
        except (DatabaseError, InterfaceError) as error:
            salud.descartar(type(error).__name__)
            return None
        if respuesta.status_code == 503:  # the API had already turned the failure into an answer
            salud.descartar("503")
            return None
        return respuesta
