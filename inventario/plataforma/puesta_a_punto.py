"""The turn of a deploy: two at once run one after the other."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection

CLAVE = 0x1_1BE5_7A11  # of pg_advisory_lock: any number will do, as long as it is always the same
PAUSA = 0.2  # seconds between two attempts


class TurnoOcupado(Exception):
    """Somebody else held the turn for too long."""


@contextlib.contextmanager
def turno(espera: float) -> Iterator[None]:
    """Hold the turn while inside; wait for it at most `espera` seconds. Raises TurnoOcupado.

    An advisory lock on PostgreSQL, where each attempt returns at once so that neither lock_timeout nor
    statement_timeout cuts the wait; a lock on a file beside the database on SQLite. Either is let go by the server or
    the kernel if this process dies.
    """
    if connection.vendor == "postgresql":
        with _turno_postgres(espera):
            yield
    elif "memory" in str(connection.settings_dict["NAME"]):
        yield  # no other process sees a database in memory
    else:
        with _turno_sqlite(espera):
            yield


def _esperar(intento: Callable[[], bool], espera: float) -> None:
    limite = time.monotonic() + espera
    while not intento():
        if time.monotonic() >= limite:
            raise TurnoOcupado
        time.sleep(PAUSA)


@contextlib.contextmanager
def _turno_postgres(espera: float) -> Iterator[None]:
    def intento() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [CLAVE])
            return cursor.fetchone()[0]

    _esperar(intento, espera)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [CLAVE])


@contextlib.contextmanager
def _turno_sqlite(espera: float) -> Iterator[None]:
    ruta = Path(f"{connection.settings_dict['NAME']}-turno")
    with ruta.open("w") as archivo:

        def intento() -> bool:
            try:
                fcntl.flock(archivo, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _esperar(intento, espera)
        yield
