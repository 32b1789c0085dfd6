"""What htmx needs from the server."""

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect


def pide_fragmento(request: HttpRequest) -> bool:
    """Whether to answer with the page's fragment only: htmx asks, and not for a whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


class AccesoMiddleware(LoginRequiredMiddleware):
    """Every page needs a login unless it says otherwise. XHR would follow a redirect and swap the login page into a
    corner, so htmx is told to go there (204 and HX-Redirect, with the page the user was on as `next`).
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:
        if "HX-Request" not in request.headers:
            return super().handle_no_permission(request, view_func)
        volver = request.headers.get("HX-Current-URL", request.get_full_path())
        respuesta = HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': volver})}")
        respuesta.status_code = 204
        return respuesta
