"""Restore drill: only a backup that was restored is known to be good.

    python -m herramientas.simulacro ARCHIVO     restores it into an empty database and runs `verificar` on it
    python -m herramientas.simulacro             makes stock, backs it up while it moves, restores and verifies: both engines

The server for a PostgreSQL backup is a throwaway one; nothing of production is touched. Exit code: 0 it restores and the
ledger is right.
"""

import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import servidores
from .servidor_web import RAIZ, entorno, manage, python

MOVER = """
from datetime import date, timedelta
from herramientas import llamadas
from inventario.cuentas.models import Usuario
from productos.models import Producto
quien = Usuario.objects.get(username="simulacro")
p, _nuevo = Producto.objects.get_or_create(sku="SIM", defaults={"nombre": "Simulacro", "stock_minimo": 5})
for n in range(30):
    llamadas.registrar_entrada(quien, [(p.pk, 10, f"L{n}", date.today() + timedelta(days=30 + n))])
    llamadas.despachar(quien, [(p.pk, 4)])
"""


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
    variables = entorno(url, LOG_LEVEL="ERROR")
    manage(variables, "migrate", "--check")  # a backup of another version: migrate first
    return manage(variables, "verificar")


def ensayar(url: str, carpeta: Path, postgres: servidores.Postgres | None) -> str:
    """Make stock in `url`, back it up while more moves, restore the backup and verify it."""
    variables = entorno(
        url,
        LOG_LEVEL="ERROR",
        DJANGO_SUPERUSER_USERNAME="simulacro",
        DJANGO_SUPERUSER_PASSWORD=secrets.token_urlsafe(20),
        **({"PG_BINDIR": str(postgres.bindir)} if postgres else {}),
    )
    mover = ["manage.py", "shell", "-v0", "-c", MOVER]
    manage(variables, "inicializar")
    python(variables, *mover)
    archivo = carpeta / "respaldo"
    with subprocess.Popen([sys.executable, *mover], cwd=RAIZ, env=variables, stdout=subprocess.DEVNULL) as moviendo:
        manage(variables, "respaldar", str(archivo))
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
