"""Whether an answer is what the OpenAPI document says: no field that it does not name, none missing that it requires."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

TIPOS = {"integer": int, "string": str, "boolean": bool, "object": dict, "array": list, "number": float}


@cache
def documento() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def resolver(esquema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in esquema:
        *_inicio, seccion, nombre = esquema["$ref"].split("/")
        esquema = documento()["components"][seccion][nombre]
    return esquema


def diferencias(valor: Any, esquema: dict[str, Any], donde: str = "$") -> list[str]:
    """How `valor` differs from `esquema`."""
    esquema = resolver(esquema)
    if valor is None:
        return [] if esquema.get("nullable") else [f"{donde} is null"]
    if type(valor) is not TIPOS[esquema["type"]]:
        return [f"{donde} is no {esquema['type']}: {valor!r}"]
    if "enum" in esquema and valor not in esquema["enum"]:
        return [f"{donde} is none of its enum: {valor!r}"]
    if isinstance(valor, list):
        return [x for i, hijo in enumerate(valor) for x in diferencias(hijo, esquema["items"], f"{donde}[{i}]")]
    if not isinstance(valor, dict):
        return []
    propiedades = esquema.get("properties", {})
    otras = esquema.get("additionalProperties")
    faltan = [f"{donde}.{n} is missing" for n in esquema.get("required", ()) if n not in valor]
    sobran = [f"{donde}.{n} is not documented" for n in valor if n not in propiedades and not otras]
    hijos = [(n, propiedades.get(n, otras)) for n in valor if n in propiedades or otras]
    return faltan + sobran + [x for n, hijo in hijos for x in diferencias(valor[n], hijo, f"{donde}.{n}")]
