"""How often an operation waits for PostgreSQL, whatever the number of its lines."""

import random
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from .despachos import Cabecera, cabeceras, despachar
from .entorno import PEQUENA, Entorno, usuario
from .tabla import Fila


def esperas(trabajo: Callable[[], None]) -> int:
    """How often `trabajo` waits for PostgreSQL, BEGIN and COMMIT included, on Django's connection.

    libpq writes down every message of the protocol (PQtrace). A Query or a Sync asks for everything that is due, and
    psycopg waits for it; so does a Flush, if something was sent since. Unlike a clock, this counts a wait also where the
    answer is already there, so the figure is the same each time.
    """
    from django.db import connection

    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    with tempfile.TemporaryFile() as traza:
        pgconn.trace(traza.fileno())
        try:
            trabajo()
        finally:
            pgconn.untrace()
        traza.seek(0)
        enviados = re.findall(r"^[^\n]*\tF\t\d+\t(\w+)", traza.read().decode(), re.MULTILINE)
    cuantas, pendiente = 0, False
    for mensaje in enviados:
        cuantas += mensaje in {"Query", "Sync"} or (mensaje == "Flush" and pendiente)
        pendiente = mensaje not in {"Query", "Sync", "Flush"}
    return cuantas


def viajes(entorno: Entorno) -> Iterator[Fila]:
    from herramientas import llamadas

    entorno.usar(PEQUENA)
    quien = usuario()

    def entrar(lineas: int) -> None:
        caduca, lote = entorno.hoy + timedelta(days=400), f"N{random.randrange(10**9)}"
        llamadas.registrar_entrada(quien, [(p, 10, lote, caduca) for p in range(3, 3 + lineas)])

    def salir(cabecera: Cabecera, lineas: int) -> None:
        despachar(quien, range(3, 3 + lineas), cabecera)

    trabajos: dict[str, Callable[[int], None]] = {
        f"a dispatch: {como}": partial(salir, cabecera) for como, cabecera in cabeceras().items()
    }
    trabajos["an entry of new lots"] = entrar  # once more, for the statement that finds or creates the lots
    for que, trabajo in trabajos.items():
        for _ in range(10):  # psycopg prepares a statement at its sixth run
            trabajo(1)
            trabajo(100)
        una, cien = esperas(partial(trabajo, 1)), esperas(partial(trabajo, 100))
        meta = 4 if trabajo is entrar else 3
        yield Fila(f"waits of {que} (100 lines)", f"{una}", f"{cien}", f"<= {meta}, constant", una == cien <= meta)
