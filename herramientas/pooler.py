"""A real PgBouncer in transaction mode, as Supabase's pooler works, in front of a server of `servidores`."""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from . import programas
from .servidores import ENTORNO, Postgres, _carpeta, _como_nadie

CONFIGURACION = """
[databases]
* = host={destino} port={puerto}
[pgbouncer]
listen_addr =
unix_socket_dir = {base}
listen_port = 6432
auth_type = trust
auth_file = {base}/usuarios
pool_mode = transaction
default_pool_size = 10
max_client_conn = 200
server_login_retry = 1
query_wait_timeout = 5
"""


@contextlib.contextmanager
def pgbouncer(postgres: Postgres, nombre: str, usuario: str = "postgres") -> Iterator[str]:
    """The URL of database `nombre` through the pooler. Ask `programas.pgbouncer` first whether there is one."""
    binario = programas.pgbouncer()
    if binario is None:
        raise RuntimeError("there is no pgbouncer")
    base = _carpeta("pgb-")
    (base / "usuarios").write_text(f'"{usuario}" ""\n')
    (base / "ini").write_text(CONFIGURACION.format(destino=postgres.base, puerto=postgres.puerto, base=base))
    with (base / "log").open("wb") as registro:
        proceso = subprocess.Popen(
            [binario, base / "ini"], stdout=registro, stderr=registro, cwd=base, env=ENTORNO, **_como_nadie()
        )
    try:
        _esperar(base / ".s.PGSQL.6432", proceso, base / "log")
        yield f"postgres://{usuario}@:6432/{nombre}?host={base}"
    finally:
        proceso.send_signal(signal.SIGQUIT)  # at once: SIGTERM would wait for its clients
        try:
            proceso.wait(5)
        except subprocess.TimeoutExpired:  # else its hanging would hide why the test failed
            proceso.kill()
            proceso.wait()
        shutil.rmtree(base, ignore_errors=True)


def _esperar(enchufe: Path, proceso: subprocess.Popen, registro: Path) -> None:
    limite = time.monotonic() + 10
    while not enchufe.exists():
        if proceso.poll() is not None or time.monotonic() > limite:
            raise RuntimeError(registro.read_text()[-2000:])
        time.sleep(0.02)
