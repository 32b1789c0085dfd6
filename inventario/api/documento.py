"""The last pass over the OpenAPI document: components, headers, names for the enums of parameters, an example for each body."""

from typing import Any

from .problemas import ESQUEMAS, RESPUESTAS

CABECERAS = {
    "XRequestID": {
        "schema": {"type": "string"},
        "description": "Names this request in the logs: quote it to ask for help.",
    },
    "ETag": {"schema": {"type": "string"}, "description": "Of this copy; for If-Match and If-None-Match."},
    "RetryAfter": {"schema": {"type": "integer"}, "description": "Seconds."},
    "IdempotencyReplayed": {
        "schema": {"type": "string", "enum": ["true"]},
        "description": "Only on the answer to a repeated key.",
    },
}
# What the examples say in a field of that name; the others take the first value of their enum, or one of their type.
VALORES: dict[str, tuple[Any, ...]] = {
    "id": (7,),
    "producto": (7, "Amoxicilina 500 mg"),
    "sku": ("AMOX500",),
    "producto_sku": ("AMOX500",),
    "producto_nombre": ("Amoxicilina 500 mg",),
    "nombre": ("Amoxicilina 500 mg",),
    "unidad": ("tableta",),
    "gtin": ("07501234567893",),
    "codigo": ("A-2291",),
    "lote": (31, "A-2291"),
    "lote_codigo": ("A-2291",),
    "almacen": (1, "Principal"),
    "almacen_destino": (2,),
    "almacen_codigo": ("PRINCIPAL",),
    "motivo": ("compra",),
    "fecha_caducidad": ("2027-03-31",),
    "fecha_fabricacion": ("2026-01-31",),
    "hasta": ("2027-01-15",),
    "costo_unitario": ("0.120000",),
    "contraparte": ("Distribuidora Norte",),
    "documento": ("F-1029",),
    "usuario": ("ana",),
    "nota": ("Caja golpeada",),
    "cantidad": (40,),
    "saldo": (160,),
    "operacion": (912,),
    **dict.fromkeys(("stock_maximo", "revierte", "revertida_por", "siguiente", "anterior"), (None,)),
}
DE_FORMATO = {"date": "2026-11-27", "date-time": "2026-11-27T10:15:00-06:00", "uri": "https://inventario.example.com/"}
EXITOS = {"200": "As asked.", "201": "Done.", "204": "Deleted."}
FORMATOS = ("csv", "json", "xlsx")
Esquemas = dict[str, dict[str, Any]]


def ejemplo(esquema: dict[str, Any], esquemas: Esquemas, nombre: str = "") -> Any:
    """A value of `esquema`, every field told, as the field `nombre` would have it."""
    if "$ref" in esquema:
        return ejemplo(esquemas[esquema["$ref"].rsplit("/", 1)[1]], esquemas, nombre)
    if "enum" in esquema:
        return esquema["enum"][0]
    tipo = esquema.get("type")
    if tipo == "object":
        campos = esquema.get("properties", {})
        return {n: ejemplo(e, esquemas, n) for n, e in campos.items() if n != "producto" or "sku" not in campos}
    if tipo == "array":
        return [ejemplo(esquema["items"], esquemas, nombre)]
    return _suelto(esquema, nombre)


def _suelto(esquema: dict[str, Any], nombre: str) -> Any:
    tipo = esquema.get("type", "")
    for valor in VALORES.get(nombre, ()):
        if esquema.get("nullable") if valor is None else isinstance(valor, str if tipo == "string" else int):
            return valor
    if tipo == "integer":
        return max(esquema.get("minimum", 0), 5)
    return True if tipo == "boolean" else DE_FORMATO.get(esquema.get("format", ""), "…")


def _nombrar(operacion: dict[str, Any], esquemas: Esquemas, por_valores: dict[tuple[str, ...], str]) -> None:
    """Give each enum of a parameter its component: the one that has those values, or one of its own."""
    recurso = "".join(x.title() for x in operacion["operationId"].removesuffix("_list").split("_"))
    for parametro in operacion.get("parameters", ()):
        lista = parametro["schema"].get("items", parametro["schema"])
        if "enum" not in lista:
            continue
        valores = tuple(sorted(lista["enum"]))
        if valores not in por_valores:
            por_valores[valores] = (
                "FormatoDeReporte" if valores == FORMATOS else f"{parametro['name'].title()}De{recurso}"
            )
            esquemas[por_valores[valores]] = _enumerado(list(lista["enum"]))
        referencia = {"$ref": f"#/components/schemas/{por_valores[valores]}"}
        if lista is parametro["schema"]:
            parametro["schema"] = referencia
        else:
            lista.clear()
            lista.update(referencia)


def _enumerado(valores: list[str]) -> dict[str, Any]:
    """With names for those that are no name themselves: the orders that go down."""
    enumerado: dict[str, Any] = {"type": "string", "enum": valores}
    if not all(valor.isidentifier() for valor in valores):
        enumerado["x-enum-varnames"] = [
            f"{valor[1:]}_desc".upper() if valor.startswith("-") else valor.upper() for valor in valores
        ]
    return enumerado


def _con_ejemplo(cuerpo: dict[str, Any], esquemas: Esquemas) -> None:
    contenido = cuerpo.get("content", {}).get("application/json")
    if contenido and "examples" not in contenido:
        contenido["example"] = ejemplo(contenido["schema"], esquemas)


def completar(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular."""
    componentes = result["components"]
    esquemas: Esquemas = componentes["schemas"]
    esquemas |= ESQUEMAS
    componentes["responses"] = RESPUESTAS
    componentes["headers"] = CABECERAS
    enumerados = {tuple(sorted(e["enum"])): n for n, e in esquemas.items() if "enum" in e}
    propia = {"X-Request-ID": {"$ref": "#/components/headers/XRequestID"}}
    for respuesta in RESPUESTAS.values():
        respuesta["headers"] = propia | respuesta.get("headers", {})
    for operacion in (o for ruta in result["paths"].values() for o in ruta.values()):
        _nombrar(operacion, esquemas, enumerados)
        _con_ejemplo(operacion.get("requestBody", {}), esquemas)
        for estado, respuesta in operacion["responses"].items():
            if "$ref" not in respuesta:
                respuesta["description"] = respuesta["description"] or EXITOS[estado]
                respuesta["headers"] = propia | respuesta.get("headers", {})
                _con_ejemplo(respuesta, esquemas)
    return result
