"""The OpenAPI document, operation by operation: what drf-spectacular cannot see by itself. `problemas` has the errors, and
`documento` goes over the whole at the end.
"""

from typing import Any

from django.utils.functional import Promise
from django_filters import ChoiceFilter
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import ModelSerializer

from inventario.dominio.campos import CLAVE_DE_IDEMPOTENCIA, ENTERO_MAXIMO
from inventario.paginas import filtros

from . import idempotencia


def _cabecera(nombre: str, descripcion: str, esquema: dict[str, Any] | None = None) -> dict[str, Any]:
    esquema = esquema or {"type": "string"}
    return {"name": nombre, "in": "header", "required": False, "description": descripcion, "schema": esquema}


def _de_filtro(filtro: Any) -> dict[str, Any]:
    match filtro:
        case filtros.SiNoFilter():
            return {"type": "boolean"}
        case filtros.IdFilter():
            return {"type": "integer", "minimum": 0, "maximum": ENTERO_MAXIMO}
        case filtros.FilaFilter():
            return {"type": "string"} if filtro.extra.get("to_field_name") else {"type": "integer", "minimum": 1}
        case filtros.FechaFilter():
            return {"type": "string", "format": "date"}
        case ChoiceFilter():
            opciones = filtro.extra["choices"]
            return {"type": "string", "enum": [v for v, _etiqueta in getattr(opciones, "choices", opciones)]}
    return {"type": "string", "maxLength": filtro.extra.get("max_length", filtros.BUSQUEDA_MAXIMA)}


RESUMENES = {
    "list": "List",
    "retrieve": "Read one",
    "create": "Create",
    "update": "Replace",
    "partial_update": "Change some fields",
    "destroy": "Delete",
}


def _doc(cosa: Any) -> str:
    """What `cosa` says of itself, not what a base class says to whoever extends it."""
    return " ".join(((vars(cosa).get("__doc__") if isinstance(cosa, type) else cosa and cosa.__doc__) or "").split())


class Esquema(AutoSchema):
    """Adds the conditional and idempotency headers, and the errors."""

    @property
    def accion(self) -> str:
        return getattr(self.view, "action", None) or ""

    @property
    def es_operacion(self) -> bool:
        return self.accion in getattr(self.view, "operaciones", ())

    @property
    def es_de_uno(self) -> bool:
        return self.accion in getattr(self.view, "de_uno", ())

    def get_operation_id(self) -> str:
        """`productos_create`, `lotes_retener`, `reportes_consumo`: what a generated client calls it."""
        tramos = self._tokenize_path()
        es_reporte = self.accion == "list" and not self._is_list_view()
        return "_".join(tramos if es_reporte or tramos[-1] == self.accion else [*tramos, self.accion or "document"])

    def get_summary(self) -> str | None:
        return None if self.accion == "list" and not self._is_list_view() else RESUMENES.get(self.accion)

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """What the action says of itself, else the view: never what a base class says to whoever extends it."""
        metodo = getattr(self.view, self.accion, None)
        propio = getattr(metodo, "__qualname__", "").startswith(type(self.view).__name__ + ".")
        cuerpo = getattr(self.view, "peticion_class", None) if self.accion == "create" else None
        return (propio and _doc(metodo)) or _doc(cuerpo) or _doc(type(self.view))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """An answer has all its fields, unless one says otherwise. Titles and translated helps are for people's forms."""
        esquema = super()._map_basic_serializer(serializer, direction)
        parcial = type(serializer).__name__.startswith("Patched")
        esquema["description"] = _doc(type(serializer).__base__ if parcial else type(serializer))
        propiedades = esquema.get("properties", {})
        for nombre, campo in serializer.fields.items():
            if propiedad := propiedades.get(nombre):
                # With a default, generators make a field of a body one that must be sent.
                for clave in (
                    "title",
                    "readOnly",
                    "default",
                    *(("description",) if isinstance(campo.help_text, Promise) else ()),
                ):
                    propiedad.pop(clave, None)
                if propiedad.keys() == {"allOf"}:  # what was beside the reference has just gone
                    [propiedades[nombre]] = propiedad["allOf"]
        if direction == "response":
            dicho = not isinstance(serializer, ModelSerializer)
            opcionales = {n for n, x in serializer.fields.items() if dicho and x._kwargs.get("required") is False}
            esquema["required"] = [n for n in propiedades if n not in opcionales]
        return {k: v for k, v in esquema.items() if v}

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A report is one object.
        return self.accion == "list" and getattr(self.view, "filterset_class", None) is not None

    def _get_serializer_name(self, *args: Any, **kwargs: Any) -> str:
        return super()._get_serializer_name(*args, **kwargs).removesuffix("Request")  # a body's class says so itself

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "peticion_class", None) or super().get_request_serializer()

    def _get_request_body(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        cuerpo = super()._get_request_body(*args, **kwargs)
        if cuerpo and (self.method == "PATCH" or self.accion == "create"):
            cuerpo["required"] = True  # drf-spectacular thinks that changing nothing is as good
        return cuerpo

    def _resolve_path_parameters(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """The rows of a path are named by id, whatever pattern the router matches."""
        parametros = super()._resolve_path_parameters(*args, **kwargs)
        for parametro in parametros:
            if parametro["name"] == "id":
                parametro["schema"] = {"type": "integer", "format": "int64", "minimum": 1}
        return parametros

    def _get_parameters(self) -> list[dict[str, Any]]:
        parametros = super()._get_parameters()
        if self.es_operacion:
            patron = {"type": "string", "pattern": f"^{CLAVE_DE_IDEMPOTENCIA}$"}
            parametros.append(
                _cabecera(idempotencia.CABECERA, "Unique per user: a repeat answers the first answer.", patron)
            )
        if self.es_de_uno and self.method == "GET":
            parametros.append(_cabecera("If-None-Match", "ETag of the copy you have."))
        elif self.es_de_uno:
            parametros.append(_cabecera("If-Match", "ETag of the copy you edited."))
        return parametros

    def estados_de_error(self) -> set[int]:
        estados = {401, 403, 429, 503}
        if "{" in self.path or self.accion == "list":
            estados.add(404)
        if self.accion == "list" or self.method in ("POST", "PUT", "PATCH"):
            estados.add(400)
        if self.method in ("POST", "PUT", "PATCH"):
            estados |= {411, 413, 415}
        if self.method in ("POST", "PUT", "PATCH", "DELETE"):
            estados.add(409)
        if self.es_operacion:
            estados.add(422)
        if self.method in ("PUT", "PATCH"):
            estados.add(412)
        return estados | set(getattr(self.view, "estados_extra", {}).get(self.accion, ()))

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        cuerpos = super()._get_response_bodies(direction)
        if self.es_de_uno and "200" in cuerpos:
            cuerpos["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        if self.es_de_uno and self.method == "GET":
            cuerpos["304"] = {"description": "The copy you have is still good."}
        if self.es_operacion and "201" in cuerpos:
            cuerpos["201"]["headers"] = {"Idempotency-Replayed": {"$ref": "#/components/headers/IdempotencyReplayed"}}
        for estado in sorted(self.estados_de_error()):
            cuerpos.setdefault(str(estado), {"$ref": f"#/components/responses/Error{estado}"})
        return cuerpos


class EsquemaDeFiltros(DjangoFilterExtension):
    """What each filter takes, exactly: drf-spectacular would guess numbers without a limit, no dates, and no choices
    where they come as a class.
    """

    target_class = "inventario.api.filtros.FiltroEstricto"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        conjunto = self.target.get_filterset_class(auto_schema.view)
        return [
            {"name": nombre, "in": "query", "required": False, "schema": _de_filtro(filtro)}
            for nombre, filtro in conjunto.base_filters.items()
        ]


class EsquemaDeToken(OpenApiAuthenticationExtension):
    target_class = "inventario.api.seguridad.AutenticacionToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`: the word, a space and the key.",
        }
