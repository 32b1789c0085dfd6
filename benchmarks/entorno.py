"""A durable PostgreSQL, Redis, the databases to measure on, Django in this process and gunicorn in front."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from herramientas.servidores import Postgres, postgres, redis

from . import datos

RAIZ = Path(__file__).resolve().parent.parent
PUERTO = int(os.environ.get("BENCH_PORT", "8080"))
PEQUENA, GRANDE, SUELO = "pequena", "grande", "suelo"


@dataclass(slots=True)
class Entorno:
    servidor: Postgres
    carpeta: Path
    clave: str  # an API token of the user who measures, valid in every database
    hoy: date
    rapido: bool
    segundos_de_carga: dict[str, float]

    def usar(self, base: str) -> None:
        """From now on this process's Django works on `base`."""
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = base

    @contextlib.contextmanager
    def gunicorn(self, base: str) -> Iterator[tuple[str, int]]:
        """gunicorn as in production on `base`: its host and port."""
        entorno = {
            **os.environ,
            "DATABASE_URL": self.servidor.url_de(base),
            "GUNICORN_BIND": f"127.0.0.1:{PUERTO}",
            "GUNICORN_DRENAJE": "0",
            "LOG_LEVEL": "INFO",
        }
        with (self.carpeta / "gunicorn.log").open("ab") as registro:
            proceso = subprocess.Popen(
                [sys.executable, "-m", "gunicorn"], cwd=RAIZ, env=entorno, stdout=registro, stderr=registro
            )
        try:
            self._esperar(proceso)
            yield "127.0.0.1", PUERTO
        finally:
            proceso.terminate()
            proceso.wait(40)

    def _esperar(self, proceso: subprocess.Popen) -> None:
        limite = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", PUERTO), 1):
                return
            if proceso.poll() is not None or time.monotonic() > limite:
                raise RuntimeError((self.carpeta / "gunicorn.log").read_text()[-4000:])
            time.sleep(0.1)

    def manage(self, base: str, *orden: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *orden],
            cwd=RAIZ, env={**os.environ, "DATABASE_URL": self.servidor.url_de(base)}, check=True, capture_output=True, text=True,
        )  # fmt: skip


@contextlib.contextmanager
def preparar(tamano: str, bases: set[str]) -> Iterator[Entorno]:
    """Everything started and `bases` loaded (PEQUENA always)."""
    carpeta = Path(tempfile.mkdtemp(prefix="bench-"))
    with contextlib.ExitStack() as pila:
        pila.callback(shutil.rmtree, carpeta, ignore_errors=True)
        servidor = pila.enter_context(postgres("max_wal_size=4GB", duradero=True))
        cache, _proceso = pila.enter_context(redis())
        os.environ |= {
            "DATABASE_URL": servidor.url,
            "CACHE_URL": cache,
            "DJANGO_SETTINGS_MODULE": "benchmarks.ajustes",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "DEBUG": "false",
            "HTTPS": "false",
            "API_LIMITE_POR_MINUTO": "0",
            "LOG_LEVEL": "WARNING",
            "BENCH_ESTATICOS": str(carpeta / "estaticos"),
            "WEB_CONCURRENCY": "2",
            "GUNICORN_THREADS": "4",
        }
        import django
        from django.core.management import call_command
        from django.utils import timezone

        django.setup()
        call_command("migrate", verbosity=0)
        # What no measured page shows takes most of the time that compressing takes.
        ajenos = ["drf_spectacular_sidecar", "admin", "rest_framework"]
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=ajenos)
        entorno = Entorno(servidor, carpeta, _sembrar(), timezone.localdate(), tamano == "quick", {})
        _llenar(entorno, datos.GRANDE[tamano], bases)
        yield entorno
        entorno.usar("postgres")


def _sembrar() -> str:
    from django.contrib.auth.models import Group

    from inventario.cuentas import roles, tokens
    from inventario.cuentas.models import Usuario
    from lotes.models import Almacen
    from movimientos import catalogo

    catalogo.sembrar()
    roles.sembrar()
    Almacen.objects.get_or_create(codigo="PRINCIPAL", defaults={"nombre": "Principal", "predeterminado": True})
    usuario = Usuario.objects.create(username="medidor")
    usuario.groups.add(Group.objects.get(name="supervisor"))
    return tokens.crear(usuario=usuario)[1]


def _llenar(entorno: Entorno, grande: datos.Tamano, bases: set[str]) -> None:
    from django.db import connection

    connection.close()
    for base, tamano in ((PEQUENA, datos.PEQUENA), (GRANDE, grande)):
        if base not in {PEQUENA, *bases}:
            continue
        print(f"loading {base}: {tamano.productos:,} products, {tamano.lotes:,} lots, {tamano.movimientos:,} movements")
        entorno.servidor.psql(f"CREATE DATABASE {base} TEMPLATE postgres", "template1")
        segundos = datos.cargar(_conninfo(entorno, base), tamano, entorno.hoy)
        inicio = time.perf_counter()
        entorno.manage(base, "recalcular_alertas")
        entorno.segundos_de_carga[base] = segundos
        entorno.segundos_de_carga[f"{base}: recalcular_alertas"] = time.perf_counter() - inicio
        entorno.servidor.psql("VACUUM ANALYZE", base)
        print(f"  {segundos:.0f} s, and {time.perf_counter() - inicio:.0f} s for its alerts")
    entorno.servidor.psql(f"CREATE DATABASE {SUELO} TEMPLATE {PEQUENA}", "template1")


def _conninfo(entorno: Entorno, base: str) -> str:
    return f"host={entorno.servidor.base} port={entorno.servidor.puerto} user=postgres dbname={base}"


def usuario() -> Any:
    """The user who measures, fresh: as the door would hand it to a service, permissions already asked."""
    from inventario.cuentas.models import Usuario

    medidor = Usuario.objects.get(username="medidor")
    medidor.has_perm("movimientos.despachar")
    return medidor
