"""gunicorn, from the environment (docs/operating.md has the table). `gunicorn inventario.wsgi` reads it by itself.

Nothing of the project is imported here but the worker's class: the master process keeps it after a reload, and what it imports
(`recepcion`, `tramo`): restart, rather than reload, when those change.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker


def _entero(nombre: str, defecto: int) -> int:
    valor = os.environ.get(nombre, "").strip() or str(defecto)
    if not (valor.isascii() and valor.isdigit()):
        sys.exit(f"{nombre}: it must be a whole number, 0 or more.")
    return int(valor)


# For the worker's class: gunicorn looks for it before it goes to its folder.
sys.path.insert(0, str(Path(__file__).parent))

from inventario.plataforma.obrero import LIMITES  # noqa: E402

_memoria = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  heartbeats and counters must not wait for a disk

wsgi_app = "inventario.wsgi"
bind = os.environ.get("GUNICORN_BIND") or f"0.0.0.0:{_entero('PORT', 8000)}"
worker_class = "inventario.plataforma.obrero.Obrero"
workers = _entero("WEB_CONCURRENCY", 2)
threads = _entero("GUNICORN_THREADS", 4)
timeout = _entero("GUNICORN_TIMEOUT", 60)
graceful_timeout = _entero("GUNICORN_GRACEFUL_TIMEOUT", 30)
keepalive = _entero("GUNICORN_KEEPALIVE", 5)
max_requests = _entero("GUNICORN_MAX_REQUESTS", 10000)
max_requests_jitter = max_requests // 10
worker_tmp_dir = _memoria
control_socket_disable = True
sendfile = False  # it would wait for a slow reader
accesslog = None  # inventario.plataforma.logging writes one line per request, with its id and user
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
os.environ |= {
    nombre: str(_entero(nombre, defecto)) for nombre, defecto in LIMITES.items()
}  # the worker reads them there
DRENAJE = _entero("GUNICORN_DRENAJE", 5)  # seconds in which readiness says 503 and everything is still served


class _JSON(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        hora = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        linea = {"hora": hora, "nivel": record.levelname, "origen": record.name, "mensaje": record.getMessage()}
        if record.exc_info:
            linea["traza"] = self.formatException(record.exc_info)
        return json.dumps(linea, ensure_ascii=False)


logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"linea": {"()": _JSON if os.environ.get("LOG_FORMAT", "json") == "json" else logging.Formatter}},
    "handlers": {
        "error_console": {"class": "logging.StreamHandler", "formatter": "linea", "stream": "ext://sys.stderr"}
    },
    "root": {"level": "WARNING", "handlers": ["error_console"]},
    "loggers": {
        "gunicorn.error": {
            "level": os.environ.get("LOG_LEVEL", "INFO").upper(),
            "handlers": ["error_console"],
            "propagate": False,
        }
    },
}

# Once per master, not at each reload: the folder with the counters of its workers and the mark of a server that stops.
if os.environ.get("INVENTARIO_MAESTRO") != str(os.getpid()):
    _carpeta = tempfile.mkdtemp(prefix="inventario-", dir=_memoria)
    os.environ |= {
        "INVENTARIO_MAESTRO": str(os.getpid()),
        "INVENTARIO_APAGANDO": f"{_carpeta}/apagando",
        "PROMETHEUS_MULTIPROC_DIR": _carpeta,
    }


def on_starting(server: "Arbiter") -> None:
    """Refuse to start with a configuration that the system checks call an error."""
    orden = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"]
    hecho = subprocess.run(orden, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    if hecho.returncode:
        server.log.error("will not start: %s", hecho.stderr.strip())  # type: ignore[union-attr]  # it has one by now
        sys.exit(1)


def when_ready(server: "Arbiter") -> None:
    """SIGTERM first turns readiness to 503, so that the balancer looks elsewhere, and stops the workers after DRENAJE."""

    def drenar(numero: int, marco: "FrameType | None") -> None:
        marca = Path(os.environ["INVENTARIO_APAGANDO"])
        if DRENAJE == 0 or marca.exists():  # told twice: now
            server.signal(numero, marco)
            return
        marca.touch()
        reloj = threading.Timer(DRENAJE, server.signal, [numero, marco])
        reloj.daemon = True
        reloj.start()

    signal.signal(signal.SIGTERM, drenar)


def child_exit(server: "Arbiter", worker: "Worker") -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: "Arbiter") -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
