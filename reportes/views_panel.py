"""The first page: what needs attention today."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_GET
from django.views.decorators.vary import vary_on_headers

from inventario.htmx import pide_fragmento

from . import panel as datos


def _etag(request: HttpRequest) -> str | None:
    """Of the part that refreshes itself: a poll that finds nothing new costs three small queries and no rendering."""
    if not pide_fragmento(request):
        return None
    partes = (datos.huella(timezone.localdate()), request.user.pk, get_language())
    return f'"{hashlib.sha256(repr(partes).encode()).hexdigest()[:32]}"'


@require_GET
@vary_on_headers("HX-Request")
@condition(etag_func=_etag)
def panel(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    contexto = {
        "hoy": hoy,
        "grupos": datos.grupos(hoy),
        "urgentes": datos.urgentes(hoy),
        "sin_stock": datos.sin_stock(hoy),
        "grafica": datos.por_caducar(hoy),
        "operaciones": datos.ultimas_operaciones(),
    }
    respuesta = render(request, "panel.html#vivo" if pide_fragmento(request) else "panel.html", contexto)
    respuesta["Cache-Control"] = "private, no-cache"
    return respuesta
