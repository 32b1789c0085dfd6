"""Global search: a page, and the fragment that the command palette shows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from inventario.paginas.fragmentos import pide_fragmento

from . import buscador


@require_GET
@vary_on_headers("HX-Request")
def buscar(request: HttpRequest) -> HttpResponse:
    texto = buscador.limpiar(request.GET.get("q", ""))
    fragmento = pide_fragmento(request)
    hallado = buscador.buscar(texto, request.user, buscador.POR_GRUPO if fragmento else buscador.POR_PAGINA)
    plantilla = "buscar.html#hallazgos" if fragmento else "buscar.html"
    return render(request, plantilla, {"consulta_global": texto, "hallado": hallado, "tope": buscador.POR_PAGINA})
