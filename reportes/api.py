"""`/api/v1/reportes/<nombre>/`: the reports over HTTP, streamed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from inventario.api.vistas import Vista
from inventario.paginas.filtros import FechaField, FilaField
from movimientos.models import Movimiento, Tipo

from .acceso import autorizar_reporte
from .columnas import COLUMNAS, ENTERO, FECHA, TIPOS_DE_COLUMNA, Columna
from .descarga import responder
from .exportar import TIPOS_MIME
from .filtros import CAMPOS
from .informes import REPORTES
from .reporte import Reporte


class ReporteVista(Vista):
    """The view of one report. A subclass for each, made below, says which `reporte`."""

    http_method_names = ["get", "head"]
    pagination_class = None
    queryset: QuerySet = Movimiento.objects.none()
    permisos = {"list": "movimientos.view_movimiento"}
    reporte: Reporte

    def list(self, request: Request) -> HttpResponseBase:
        parametros = request.query_params
        errores: dict[str, Any] = {
            n: [_("Parámetro desconocido.")] for n in parametros if n not in {*self.reporte.parametros, "formato"}
        }
        errores |= {n: [_("Viene repetido.")] for n, valores in parametros.lists() if len(valores) > 1}
        errores |= {n: [_("Viene vacío.")] for n, valor in parametros.items() if not valor}
        formato = parametros.get("formato", "json")
        if formato not in TIPOS_MIME:
            errores["formato"] = [_("Debe ser json, csv o xlsx.")]
        autorizar_reporte(request.user, como_archivo=formato != "json")
        form = self.reporte.formulario(parametros, hoy=timezone.localdate())
        if not form.is_valid():
            errores |= form.errors
        if errores:
            raise ValidationError(errores)
        return responder(self.reporte, form.filtro, formato)


def _celda(columna: Columna) -> serializers.Field:
    opciones: dict[str, Any] = {"allow_null": True, "required": False}
    if columna.tipo == FECHA:
        return serializers.DateField(**opciones)
    return (serializers.IntegerField if columna.tipo == ENTERO else serializers.CharField)(**opciones)


COLUMNAS_TODAS = [*COLUMNAS.values(), *(c for r in REPORTES.values() for c in r.columnas_propias)]


class FilaDeReporte(serializers.Serializer):
    """The columns that the report was asked for; those of all reports, since a name means the same in each. Money and
    decimals are text.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        return {c.nombre: _celda(c) for c in COLUMNAS_TODAS}


class ColumnaDeReporte(serializers.Serializer):
    """A column of the answer. `titulo` is in the language of Accept-Language."""

    nombre = serializers.CharField()
    titulo = serializers.CharField()
    tipo = serializers.ChoiceField(choices=TIPOS_DE_COLUMNA)


class ReporteRespuesta(serializers.Serializer):
    """A report: what was asked, its columns, its totals (those of the period before too, where it has one) and its rows."""

    reporte = serializers.CharField()
    generado_en = serializers.DateTimeField()
    filtros = serializers.DictField(child=serializers.CharField())
    columnas = ColumnaDeReporte(many=True)
    totales = FilaDeReporte()
    totales_anteriores = FilaDeReporte(required=False)
    filas = FilaDeReporte(many=True)


def _esquema(parametro: str) -> Any:
    """The type that the API's document gives to a parameter, after its form field."""
    campo = CAMPOS[parametro].nuevo() if parametro in CAMPOS else None
    match campo:
        case FechaField():
            return OpenApiTypes.DATE
        case FilaField():
            return str if campo.to_field_name else int
        case forms.IntegerField():
            return int
    return str


def _parametros(reporte: Reporte) -> list[OpenApiParameter]:
    enumerados = {"agrupar": list(reporte.agrupaciones), "tipo": Tipo.values, "formato": ["json", "csv", "xlsx"]}
    return [
        OpenApiParameter(nombre, _esquema(nombre), enum=enumerados.get(nombre))
        for nombre in sorted({*reporte.parametros, "formato"})
    ]


def _vista(reporte: Reporte) -> Callable[..., HttpResponseBase]:
    clase: type[ReporteVista] = type(
        f"Reporte{reporte.nombre.title().replace('_', '')}Vista", (ReporteVista,), {"reporte": reporte}
    )
    esquema = extend_schema(
        parameters=_parametros(reporte),
        description=f"{reporte.ayuda} `formato=csv` and `xlsx` are files, streamed.",
        responses={
            (200, "application/json"): ReporteRespuesta,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, TIPOS_MIME["xlsx"]): OpenApiTypes.BINARY,
        },
    )
    return esquema(clase).as_view({"get": "list"})


rutas = [path(f"reportes/{r.nombre}/", _vista(r), name=f"api-reporte-{r.nombre}") for r in REPORTES.values()]
