"""The HTTP client of the benchmarks, the fault runs, the production stack and the screenshots."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

DE_PROXY = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
FALLO = (OSError, http.client.HTTPException)  # what a broken connection raises


class Respuesta(NamedTuple):
    estado: int
    cabeceras: http.client.HTTPMessage  # names in any case
    cuerpo: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.cuerpo)


class Cliente:
    """An API client with the token `llave`, or a browser, which keeps cookies and sends the CSRF token back. It stands
    behind a proxy that speaks TLS, unless `cabeceras` says otherwise.

    Keeps its connection, and opens another after it broke; with `mantener` off, it opens one for each request.
    """

    def __init__(
        self, puerto: int, llave: str = "", *, mantener: bool = True, cabeceras: Mapping[str, str] = DE_PROXY
    ) -> None:
        self.puerto, self.mantener = puerto, mantener
        self.cabeceras = {**cabeceras, **({"Authorization": f"Token {llave}"} if llave else {})}
        self.cookies: dict[str, str] = {}
        self.conexion = http.client.HTTPConnection("127.0.0.1", puerto, timeout=30)

    def pedir(self, metodo: str, ruta: str, cuerpo: Any = None, **opciones: Any) -> Respuesta:
        """The whole answer; what is sent is as in `abrir`. Raises one of FALLO when the connection breaks."""
        try:
            respuesta = self.abrir(metodo, ruta, cuerpo, **opciones)
            return Respuesta(respuesta.status, respuesta.headers, respuesta.read())
        except FALLO:
            self.close()
            raise
        finally:
            if not self.mantener:
                self.close()

    def abrir(
        self, metodo: str, ruta: str, cuerpo: Any = None, *, clave: str = "", cabeceras: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """The answer, its body still to be read. A dict is sent as JSON, a text as a form; `clave` is the Idempotency-Key."""
        propias = dict(self.cabeceras)
        if self.cookies:
            propias["Cookie"] = "; ".join(f"{nombre}={valor}" for nombre, valor in self.cookies.items())
            propias |= {"Origin": "https://localhost", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        if clave:
            propias["Idempotency-Key"] = clave
        if isinstance(cuerpo, dict):
            cuerpo, propias["Content-Type"] = json.dumps(cuerpo), "application/json"
        elif cuerpo is not None:
            propias["Content-Type"] = "application/x-www-form-urlencoded"
        self.conexion.request(metodo, ruta, cuerpo, {**propias, **(cabeceras or {})})
        respuesta = self.conexion.getresponse()
        for texto in respuesta.headers.get_all("Set-Cookie", ()):
            nombre, _igual, resto = texto.partition("=")
            self.cookies[nombre] = resto.split(";")[0]
        return respuesta

    def insistir(self, ruta: str, cuerpo: Any, clave: str, segundos: float) -> Respuesta | None:
        """POST until the server decides (neither a broken connection nor a 5xx), with the same key each time; None when
        it never does.
        """
        limite = time.monotonic() + segundos
        while time.monotonic() < limite:
            try:
                respuesta = self.pedir("POST", ruta, cuerpo, clave=clave)
            except FALLO:
                time.sleep(0.05)
                continue
            if respuesta.estado < 500:
                return respuesta
            time.sleep(0.1)
        return None

    def estado(self, ruta: str) -> int:
        """Status of a GET, 0 when nobody answers."""
        try:
            return self.pedir("GET", ruta).estado
        except FALLO:
            return 0

    def entrar(self, usuario: str, contrasena: str) -> None:
        self.pedir("GET", "/entrar/")
        respuesta = self.pedir("POST", "/entrar/", f"username={usuario}&password={contrasena}")
        if respuesta.estado != 302:
            raise RuntimeError(f"login answered {respuesta.estado}")

    def close(self) -> None:
        self.conexion.close()
