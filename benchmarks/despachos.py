"""Writing: dispatches against the database's own limit, and against themselves as history grows."""

import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from . import carga, datos, suelo
from .entorno import GRANDE, PEQUENA, SUELO, Entorno, usuario
from .tabla import Fila, alternar, cociente

if TYPE_CHECKING:
    from inventario.cuentas.models import Usuario

AGOTADO, LIMPIO = 1, 2  # products of the core: the first gets 10,000 exhausted lots besides
Cabecera = Callable[[], dict[str, Any]]


def cabeceras() -> dict[str, Cabecera]:
    """What a door may say besides the lines, from nothing to all of it."""
    from lotes.models import Almacen

    dichas = {"motivo": "despacho", "almacen": Almacen.objects.get(predeterminado=True).pk}
    return {
        "lines alone": dict,
        "key": lambda: {"clave": uuid.uuid4().hex},
        "reason, key": lambda: {"clave": uuid.uuid4().hex, "motivo": dichas["motivo"]},
        "warehouse, reason, key": lambda: {"clave": uuid.uuid4().hex, **dichas},
    }


def despachar(quien: "Usuario", productos: Sequence[int], cabecera: Cabecera = dict) -> None:
    from herramientas import llamadas

    llamadas.despachar(quien, [(p, random.randint(1, 5)) for p in productos], **cabecera())


def lineas_por_segundo(lineas: int, cabecera: Cabecera, segundos: float = 2) -> float:
    quien, hechas, inicio = usuario(), 0, time.perf_counter()
    while time.perf_counter() - inicio < segundos:
        despachar(quien, random.sample(range(1, datos.NUCLEO + 1), lineas), cabecera)
        hechas += lineas
    return hechas / (time.perf_counter() - inicio)


def contra_el_suelo(entorno: Entorno) -> Iterator[Fila]:
    """One client. As doors send it: with the warehouse, the reason and an idempotency key."""
    entorno.usar(PEQUENA)
    guion = entorno.carpeta / "suelo.sql"
    guion.write_text(suelo.DESPACHO)
    *_otras, toda = cabeceras().values()
    lineas_por_segundo(1, toda, 1)
    for lineas, que, meta in ((1, "one line", 0.30), (100, "100 lines", 2)):
        ventanas = alternar(
            7 if entorno.rapido else 11,
            partial(lineas_por_segundo, lineas, toda),
            partial(lineas_por_segundo, lineas, dict),
            partial(suelo.despachos_por_segundo, entorno.servidor, SUELO, guion, 2),
        )
        for i, como in enumerate(("as doors send it", "lines alone")):
            yield cociente(f"dispatch, {que}, {como} / bare statement", ventanas, "lines/s", sujeto=i, al_menos=meta)


def contra_nada(entorno: Entorno) -> Iterator[Fila]:
    puertas: list[carga.Puerta] = [
        carga.Programa("/api/v1/despachos/", entorno.llave),
        carga.Persona.en(entorno, PEQUENA),
        carga.Programa("/api/v1/nada/", entorno.llave),
    ]
    with entorno.web(PEQUENA) as web:
        for puerta in puertas:
            carga.por_segundo(web.puerto, puerta, 2)
        medidas = [lambda p=puerta: carga.por_segundo(web.puerto, p, 3) for puerta in puertas]
        ventanas = alternar(5 if entorno.rapido else 9, *medidas)
    yield cociente("POST despachos/ with a key, 8 clients / no-op view", ventanas, "req/s", al_menos=0.55)
    # A page may take three times as long as its API.
    yield cociente("POST of the dispatch page, 8 browsers / no-op view", ventanas, "req/s", sujeto=1, al_menos=0.2)


def _milisegundos(productos: Sequence[int], veces: int) -> float:
    quien, tiempos = usuario(), []
    for _ in range(veces):
        inicio = time.perf_counter()
        despachar(quien, [random.choice(productos)])
        tiempos.append((time.perf_counter() - inicio) * 1000)
    return statistics.median(tiempos)


def con_historia(entorno: Entorno) -> Iterator[Fila]:
    nucleo = range(1, datos.NUCLEO + 1)

    def en(base: str) -> float:
        entorno.usar(base)
        _milisegundos(nucleo, 30)  # a new connection has nothing prepared
        return _milisegundos(nucleo, 200)

    en(GRANDE)
    ventanas = alternar(9, lambda: en(GRANDE), lambda: en(PEQUENA))
    movimientos = entorno.filas(GRANDE, "movimientos_movimiento")
    yield cociente(f"dispatch with {movimientos:,} past movements / 20,000", ventanas, "ms", como_mucho=1.2)


def con_agotados(entorno: Entorno) -> Iterator[Fila]:
    datos.agotar(entorno.conninfo(PEQUENA), AGOTADO, 10_000, entorno.hoy)
    entorno.usar(PEQUENA)
    _milisegundos([AGOTADO, LIMPIO], 50)
    ventanas = alternar(9, lambda: _milisegundos([AGOTADO], 150), lambda: _milisegundos([LIMPIO], 150))
    yield cociente("dispatch, 10,000 exhausted lots / none", ventanas, "ms", como_mucho=1.2)
