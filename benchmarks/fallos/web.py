"""gunicorn as in production, and clients that speak HTTP to it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

RAIZ = Path(__file__).resolve().parent.parent.parent
Respuesta = tuple[int, dict[str, Any], dict[str, str]]


def puerto_libre() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def entorno(base: str, cache: str = "") -> dict[str, str]:
    """Production settings for the database `base`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/tmp"),  # noqa: S108
        "DATABASE_URL": base,
        "CACHE_URL": cache,
        "SECRET_KEY": "clave-de-las-pruebas-de-fallos-" + "0123456789abcdef" * 3,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DETRAS_DE_PROXY": "1",
        "API_LIMITE_POR_MINUTO": "0",
        "WEB_CONCURRENCY": "2",
        "GUNICORN_THREADS": "8",
        "GUNICORN_DRENAJE": "0",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(RAIZ),
    }


class Web:
    """One gunicorn: `pids()` of its workers, and `pedir` for one request."""

    def __init__(self, variables: dict[str, str], registro: Path, control: str = "") -> None:
        self.puerto, self.registro = puerto_libre(), registro
        variables = {**variables, "GUNICORN_BIND": f"127.0.0.1:{self.puerto}"}
        modulo = "inventario.wsgi"
        if control:
            variables["CONTROL"], modulo = control, "benchmarks.fallos.control"
        self.variables, self.modulo = variables, modulo

    def arrancar(self) -> None:
        self.salida = self.registro.open("ab")
        self.proceso = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", self.modulo],
            cwd=RAIZ, env=self.variables, stdout=self.salida, stderr=self.salida,
        )  # fmt: skip
        self.esperar()

    def esperar(self, segundos: float = 60) -> float:
        """Seconds until the readiness probe says 200."""
        inicio = time.monotonic()
        while time.monotonic() - inicio < segundos:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Cliente(self.puerto, "").pedir("GET", "/salud/lista/")[0] == 200:
                    return time.monotonic() - inicio
            if self.proceso.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("gunicorn did not get ready:\n" + self.registro.read_text()[-3000:])

    def pids(self) -> list[int]:
        return [p.pid for p in psutil.Process(self.proceso.pid).children()]

    def parar(self) -> None:
        if self.proceso.poll() is None:
            self.proceso.send_signal(signal.SIGTERM)
            try:
                self.proceso.wait(40)
            except subprocess.TimeoutExpired:
                self.proceso.kill()
                self.proceso.wait()
        self.salida.close()


@contextlib.contextmanager
def web(variables: dict[str, str], registro: Path, control: str = "") -> Iterator[Web]:
    servidor = Web(variables, registro, control)
    try:
        servidor.arrancar()
        yield servidor
    finally:
        servidor.parar()


class Cliente:
    """A client with one connection, which it opens again after a failure."""

    def __init__(self, puerto: int, llave: str) -> None:
        self.puerto, self.llave = puerto, llave
        self.conexion: http.client.HTTPConnection | None = None

    def pedir(self, metodo: str, ruta: str, cuerpo: Any = None, clave: str = "") -> Respuesta:
        """Status, JSON body, headers. Raises OSError or HTTPException when the connection breaks."""
        cabeceras = {"X-Forwarded-Proto": "https", "Host": "127.0.0.1"}
        if self.llave:
            cabeceras["Authorization"] = f"Token {self.llave}"
        if clave:
            cabeceras["Idempotency-Key"] = clave
        if cuerpo is not None:
            cabeceras["Content-Type"] = "application/json"
        if self.conexion is None:
            self.conexion = http.client.HTTPConnection("127.0.0.1", self.puerto, timeout=30)
        try:
            self.conexion.request(metodo, ruta, None if cuerpo is None else json.dumps(cuerpo), cabeceras)
            respuesta = self.conexion.getresponse()
            texto = respuesta.read()
        except (OSError, http.client.HTTPException):
            self.cerrar()
            raise
        es_json = "json" in respuesta.headers.get("Content-Type", "")
        return respuesta.status, json.loads(texto) if es_json and texto else {}, dict(respuesta.headers)

    def insistir(self, ruta: str, cuerpo: Any, clave: str, hasta: float) -> Respuesta | None:
        """POST until the server decides (neither a broken connection nor a 5xx), with the same key each time."""
        while time.monotonic() < hasta:
            try:
                respuesta = self.pedir("POST", ruta, cuerpo, clave)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if respuesta[0] < 500:
                return respuesta
            time.sleep(0.1)
        return None

    def cerrar(self) -> None:
        if self.conexion is not None:
            self.conexion.close()
            self.conexion = None


def a_la_vez(cuantos: int, trabajo: Callable[[int], None]) -> None:
    """Run `trabajo(i)` in `cuantos` threads that start together; raise what any of them raised."""
    errores: list[BaseException] = []
    salida = threading.Barrier(cuantos)

    def uno(i: int) -> None:
        try:
            salida.wait()
            trabajo(i)
        except BaseException as error:
            errores.append(error)

    hilos = [threading.Thread(target=uno, args=(i,)) for i in range(cuantos)]
    for h in hilos:
        h.start()
    for h in hilos:
        h.join()
    if errores:
        raise errores[0]
