"""A client of the API with a token, for tests."""

import json
from typing import Any

from django.test import Client

from inventario.cuentas import tokens

V1 = "/api/v1/"


class ClienteAPI:
    """Speaks JSON to /api/v1/ as `usuario`. A body given as `str` or `bytes` goes as it is."""

    def __init__(self, usuario: Any = None, *, clave: str | None = None) -> None:
        self.http = Client(raise_request_exception=False)
        self.clave = clave or (usuario and tokens.crear(usuario=usuario)[1])

    def __call__(self, metodo: str, ruta: str, cuerpo: Any = None, **cabeceras: str) -> Any:
        if self.clave:
            cabeceras.setdefault("Authorization", f"Token {self.clave}")
        datos = {}
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
