"""Health and metrics. They answer before the rest of the middleware: a probe has any Host, no session and no user."""

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from . import metricas

registro = logging.getLogger("inventario.salud")
_al_dia: set[str] = set()  # aliases whose migrations were seen applied; a running process never sees them undone


def apagando() -> bool:
    """Whether this server was told to stop: gunicorn.conf.py writes a mark before it stops its workers."""
    marca = os.environ.get("INVENTARIO_APAGANDO", "")
    return bool(marca) and Path(marca).exists()


def viva(request: HttpRequest) -> HttpResponse:
    """200 while the process runs. It asks no database: a process must not be restarted because the database is down."""
    return JsonResponse({"estado": "viva"})


def lista(request: HttpRequest) -> HttpResponse:
    """200 when this server may get traffic: it is not stopping, the database answers, every migration is applied."""
    if apagando():
        return JsonResponse({"estado": "apagando"}, status=503)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pendientes = _pendientes()
    except DatabaseError as error:
        registro.warning("not ready: %s", type(error).__name__)
        return JsonResponse({"estado": "sin_base_de_datos"}, status=503)
    if pendientes:
        return JsonResponse({"estado": "migraciones_pendientes", "migraciones": pendientes}, status=503)
    return JsonResponse({"estado": "lista"})


def _pendientes() -> list[str]:
    if connection.alias in _al_dia:
        return []
    ejecutor = MigrationExecutor(connection)
    plan = ejecutor.migration_plan(ejecutor.loader.graph.leaf_nodes())
    if not plan:
        _al_dia.add(connection.alias)
    return [f"{migracion.app_label}.{migracion.name}" for migracion, _atras in plan]


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
        respuesta["Cache-Control"] = "no-store"
        respuesta["X-Content-Type-Options"] = "nosniff"
        return respuesta
