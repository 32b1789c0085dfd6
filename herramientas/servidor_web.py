"""gunicorn and manage.py with the settings of production: for the benchmarks, the fault runs, the production stack, the
restore drill and the screenshots.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from .cliente import Cliente

RAIZ = Path(__file__).resolve().parent.parent
HEREDADAS = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV")


def entorno(base: str, **extra: str) -> dict[str, str]:
    """The environment of production with the database `base`, behind one proxy that speaks TLS; `extra` goes over it.

    Nothing is inherited but what finds programs, and no database or cache that a developer's `.env` names is used.
    """
    return {x: os.environ[x] for x in HEREDADAS if x in os.environ} | {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "localhost",
        "DETRAS_DE_PROXY": "1",
        "DATABASE_URL": base,
        "DATABASE_URL_DIRECTA": "",
        "DATABASE_REPLICA_URL": "",
        "PGBOUNCER": "false",
        "CACHE_URL": "",
        "WEB_CONCURRENCY": "2",
        "GUNICORN_DRENAJE": "0",
        **extra,
    }


def python(variables: Mapping[str, str], *argumentos: str) -> str:
    """What Python prints, run on `argumentos` at the root of the project. Raises RuntimeError with all it said if it fails."""
    hecho = subprocess.run(
        [sys.executable, *argumentos], cwd=RAIZ, env=variables, capture_output=True, text=True, check=False
    )
    if hecho.returncode:
        raise RuntimeError(f"{argumentos} exited {hecho.returncode}\n{hecho.stdout[-3000:]}\n{hecho.stderr[-3000:]}")
    return hecho.stdout


def manage(variables: Mapping[str, str], *orden: str) -> str:
    return python(variables, "manage.py", *orden)


def _puerto_libre() -> int:
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return enchufe.getsockname()[1]


class Web:
    """One gunicorn that serves `modulo` on `puerto`, any free one if 0, with its environment, and writes to `registro`."""

    def __init__(
        self, variables: Mapping[str, str], registro: Path, *, puerto: int = 0, modulo: str = "inventario.wsgi"
    ) -> None:
        self.puerto, self.registro = puerto or _puerto_libre(), registro
        self.entorno = {**variables, "GUNICORN_BIND": f"127.0.0.1:{self.puerto}"}
        with registro.open("ab") as texto:
            self.proceso = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", modulo], cwd=RAIZ, env=self.entorno, stdout=texto, stderr=texto
            )

    def estado(self, ruta: str) -> int:
        """Status of a GET on a connection of its own, 0 when nobody answers."""
        return Cliente(self.puerto, mantener=False).estado(ruta)

    def esperar(self, segundos: float = 60) -> float:
        """Seconds until it is ready. Raises RuntimeError with the end of its log."""
        inicio = time.monotonic()
        while self.estado("/salud/lista/") != 200:
            if self.proceso.poll() is not None or time.monotonic() - inicio > segundos:
                raise RuntimeError("gunicorn is not ready:\n" + self.registro.read_text()[-3000:])
            time.sleep(0.05)
        return time.monotonic() - inicio

    def obreros(self) -> set[int]:
        """Process ids of the workers."""
        return {hijo.pid for hijo in psutil.Process(self.proceso.pid).children()}

    def senal(self, numero: int) -> None:
        self.proceso.send_signal(numero)

    def parar(self) -> None:
        if self.proceso.poll() is not None:
            return
        self.senal(signal.SIGTERM)
        try:
            self.proceso.wait(40)
        except subprocess.TimeoutExpired:
            self.proceso.kill()
            self.proceso.wait()


@contextlib.contextmanager
def web(variables: Mapping[str, str], registro: Path, **opciones: Any) -> Iterator[Web]:
    """A gunicorn that is ready, stopped at the end; `opciones` are those of `Web`."""
    servidor = Web(variables, registro, **opciones)
    try:
        servidor.esperar()
        yield servidor
    finally:
        servidor.parar()
