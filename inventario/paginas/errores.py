"""Errors outside the API: the page that explains, never a trace."""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django_htmx.http import trigger_client_event

from ..api.errores import responder
from ..dominio.exceptions import BaseOcupada, DatosInvalidos, ErrorDeDominio
from ..dominio.transacciones import traducir
from ..plataforma import metricas
from .fragmentos import AccesoMiddleware, pide_fragmento
from .views import en_marco, no_existe

registro = logging.getLogger("inventario.errores")


class ErroresMiddleware:
    """Answer an exception of a view with a page: 409 for a refusal, 503 for a database that is busy or down, 400 for what it
    cannot keep.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        respuesta = self.get_response(request)
        if (
            settings.DEBUG
            and respuesta.status_code == 404
            and respuesta.get("Content-Type", "").startswith("text/html")
        ):
            return no_existe(request, Http404())  # the page that people will see, not Django's list of routes
        return respuesta

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        exception = traducir(exception)
        if isinstance(exception, ErrorDeDominio):
            metricas.RECHAZOS.labels(exception.codigo).inc()
            return _rechazada(request, exception.codigo, str(exception), 409)
        if isinstance(exception, DatosInvalidos):
            mensajes = [str(m) for suyos in exception.errores.values() for m in suyos]
            return _rechazada(request, "datos_invalidos", " ".join(mensajes), 400)
        if isinstance(exception, BaseOcupada):
            registro.error("database unavailable", exc_info=exception)
            return ocupada(request)
        return None


def ocupada(request: HttpRequest) -> HttpResponse:
    """The answer when the database is down or busy. The page reads neither a session nor a user."""
    respuesta = render(request, "503.html", status=503)
    respuesta["Retry-After"] = str(BaseOcupada.reintentar_en)
    return respuesta


def interno(request: HttpRequest) -> HttpResponse:
    """The page of an unforeseen error. A database that fails before the view (session, user) comes here too: that is a 503."""
    error = sys.exc_info()[1]
    if request.path.startswith("/api/") and isinstance(error, Exception):
        return responder(request, error)
    if isinstance(error, Exception) and isinstance(traducir(error), BaseOcupada):
        return ocupada(request)
    return render(request, "500.html", status=500)


def _rechazada(request: HttpRequest, codigo: str, mensaje: str, estado: int) -> HttpResponse:
    """A refusal that no view handled. htmx gets a toast, for a whole page has no place inside a fragment."""
    if pide_fragmento(request):
        respuesta = HttpResponse(status=estado, headers={"HX-Reswap": "none"})
        return trigger_client_event(respuesta, "aviso", {"texto": mensaje, "nivel": "error"})
    contexto = {"estado": estado, "codigo": codigo, "mensaje": mensaje, **en_marco(request)}
    return render(request, "409.html", contexto, status=estado)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old. When the session has ended the answer is the login; the browser keeps what was
    typed and brings it back.
    """
    if getattr(request, "user", None) is not None and not request.user.is_authenticated:
        vista = resolve(request.path_info).func
        if getattr(vista, "login_required", True):
            return AccesoMiddleware(lambda r: HttpResponse()).handle_no_permission(request, vista)
    return render(request, "403.html", {"csrf": True, **en_marco(request)}, status=403)
