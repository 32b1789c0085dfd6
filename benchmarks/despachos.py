"""Writing: dispatches against the database's own limit, and against themselves as history grows."""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from . import carga, datos, suelo
from .entorno import GRANDE, PEQUENA, SUELO, Entorno, usuario
from .tabla import Fila, alternar, cociente

AGOTADO, LIMPIO = 1, 2  # products of the core: the first gets 10,000 exhausted lots besides


def despachar(quien: Any, hoy: Any, productos: list[int]) -> None:
    from movimientos import services

    services.despachar(
        lineas=[services.LineaPedida(p, random.randint(1, 5)) for p in productos], usuario=quien, hoy=hoy
    )


def lineas_por_segundo(entorno: Entorno, lineas: int, segundos: float) -> float:
    quien, hechas, inicio = usuario(), 0, time.perf_counter()
    while time.perf_counter() - inicio < segundos:
        despachar(quien, entorno.hoy, random.sample(range(1, datos.NUCLEO + 1), lineas))
        hechas += lineas
    return hechas / (time.perf_counter() - inicio)


def contra_el_suelo(entorno: Entorno) -> Iterator[Fila]:
    entorno.usar(PEQUENA)
    guion = entorno.carpeta / "suelo.sql"
    guion.write_text(suelo.DESPACHO)

    def piso() -> float:
        return suelo.despachos_por_segundo(entorno.servidor, SUELO, guion, 2)

    lineas_por_segundo(entorno, 1, 1)
    veces = 7 if entorno.rapido else 11
    uno = alternar(veces, lambda: lineas_por_segundo(entorno, 1, 2), piso)
    yield cociente("service dispatch, one line / bare statement", uno, "lines/s", al_menos=0.30)
    cien = alternar(veces, lambda: lineas_por_segundo(entorno, 100, 2), piso)
    yield cociente("service dispatch, 100 lines / bare statement", cien, "lines/s", al_menos=2)


def contra_nada(entorno: Entorno) -> Iterator[Fila]:
    with entorno.gunicorn(PEQUENA) as direccion:

        def medir(ruta: str, segundos: float = 3) -> float:
            return carga.por_segundo(direccion, ruta, entorno.clave, 8, segundos)

        for ruta in ("/api/v1/nada/", "/api/v1/despachos/"):
            medir(ruta, 2)
        veces = 5 if entorno.rapido else 9
        pares = alternar(veces, lambda: medir("/api/v1/despachos/"), lambda: medir("/api/v1/nada/"))
    yield cociente("POST despachos/, 8 clients / no-op view", pares, "req/s", al_menos=0.45)


def _milisegundos(entorno: Entorno, productos: list[int], veces: int) -> float:
    quien, tiempos = usuario(), []
    for _ in range(veces):
        inicio = time.perf_counter()
        despachar(quien, entorno.hoy, [random.choice(productos)])
        tiempos.append((time.perf_counter() - inicio) * 1000)
    return statistics.median(tiempos)


def con_historia(entorno: Entorno) -> Iterator[Fila]:
    nucleo = list(range(1, datos.NUCLEO + 1))

    def en(base: str) -> float:
        entorno.usar(base)
        _milisegundos(entorno, nucleo, 30)  # a new connection has nothing prepared
        return _milisegundos(entorno, nucleo, 200)

    en(GRANDE)
    pares = alternar(9, lambda: en(GRANDE), lambda: en(PEQUENA))
    movimientos = _filas(entorno, GRANDE, "movimientos_movimiento")
    yield cociente(f"dispatch with {movimientos:,} past movements / 20,000", pares, "ms", como_mucho=1.2)


def con_agotados(entorno: Entorno) -> Iterator[Fila]:
    from .entorno import _conninfo

    datos.agotar(_conninfo(entorno, PEQUENA), AGOTADO, 10_000, entorno.hoy)
    entorno.usar(PEQUENA)
    _milisegundos(entorno, [AGOTADO, LIMPIO], 50)
    pares = alternar(9, lambda: _milisegundos(entorno, [AGOTADO], 150), lambda: _milisegundos(entorno, [LIMPIO], 150))
    yield cociente("dispatch, 10,000 exhausted lots / none", pares, "ms", como_mucho=1.2)


def _filas(entorno: Entorno, base: str, tabla: str) -> int:
    return int(entorno.servidor.psql(f"SELECT count(*) FROM {tabla}", base).stdout)


def viajes(entorno: Entorno) -> Iterator[Fila]:
    """Statements of one operation, BEGIN and COMMIT included, the permissions already asked by the door: at most as many
    round trips, since some travel together.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from movimientos import services

    entorno.usar(PEQUENA)
    quien = usuario()

    def contar(trabajo: Any) -> int:
        with CaptureQueriesContext(connection) as captura:
            trabajo()
        return len(captura.captured_queries)

    def entrar(lineas: int) -> None:
        vence, marca = entorno.hoy + timedelta(days=400), random.randrange(10**9)
        services.registrar_entrada(
            lineas=[services.LineaEntrada(p, 10, f"N{marca}", vence) for p in range(3, 3 + lineas)],
            usuario=quien, hoy=entorno.hoy,
        )  # fmt: skip

    for que, trabajo in (
        ("a dispatch", lambda n: despachar(quien, entorno.hoy, list(range(3, 3 + n)))),
        ("an entry of new lots", entrar),
    ):
        una, cien = contar(lambda t=trabajo: t(1)), contar(lambda t=trabajo: t(100))
        yield Fila(
            f"statements of {que}: one line, 100 lines",
            f"{una}",
            f"{cien}",
            None,
            "<= 8, constant",
            una <= 8 and cien == una,
        )
