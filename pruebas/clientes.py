"""What a caller sends, for tests: a client of the API with a token, and the sheet of a browser."""

import json
import re
import uuid
from typing import Any

from django.test import Client

from inventario.cuentas import tokens
from inventario.cuentas.models import Usuario

V1 = "/api/v1/"


class ClienteAPI:
    """Speaks JSON to /api/v1/ as `usuario`. A body given as `str` or `bytes` goes as it is."""

    def __init__(self, usuario: Usuario | None = None, *, clave: str | None = None) -> None:
        self.http = Client(raise_request_exception=False)
        self.clave = clave or (usuario and tokens.crear(usuario=usuario)[1])

    def __call__(self, metodo: str, ruta: str, cuerpo: Any = None, **cabeceras: str) -> Any:
        if self.clave:
            cabeceras.setdefault("Authorization", f"Token {self.clave}")
        datos: dict[str, Any] = {}
        if cuerpo is not None:
            texto = cuerpo if isinstance(cuerpo, str | bytes) else json.dumps(cuerpo)
            datos = {"data": texto, "content_type": cabeceras.pop("Content_Type", "application/json")}
        ruta = ruta if ruta.startswith("/") else V1 + ruta
        cabeceras = {k.replace("_", "-"): v for k, v in cabeceras.items()}
        return self.http.generic(metodo, ruta, headers=cabeceras, **datos)

    def get(self, ruta: str, **cabeceras: str) -> Any:
        return self("GET", ruta, **cabeceras)

    def post(self, ruta: str, cuerpo: Any, **cabeceras: str) -> Any:
        return self("POST", ruta, cuerpo, **cabeceras)


def sin_prendas(respuesta: Any) -> bytes:
    """The content without the tokens of its forms, which differ each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", respuesta.content)


def hoja(*lineas: dict[str, Any], **cabecera: Any) -> dict[str, Any]:
    """What a browser sends: the header and numbered lines, with the sheet's own key."""
    datos = {"clave": str(uuid.uuid4()), "lineas-TOTAL_FORMS": len(lineas), "lineas-INITIAL_FORMS": 0} | cabecera
    for n, linea in enumerate(lineas):
        datos |= {f"lineas-{n}-{campo}": valor for campo, valor in linea.items()}
    return datos


def errores(respuesta: Any, n: int = 0) -> dict[str, list[str]]:
    """What the answer says beside the fields of line `n`."""
    return dict(respuesta.context["hoja"].lineas.forms[n].errors)
