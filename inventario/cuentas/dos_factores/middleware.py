"""A session reaches no page, no admin and no API until it gives its second factor. API tokens need none."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from . import services

ABIERTAS = {"salir", "idioma", "tema"}


class DosFactoresMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, vista: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        if SESSION_KEY not in request.session or not request.user.is_authenticated:
            return None
        if services.por_verificar(request.user, request.session):
            paso = "dos_factores:verificar"
        elif services.por_activar(request.user):
            paso = "dos_factores:activar"
        else:
            return None
        lugar = request.resolver_match
        if lugar is not None and lugar.view_name in ABIERTAS | {paso}:
            return None
        if request.path_info.startswith("/api/"):
            detalle = {"title": _("Falta el segundo factor."), "status": 403, "codigo": "falta_segundo_factor"}
            return JsonResponse({"type": "about:blank", **detalle}, status=403, content_type="application/problem+json")
        destino = f"{resolve_url(paso)}?{urlencode({'next': request.get_full_path()})}"
        if "HX-Request" in request.headers:
            respuesta = HttpResponseClientRedirect(destino)
            respuesta.status_code = 204
            return respuesta
        return redirect(destino)
