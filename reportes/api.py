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
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from inventario.api.vistas import Vista
from inventario.paginas.filtros import FechaField, FilaField
from movimientos.models import Movimiento, Tipo

from .acceso import autorizar_reporte
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


_RESPUESTA = {
    "type": "object",
    "required": ["reporte", "generado_en", "filtros", "columnas", "totales", "filas"],
    "properties": {
        "reporte": {"type": "string"},
        "generado_en": {"type": "string", "format": "date-time"},
        "filtros": {"type": "object", "additionalProperties": {"type": "string"}},
        "columnas": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {n: {"type": "string"} for n in ("nombre", "titulo", "tipo")},
            },
        },
        "totales": {"type": "object", "additionalProperties": True},
        "totales_anteriores": {"type": "object", "additionalProperties": True},
        "filas": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    },
}


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
        description=" ".join(str(d) for d in (reporte.descripcion, *reporte.definiciones)),
        responses={
            (200, "application/json"): _RESPUESTA,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, TIPOS_MIME["xlsx"]): OpenApiTypes.BINARY,
        },
    )
    return esquema(clase).as_view({"get": "list"})


rutas = [path(f"reportes/{r.nombre}/", _vista(r), name=f"api-reporte-{r.nombre}") for r in REPORTES.values()]
