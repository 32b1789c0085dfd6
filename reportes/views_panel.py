"""The first page: what needs attention today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from inventario.paginas import fragmentos
from inventario.paginas.fragmentos import pide_fragmento

from . import panel as datos


@require_GET
@vary_on_headers("HX-Request")
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
    contexto["marca"] = fragmentos.marca(request, contexto)
    plantilla = "panel.html#vivo" if pide_fragmento(request) else "panel.html"
    return fragmentos.responder_si_cambio(request, contexto["marca"], lambda: render(request, plantilla, contexto))
