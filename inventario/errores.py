"""Errors outside the API: the page that explains, never a trace."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import metricas
from .exceptions import BaseOcupada, ErrorDeDominio

registro = logging.getLogger("inventario.errores")


class ErroresMiddleware:
    """Turn what a view let through into its page: 409 for a refusal, 503 for a database that is busy or away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ErrorDeDominio):
            metricas.RECHAZOS.labels(exception.codigo).inc()
            return render(request, "409.html", {"error": exception}, status=409)
        if isinstance(exception, BaseOcupada | OperationalError | InterfaceError):
            registro.error("database unavailable", exc_info=exception)
            return ocupada()
        return None


def ocupada() -> HttpResponse:
    """The answer when the database is away: needs none, so it is plain text."""
    return HttpResponse(
        "El servicio no está disponible por un momento. / The service is away for a moment.\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(BaseOcupada.reintentar_en)},
    )


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"csrf": True}, status=403)
