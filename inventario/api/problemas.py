"""The errors in the OpenAPI document: for each status its codes, the data of a refusal, and an example of each code."""

from typing import Any

_POR_CONTAR = {"id": 90, "lote": 31, "lote_codigo": "A-2291", "diferencia": -12, "estado": "recontar"}
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
        "fabricacion_distinta": {
            "lote": 31,
            "lote_codigo": "A-2291",
            "registrada": "2026-03-31",
            "recibida": "2026-04-30",
        },
        "lote_no_despachable": {"lote": 28, "lote_codigo": "A-1100", "razon": "caducado"},
        "ya_revertida": {"operacion": 912, "revertida_por": 913},
        "reverso_imposible": {"operacion": 912},
        "movido_desde": {
            "contadas": [
                {
                    "lote": 31,
                    "almacen": 1,
                    "cantidad": 90,
                    "secuencia": 1,
                    "habia": 100,
                    "movido": -95,
                    "diferencia": -10,
                    "corregido": 0,
                }
            ]
        },
        "retroactivo_imposible": {"dias": 30},
        "motivo_incompatible": {"motivo": "compra", "tipo": "despacho"},
        "cambio_imposible": {"lote": 31, "lote_codigo": "A-2291", "estado": "retirado"},
        "alerta_resuelta": {"alerta": 5},
        "producto_con_lotes": {
            "dependen": [{"modelo": "lote", "cuantos": 3000, "hay_mas": False, "ejemplos": ["A-1", "A-2", "A-3"]}]
        },
        "en_uso": {},
        "almacen_con_existencias": {
            "almacen": 2,
            "lotes": 1,
            "unidades": 100,
            "existencias": [{"producto": 7, "sku": "AMOX500", "lote": 31, "lote_codigo": "A-2291", "cantidad": 100}],
        },
        "producto_inactivo": {"producto": 7},
        "importacion_ya_hecha": {},
        "importacion_pendiente": {},
        "almacen_inactivo": {"almacen": 2},
        "conteo_cerrado": {"conteo_estado": "aprobado"},
        "conteo_abierto": {},
        "conteo_vacio": {},
        "recuento_pendiente": {"por_contar": [_POR_CONTAR]},
        "conteo_mismo_usuario": {"por_contar": [{**_POR_CONTAR, "estado": "contada"}]},
        "conflicto": {},
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
    413: "The body is over 1 MB, or over what a route that takes a file says.",
    415: "Not application/json in UTF-8, nor a file where one is taken.",
    422: "The idempotency key was used with another request.",
    429: "Over the user's limit of requests per minute.",
    503: "The database is busy or away.",
}
_TEXTO, _ENTERO = {"type": "string"}, {"type": "integer"}
_FECHA = {"type": "string", "format": "date", "nullable": True}


def _objeto(propiedades: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"type": "object", "required": list(propiedades), "properties": propiedades}


COMUNES: dict[str, dict[str, Any]] = {
    "type": {"type": "string", "format": "uri"},
    "title": _TEXTO,
    "status": _ENTERO,
    "detail": {"type": "string", "description": "For people, in the language of Accept-Language."},
    "instance": _TEXTO,
    "id_solicitud": {"type": "string", "description": "Also the X-Request-ID header."},
}
ERRORES = {
    "type": "object",
    "description": "What is wrong with each field; those of a line as `lineas.0.cantidad`.",
    "additionalProperties": {"type": "array", "items": _TEXTO},
}
# What a refusal says beside its code; each code brings some of them.
DATOS: dict[str, dict[str, Any]] = {
    "lineas": {"type": "array", "items": {"$ref": "#/components/schemas/FaltaDeStock"}},
    "contadas": {"type": "array", "items": {"$ref": "#/components/schemas/ContadaRespuesta"}},
    "producto": _ENTERO,
    "almacen": _ENTERO,
    "lote": {"type": "integer", "nullable": True},
    "lote_codigo": _TEXTO,
    "fecha_caducidad": _FECHA,
    "registrada": {**_FECHA, "description": "The date that the lot has (expiry or manufacture)."},
    "recibida": {**_FECHA, "description": "The one that was sent."},
    "razon": {"$ref": "#/components/schemas/RazonDeOmision"},
    "estado": {"$ref": "#/components/schemas/EstadoDeLote"},
    "operacion": _ENTERO,
    "revertida_por": _ENTERO,
    "motivo": _TEXTO,
    "tipo": {"$ref": "#/components/schemas/TipoDeOperacion"},
    "alerta": _ENTERO,
    "campo": {"type": "string", "description": "The field that may not change as was asked."},
    "lotes": {"type": "integer", "description": "How many lots stand in the way."},
    "unidades": _ENTERO,
    "existencias": {
        "type": "array",
        "description": "The first of what the warehouse holds.",
        "items": _objeto(
            {"producto": _ENTERO, "sku": _TEXTO, "lote": _ENTERO, "lote_codigo": _TEXTO, "cantidad": _ENTERO}
        ),
    },
    "dependen": {
        "type": "array",
        "description": "What depends on the row, by model: how many (`hay_mas`: more than were counted) and the first names.",
        "items": _objeto(
            {
                "modelo": _TEXTO,
                "cuantos": _ENTERO,
                "hay_mas": {"type": "boolean"},
                "ejemplos": {"type": "array", "items": _TEXTO},
            }
        ),
    },
    "conteo_estado": {"$ref": "#/components/schemas/EstadoDeConteo"},
    "por_contar": {
        "type": "array",
        "description": "The first lines of the count that somebody else must see.",
        "items": _objeto(
            {
                "id": _ENTERO,
                "lote": _ENTERO,
                "lote_codigo": _TEXTO,
                "diferencia": {"type": "integer", "nullable": True},
                "estado": {"$ref": "#/components/schemas/EstadoDeLineaDeConteo"},
            }
        ),
    },
    "dias": {"type": "integer", "description": "How far back a date may lie."},
    "dia": {"type": "string", "format": "date", "description": "The day on which a balance would have been negative."},
}
FALTA_DE_STOCK = {
    "description": "A product of which there is not enough, with the numbers that a plan gives.",
    **_objeto(
        {
            **dict.fromkeys(("producto", "pedido", "disponible", "falta"), _ENTERO),
            "omitidos": {"type": "array", "items": {"$ref": "#/components/schemas/OmitidoRespuesta"}},
        }
    ),
}


def _esquemas(estado: int) -> dict[str, dict[str, Any]]:
    """The problem of `estado`, and its codes."""
    codigos = {"type": "string", "description": "Stable: decide on this.", "enum": sorted(EJEMPLOS[estado])}
    propiedades = {**COMUNES, "codigo": {"$ref": f"#/components/schemas/CodigoDe{estado}"}}
    requeridas = list(propiedades)
    if estado == 400:
        propiedades["errores"] = ERRORES
        requeridas.append("errores")
    if estado == 409:
        propiedades |= DATOS
    problema = {"type": "object", "description": CAUSAS[estado], "required": requeridas, "properties": propiedades}
    return {f"CodigoDe{estado}": codigos, f"Problema{estado}": problema}


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
    esquema = {"$ref": f"#/components/schemas/Problema{estado}"}
    respuesta: dict[str, Any] = {
        "description": CAUSAS[estado],
        "content": {"application/problem+json": {"schema": esquema, "examples": ejemplos}},
    }
    if estado in (429, 503):
        respuesta["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return respuesta


ESQUEMAS = {"FaltaDeStock": FALTA_DE_STOCK} | {n: e for x in CAUSAS for n, e in _esquemas(x).items()}
RESPUESTAS = {f"Error{estado}": _respuesta(estado) for estado in CAUSAS}
