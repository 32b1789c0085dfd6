"""The OpenAPI document: what drf-spectacular cannot see by itself, and every status with an example."""

from typing import Any

from django_filters import ChoiceFilter
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from inventario.dominio.campos import CLAVE_DE_IDEMPOTENCIA, ENTERO_MAXIMO
from inventario.paginas import filtros

from . import idempotencia

EJEMPLOS: dict[int, dict[str, dict[str, Any]]] = {
    400: {
        "datos_invalidos": {"errores": {"lineas.0.cantidad": ["Debe ser un entero entre 1 y 1000000000."]}},
        "json_invalido": {"errores": {"cuerpo": ["Hay una clave repetida."]}},
        "cuerpo_ilegible": {"errores": {"cuerpo": ["El cuerpo llegó incompleto."]}},
    },
    401: {"no_autenticado": {}, "token_invalido": {}},
    403: {"sin_permiso": {}, "csrf": {}},
    404: {"no_encontrado": {}},
    409: {
        "stock_insuficiente": {
            "lineas": [{"producto": 7, "pedido": 250, "disponible": 200, "falta": 50, "omitidos": []}]
        },
        "caducidad_distinta": {
            "lote": 31,
            "lote_codigo": "A-2291",
            "registrada": "2027-03-31",
            "recibida": "2027-04-30",
        },
        "lote_no_despachable": {"lote": 28, "lote_codigo": "A-1100", "razon": "caducado"},
        "ya_revertida": {"operacion": 912, "revertida_por": 913},
        "reverso_imposible": {"operacion": 912},
        "retroactivo_imposible": {"dias": 30},
        "motivo_incompatible": {"motivo": "compra", "tipo": "despacho"},
        "cambio_imposible": {"lote": 31, "lote_codigo": "A-2291", "estado": "retirado"},
        "alerta_resuelta": {"alerta": 5},
        "producto_con_lotes": {"producto": 7},
        "en_uso": {},
    },
    411: {"falta_content_length": {}},
    412: {"version_distinta": {}},
    413: {"cuerpo_demasiado_grande": {}},
    415: {"tipo_no_admitido": {}},
    422: {"clave_reutilizada": {}},
    429: {"demasiadas_peticiones": {}},
    503: {"base_ocupada": {}},
}
CAUSAS = {
    400: "Malformed or invalid: `errores` maps each field to what is wrong.",
    401: "No token, or one that is unknown, expired or of a disabled user.",
    403: "The user lacks the permission, or a session came without its CSRF token.",
    404: "Unknown.",
    409: "The domain says no; `codigo` says why and the rest carries the numbers.",
    411: "The body has no length, or came in chunks to a server that does not undo them.",
    412: "`If-Match` names a version that is not the current one.",
    413: "The body is over 1 MB.",
    415: "Not application/json in UTF-8.",
    422: "The idempotency key was used with another request.",
    429: "Over the user's limit of requests per minute.",
    503: "The database is busy or away.",
}
PROBLEMA = {
    "type": "object",
    "description": "RFC 9457 problem details, with the data of the refusal beside them.",
    "required": ["type", "title", "status", "detail", "instance", "codigo", "id_solicitud"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "codigo": {"type": "string", "description": "Stable: decide on this."},
        "id_solicitud": {"type": "string", "description": "Also the X-Request-ID header."},
        "errores": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "additionalProperties": True,
}


def _respuesta(estado: int) -> dict[str, Any]:
    ejemplos = {
        codigo: {
            "value": {
                **datos,
                "type": f"urn:inventario:{codigo}",
                "title": CAUSAS[estado],
                "status": estado,
                "detail": CAUSAS[estado],
                "instance": "/api/v1/despachos/",
                "codigo": codigo,
                "id_solicitud": "5f0c9ad14a1f4f7c9d3c",
            }
        }
        for codigo, datos in EJEMPLOS[estado].items()
    }
    respuesta: dict[str, Any] = {
        "description": CAUSAS[estado],
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problema"}, "examples": ejemplos}
        },
    }
    if estado in (429, 503):
        respuesta["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return respuesta


COMPONENTES = {"schemas": {"Problema": PROBLEMA}, "responses": {f"Error{e}": _respuesta(e) for e in CAUSAS}}


def con_errores(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook: the components that every operation refers to."""
    for seccion, contenido in COMPONENTES.items():
        result["components"].setdefault(seccion, {}).update(contenido)
    return result


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
        return "_".join([*self._tokenize_path(), self.accion or self.method.lower()])

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A report is one object.
        return self.accion == "list" and getattr(self.view, "filterset_class", None) is not None

    def _get_serializer_name(self, *args: Any, **kwargs: Any) -> str:
        return super()._get_serializer_name(*args, **kwargs).removesuffix("Request")  # a body's class says so itself

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "peticion_class", None) or super().get_request_serializer()

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
        if self.es_de_uno and self.method == "GET":
            cuerpos["304"] = {"description": "The copy you have is still good."}
        if self.es_operacion and "201" in cuerpos:
            cuerpos["201"]["headers"] = {
                "Idempotency-Replayed": {
                    "schema": {"type": "string", "enum": ["true"]},
                    "description": "Present on the answer to a repeated key.",
                }
            }
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
