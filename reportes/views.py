"""The pages of the reports."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventario.dominio.campos import entero_ascii
from inventario.empresa.actual import moneda
from inventario.paginas.fragmentos import pide_fragmento

from .acceso import EXPORTAR, autorizar_reporte
from .columnas import DINERO
from .consulta import Consulta
from .descarga import responder
from .exportar import TIPOS_MIME
from .filtros import Filtro, FiltroForm
from .formato import presentar
from .informes import REPORTES
from .reporte import Reporte

FILAS = 50
PAGINAS_MAXIMAS = 200  # a longer report is filtered or exported


@require_GET
def indice(request: HttpRequest) -> HttpResponse:
    autorizar_reporte(request.user)
    return render(request, "reportes/indice.html", {"reportes": REPORTES.values()})


@require_GET
def reporte(request: HttpRequest, nombre: str) -> HttpResponseBase:
    declarado = REPORTES.get(nombre)
    if declarado is None:
        raise Http404
    formato = request.GET.get("formato", "")
    autorizar_reporte(request.user, como_archivo=bool(formato))
    form = declarado.formulario(request.GET, hoy=timezone.localdate())
    valido = form.is_valid()
    if valido and formato in TIPOS_MIME:
        return responder(declarado, form.filtro, formato)
    contexto = {
        "reporte": declarado,
        "filtro": {"form": form},
        "sin_pregunta": declarado.exige_producto and not request.GET,
        "puede_exportar": request.user.has_perm(EXPORTAR),
        "formatos": list(TIPOS_MIME),
    }
    estado = 200
    if valido and not formato:
        contexto |= _resultado(request, declarado, form)
    elif not contexto["sin_pregunta"]:
        estado = 422 if pide_fragmento(request) else 400
    plantilla = "reportes/reporte.html#resultado" if pide_fragmento(request) else "reportes/reporte.html"
    return render(request, plantilla, contexto, status=estado)


def _resultado(request: HttpRequest, declarado: Reporte, form: FiltroForm) -> dict[str, Any]:
    filtro: Filtro = form.filtro
    consulta = declarado.consulta(filtro)
    numero = _numero_de_pagina(request)
    filas = consulta.rebanada((numero - 1) * FILAS, FILAS + 1)
    if not filas and numero > 1:
        raise Http404
    columnas = declarado.columnas(consulta)
    hay_mas = len(filas) > FILAS and numero < PAGINAS_MAXIMAS
    return {
        "columnas": columnas,
        "filas": [[(presentar(v, c), c) for v, c in zip(f, columnas, strict=True)] for f in filas[:FILAS]],
        "totales": _totales(declarado, consulta),
        "grafica": consulta.grafica(),
        "aviso": consulta.aviso,
        "periodo": filtro.periodo if "desde" in declarado.filtros else None,
        "numero": numero,
        "anterior": numero - 1,
        "siguiente": numero + 1 if hay_mas else None,
        "cortado": len(filas) > FILAS and not hay_mas,
    }


def _numero_de_pagina(request: HttpRequest) -> int:
    numero = entero_ascii(request.GET.get("pagina", "1"), PAGINAS_MAXIMAS)
    if not numero:
        raise Http404
    return numero


def _totales(declarado: Reporte, consulta: Consulta) -> list[dict[str, Any]]:
    anteriores = consulta.anteriores() if consulta.anteriores is not None else {}
    return [
        {
            "titulo": columna.titulo,
            "valor": presentar(valor, columna),
            "moneda": moneda() if columna.tipo == DINERO else "",
            "anterior": presentar(anteriores.get(columna.nombre), columna),
        }
        for columna, valor in declarado.totales(consulta)
    ]
