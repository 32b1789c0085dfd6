"""The headers that every answer has, whoever gives it: view, error, redirect, probe or file."""

from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse  # type: ignore[import-untyped]

from inventario.dominio.exceptions import BaseOcupada

POR_QUIEN = ("Cookie", "Accept-Language")
DE_PAGINA = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")  # what `pide_fragmento` asks


class CabecerasMiddleware(SecurityMiddleware):
    """Django's security headers, on what the other middleware answers too; and nobody stores an answer of which its view said
    nothing else. A view that does has an ETag: one browser may keep it, and asks each time. What answers depend on is in `Vary`,
    also of a 304 and a redirect. Files of /static/ are the same for everybody: WhiteNoise says how long they last. Every 503 says
    when to try again.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Whether to ask for HTTPS is decided further in, for it may fail: a host that is not ours."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not isinstance(response, WhiteNoiseFileResponse):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
            propias = ("Authorization",) if request.path_info.startswith("/api/") else DE_PAGINA
            patch_vary_headers(response, (*POR_QUIEN, *propias))
        if response.status_code == 503:
            response.headers.setdefault("Retry-After", str(BaseOcupada.reintentar_en))
        return super().process_response(request, response)
