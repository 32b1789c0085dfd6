"""Restore drill: a backup nobody restored is a hope.

    python -m herramientas.simulacro ARCHIVO     restores it into an empty database and runs `verificar` on it
    python -m herramientas.simulacro             makes stock, backs it up while it moves, restores and verifies: both engines

The server for a PostgreSQL backup is a throwaway one; nothing of production is touched. Exit code: 0 it restores and the
ledger is right.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import servidores

RAIZ = Path(__file__).resolve().parent.parent
MOVER = """
from datetime import date, timedelta
from inventario.models import Usuario
from movimientos import services
from movimientos.peticiones import Despacho, Entrada, LineaEntrada, LineaPedida
from productos.models import Producto
u = Usuario.objects.get(username="simulacro")
p, _nuevo = Producto.objects.get_or_create(sku="SIM", defaults={"nombre": "Simulacro", "stock_minimo": 5})
for n in range(30):
    services.registrar_entrada(Entrada(lineas=[LineaEntrada(
        producto=p.pk, lote=f"L{n}", cantidad=10, fecha_caducidad=date.today() + timedelta(days=30 + n))]), usuario=u)
    services.despachar(Despacho(lineas=[LineaPedida(producto=p.pk, cantidad=4)]), usuario=u)
"""


def _manage(url: str, *orden: str, **extra: str) -> subprocess.CompletedProcess[str]:
    entorno = os.environ | {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": url,
        "DATABASE_URL_DIRECTA": "",
        "DATABASE_REPLICA_URL": "",
        "PGBOUNCER": "false",
        "CACHE_URL": "",
        "LOG_LEVEL": "ERROR",
        **extra,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *orden], cwd=RAIZ, env=entorno, capture_output=True, text=True, check=False
    )


def _exigir(hecho: subprocess.CompletedProcess[str]) -> str:
    if hecho.returncode:
        raise RuntimeError(f"{hecho.args[1:]} exited {hecho.returncode}\n{hecho.stdout}{hecho.stderr}")
    return hecho.stdout


def es_sqlite(archivo: Path) -> bool:
    with archivo.open("rb") as f:
        return f.read(16) == b"SQLite format 3\0"


def restaurar(archivo: Path, carpeta: Path, postgres: servidores.Postgres | None) -> str:
    """Restore `archivo` into a database that did not exist, verify it, and return what `verificar` says."""
    if es_sqlite(archivo):
        copia = carpeta / "restaurada.sqlite3"
        shutil.copy(archivo, copia)
        url = f"sqlite:///{copia}"
    else:
        if postgres is None:
            raise RuntimeError("needs a server")
        nombre = f"restaurada_{secrets.token_hex(4)}"
        postgres.psql(f"CREATE DATABASE {nombre}")
        subprocess.run(
            [postgres.bindir / "pg_restore", "--exit-on-error", "--no-owner", "-h", postgres.base, "-p",
             str(postgres.puerto), "-U", "postgres", "-d", nombre, archivo],
            check=True, env=servidores.ENTORNO,
        )  # fmt: skip
        url = postgres.url_de(nombre)
    _exigir(_manage(url, "migrate", "--check"))  # a backup of another version: migrate first
    return _exigir(_manage(url, "verificar"))


def ensayar(url: str, carpeta: Path, postgres: servidores.Postgres | None) -> str:
    """Make stock in `url`, back it up while more moves, restore the backup and verify it."""
    personas = {"DJANGO_SUPERUSER_USERNAME": "simulacro", "DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe(20)}
    _exigir(_manage(url, "inicializar", **personas))
    _exigir(_manage(url, "shell", "-v0", "-c", MOVER))
    archivo = carpeta / "respaldo"
    entorno = os.environ | {"DEBUG": "true", "DATABASE_URL": url, "CACHE_URL": "", "LOG_LEVEL": "ERROR"}
    orden = [sys.executable, "manage.py", "shell", "-v0", "-c", MOVER]
    with subprocess.Popen(orden, cwd=RAIZ, env=entorno, stdout=subprocess.DEVNULL) as moviendo:
        extra = {"PG_BINDIR": str(postgres.bindir)} if postgres else {}
        _exigir(_manage(url, "respaldar", str(archivo), **extra))
        if moviendo.wait(120):
            raise RuntimeError("what moved stock during the backup failed")
    return restaurar(archivo, carpeta, postgres)


@contextlib.contextmanager
def _sitio() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="simulacro-") as carpeta:
        yield Path(carpeta)


def main(argumentos: list[str]) -> int:
    if argumentos:
        archivo = Path(argumentos[0])
        with _sitio() as carpeta, contextlib.ExitStack() as pila:
            print(
                restaurar(archivo, carpeta, None if es_sqlite(archivo) else pila.enter_context(servidores.postgres()))
            )
        return 0
    with _sitio() as carpeta:
        print("SQLite:", ensayar(f"sqlite:///{carpeta}/origen.sqlite3", carpeta, None), flush=True)
    with _sitio() as carpeta, servidores.postgres() as pg:
        print("PostgreSQL:", ensayar(pg.url, carpeta, pg), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
