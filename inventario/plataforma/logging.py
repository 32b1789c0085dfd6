"""One logging configuration: JSON in production, readable in development, the request id on every line."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from . import metricas

id_solicitud: ContextVar[str] = ContextVar("id_solicitud", default="-")
solicitud_actual: ContextVar[HttpRequest | None] = ContextVar("solicitud_actual", default=None)
registro = logging.getLogger("inventario.solicitud")
_ID_VALIDO = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PROPIOS = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "id_solicitud"}


class FiltroSolicitud(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.id_solicitud = id_solicitud.get()
        return True


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller passed as `extra=`, without objects (django.request passes the request itself)."""
    return {
        k: v for k, v in vars(record).items() if k not in _PROPIOS and isinstance(v, str | int | float | bool | None)
    }


class FormatoJSON(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        datos = {
            "hora": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "nivel": record.levelname,
            "origen": record.name,
            "mensaje": record.getMessage(),
            "id_solicitud": getattr(record, "id_solicitud", "-"),
            **_extras(record),
        }
        if record.exc_info:
            datos["traza"] = self.formatException(record.exc_info)
        return json.dumps(datos, ensure_ascii=False, default=str)


class FormatoTexto(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        hora = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        extras = " ".join(f"{k}={v}" for k, v in _extras(record).items())
        linea = f"{hora} {record.levelname:<7} {record.getMessage()} {extras}".rstrip()
        return linea + ("\n" + self.formatException(record.exc_info) if record.exc_info else "")


def _usuario(request: HttpRequest) -> int | None:
    """The user of the request, if already read: the log must not query, least of all when the database is down."""
    usuario = vars(request).get("_cached_user") or vars(request).get("user")
    return None if isinstance(usuario, SimpleLazyObject) else getattr(usuario, "pk", None)


class SolicitudMiddleware:
    """Give every request an id (the caller's X-Request-ID when well formed) and log one line when it ends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        recibido = request.headers.get("X-Request-ID", "")
        propio = recibido if _ID_VALIDO.fullmatch(recibido) else uuid.uuid4().hex
        request.id_solicitud = propio  # type: ignore[attr-defined]  # this is where it gets one
        ficha, actual = id_solicitud.set(propio), solicitud_actual.set(request)
        inicio = time.perf_counter()
        try:
            respuesta = self.get_response(request)
            respuesta["X-Request-ID"] = propio
            segundos = time.perf_counter() - inicio
            sonda = request.path.startswith(("/static/", "/salud/", "/metrics"))
            if not sonda:
                metricas.medir(request, respuesta, segundos)
            registro.log(
                logging.DEBUG if sonda else logging.INFO,
                "%s %s %s",
                request.method,
                request.path,
                respuesta.status_code,
                extra={
                    "metodo": request.method,
                    "ruta": request.path,
                    "estado": respuesta.status_code,
                    "ms": round(segundos * 1000, 1),
                    "usuario": _usuario(request),
                },
            )
            return respuesta
        finally:
            id_solicitud.reset(ficha)
            solicitud_actual.reset(actual)
