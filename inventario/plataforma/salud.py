"""Health and metrics. They answer before the rest of the middleware: a probe has any Host, no session and no user."""

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from . import esquema, limites, metricas

if TYPE_CHECKING:
    from .postgres.base import DatabaseWrapper

registro = logging.getLogger("inventario.salud")


def apagando() -> bool:
    """Whether this server was told to stop: gunicorn.conf.py writes a mark before it stops its workers."""
    marca = os.environ.get("INVENTARIO_APAGANDO", "")
    return bool(marca) and Path(marca).exists()


def viva(request: HttpRequest) -> HttpResponse:
    """200 while the process runs. It asks no database: a process must not be restarted because the database is down."""
    return JsonResponse({"estado": "viva"})


def lista(request: HttpRequest) -> HttpResponse:
    """200 when this server may get traffic: it is not stopping, the database answers and takes writes, and its schema is one that
    this code can serve. What does not stop it but should be known is in `avisos`.
    """
    if apagando():
        return JsonResponse({"estado": "apagando"}, status=503)
    try:
        estado, datos = _de_la_base()
    except DatabaseError as error:
        registro.warning("not ready: %s", type(error).__name__)
        estado, datos = "sin_base_de_datos", {}
    return JsonResponse({"estado": estado, **datos}, status=200 if estado == "lista" else 503)


def _de_la_base() -> tuple[str, dict[str, list[str]]]:
    if _solo_lectura():
        connection.close()  # the next one may be to a server that takes writes
        return "solo_lectura", {}
    faltan, ajenas, impedimentos = esquema.mirar(connection)
    if faltan:
        return "migraciones_pendientes", {"migraciones": faltan}
    if impedimentos:
        return "esquema_distinto", {"migraciones": ajenas, "columnas": impedimentos}
    avisos = [f"unknown migration: {x}" for x in ajenas]
    if settings.PGBOUNCER:
        avisos += [
            f"session without {x}: run migrate, then reconnect the pooler" for x in limites.faltantes(connection)
        ]
    return "lista", {"avisos": avisos} if avisos else {}


def _solo_lectura() -> bool:
    """Whether the database refuses to write: a standby, a read-only server, or one that has just refused for lack of disk."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT 1")
            return False
        cursor.execute("SELECT current_setting('transaction_read_only') = 'on'")
        return cursor.fetchone()[0] or cast("DatabaseWrapper", connection).niega_escrituras


def _puede_medir(request: HttpRequest) -> bool:
    """Whoever has the token. Without a token in the settings, only this machine, and not through a proxy."""
    if settings.METRICS_TOKEN:
        dado = request.headers.get("Authorization", "")
        if secrets.compare_digest(dado.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
            return True
    reenviada = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & set(request.headers)
    return not reenviada and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


def prometheus(request: HttpRequest) -> HttpResponse:
    if not _puede_medir(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(metricas.exposicion(), content_type=CONTENT_TYPE_LATEST)


VISTAS = {"/salud/viva/": viva, "/salud/lista/": lista, "/metrics": prometheus}


class SaludMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        vista = VISTAS.get(request.path_info)
        if vista is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        respuesta = vista(request)
        # A 503 to a probe is an answer, not an error for django.request to report.
        respuesta._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
        return respuesta
