"""Help, and the pages for an error of the request. Those for an error of the server are in `errores`."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from . import navegacion


@require_GET
def ayuda(request: HttpRequest) -> HttpResponse:
    return render(request, "ayuda.html", {"secciones": navegacion.menu(request), "dias_aviso": settings.DIAS_AVISO})


def en_marco(request: HttpRequest) -> dict[str, str]:
    """What puts an error inside the frame, for who is signed in: only a user that this request has already read, since what
    failed may be the database.
    """
    usuario = getattr(request, "_cached_user", None)
    dentro = usuario is not None and usuario.is_authenticated
    return {"esqueleto": "error_dentro.html"} if dentro else {}


def peticion_invalida(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", en_marco(request), status=400)


def prohibido(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", en_marco(request), status=403)


def no_existe(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", en_marco(request), status=404)
