"""The language of a request: the user's own, else the browser's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class IdiomaDelUsuarioMiddleware:
    """After authentication: the language that the user chose, if any."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        idioma = getattr(request.user, "idioma", "")
        if idioma:
            translation.activate(idioma)
            request.LANGUAGE_CODE = idioma
        return self.get_response(request)
