"""The pages of the reports."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventario.dominio.campos import entero_ascii
from inventario.empresa.actual import empresa, moneda
from inventario.paginas.fragmentos import pide_fragmento
from inventario.paginas.tabla import direccion, fichas

from . import pagina as paginas
from .acceso import EXPORTAR, autorizar_reporte
from .columnas import DINERO
from .consulta import Consulta
from .descarga import responder
from .exportar import TIPOS_MIME
from .filtros import Filtro, FiltroForm
from .formato import presentar
from .informes import REPORTES
from .reporte import Reporte


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
    plantilla = "reportes/reporte.html#tabla" if pide_fragmento(request) else "reportes/reporte.html"
    return render(request, plantilla, contexto, status=estado)


def _resultado(request: HttpRequest, declarado: Reporte, form: FiltroForm) -> dict[str, Any]:
    filtro: Filtro = form.filtro
    consulta = declarado.consulta(filtro)
    de_imprenta = "imprimir" in request.GET
    orden = request.GET.get("orden", "")
    pagina = paginas.leer(consulta, declarado.columnas(consulta), orden, _numero_de_pagina(request), todas=de_imprenta)
    return {
        "pagina": pagina,
        "tabla": paginas.pintar(request, declarado, filtro, consulta, pagina),
        # What a report cannot do without is no chip to take off.
        "fichas": fichas(
            request,
            form,
            fuera=("agrupar", "producto", "lote", "sku") if declarado.exige_producto else ("agrupar",),
        ),
        "totales": _totales(request, declarado, consulta, se_ordena=not pagina.hay_muchas),
        "grafica": consulta.grafica(),
        "aviso": consulta.aviso,
        "periodo": filtro.periodo if "desde" in declarado.filtros else None,
        "de_imprenta": de_imprenta,
        "cortado": pagina.hasta < pagina.total and (pagina.numero == paginas.PAGINAS_MAXIMAS or de_imprenta),
        "cuando": timezone.localtime(),
        "empresa": empresa(),
    }


def _numero_de_pagina(request: HttpRequest) -> int:
    numero = entero_ascii(request.GET.get("pagina", "1"), paginas.PAGINAS_MAXIMAS)
    if not numero:
        raise Http404
    return numero


def _totales(request: HttpRequest, declarado: Reporte, consulta: Consulta, *, se_ordena: bool) -> list[dict[str, Any]]:
    """The figures. Each leads to the table below it sorted by what it adds up, where that is one of its columns."""
    anteriores = consulta.anteriores() if consulta.anteriores is not None else {}
    llevan = consulta.columnas if se_ordena else ()
    return [
        {
            "titulo": columna.titulo,
            "valor": presentar(valor, columna),
            "moneda": moneda() if columna.tipo == DINERO else "",
            "anterior": presentar(anteriores.get(columna.nombre), columna),
            "url": direccion(request, orden=f"-{columna.nombre}") if columna.nombre in llevan else "",
        }
        for columna, valor in declarado.totales(consulta)
    ]
