"""Help, and the pages for an error of the request. Those for an error of the server are in `errores`."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from . import navegacion


@require_GET
def ayuda(request: HttpRequest) -> HttpResponse:
    return render(request, "ayuda.html", {"secciones": navegacion.menu(request), "dias_aviso": settings.DIAS_AVISO})


def peticion_invalida(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def prohibido(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def no_existe(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
