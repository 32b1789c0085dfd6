"""Reading: lists, alerts and searches on a large database against the same on a small one."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from . import datos
from .entorno import GRANDE, PEQUENA, Entorno
from .tabla import Fila, cociente

LISTAS = [
    "/productos/",
    "/lotes/",
    "/movimientos/",
    "/operaciones/",
    "/api/v1/productos/",
    "/api/v1/lotes/",
    "/api/v1/movimientos/",
    "/api/v1/operaciones/",
]
ALERTAS = ["/alertas/", "/api/v1/alertas/", "/api/v1/alertas/resumen/"]
BUSQUEDAS = {
    "sku": "/api/v1/productos/?buscar=SKU0004242",
    "part of a sku": "/api/v1/productos/?buscar=4242",
    "name": "/api/v1/productos/?buscar=salbutamol",
    "part of a name": "/api/v1/productos/?buscar=1f0b",
    "lot code": "/api/v1/lotes/?buscar=L424-7",
}


class Lector:
    """A signed-in reader in this process: what a request costs, the network left out."""

    def __init__(self, entorno: Entorno) -> None:
        self.entorno = entorno
        self.clientes: dict[str, Any] = {}

    def medir(self, base: str, ruta: str, veces: int, *, frio: bool = False) -> tuple[float, int]:
        """Median milliseconds of a GET of `ruta`, and its queries. `frio`: with an empty cache each time."""
        from django.core.cache import cache
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        if base not in self.clientes:
            self.clientes[base] = self.entorno.navegador(base)
        self.entorno.usar(base)

        def pedir() -> float:
            if frio:
                cache.clear()
            inicio = time.perf_counter()
            respuesta = self.clientes[base].get(ruta, headers={"accept": "*/*"})
            if respuesta.status_code != 200:
                raise RuntimeError(f"{ruta}: {respuesta.status_code}")
            return (time.perf_counter() - inicio) * 1000

        pedir()
        with CaptureQueriesContext(connection) as captura:
            pedir()
        consultas = len(captura)  # before the next request, which empties the log
        return statistics.median(pedir() for _ in range(veces)), consultas


def _comparar(lector: Lector, ruta: str, techo: float, *, frio: bool) -> Fila:
    pares, consultas, crecen = [], set(), False
    for _ in range(3):
        grande, q1 = lector.medir(GRANDE, ruta, 7, frio=frio)
        chica, q2 = lector.medir(PEQUENA, ruta, 7, frio=frio)
        pares.append((grande, chica))
        consultas |= {q1, q2}
        crecen |= q1 > q2  # it may be one less: a long list tells its total from memory
    fila = cociente(f"GET {ruta}, large / small, queries {sorted(consultas)}", pares, "ms", como_mucho=techo)
    return replace(fila, cumple=False) if crecen else fila


def listas(entorno: Entorno) -> Iterator[Fila]:
    lector = Lector(entorno)
    for ruta in LISTAS:
        yield _comparar(lector, ruta, 3, frio=False)


def alertas(entorno: Entorno) -> Iterator[Fila]:
    lector = Lector(entorno)
    for ruta in ALERTAS:
        yield _comparar(lector, ruta, 1.5, frio=True)
    _ms, quietas = lector.medir(GRANDE, "/ayuda/", 1)
    for ruta in ("/alertas/", "/api/v1/alertas/resumen/"):
        ms, consultas = lector.medir(GRANDE, ruta, 7)
        que = f"GET {ruta} from the cache: queries / those of any page"
        yield Fila(que, f"{consultas} ({ms:.1f} ms)", f"{quietas}", "no more", consultas <= quietas)


def busquedas(entorno: Entorno) -> Iterator[Fila]:
    lector = Lector(entorno)
    for que, ruta in BUSQUEDAS.items():
        ms, _consultas = lector.medir(GRANDE, ruta, 21)
        que = f"search by {que}, {datos.GRANDE['large'].productos:,} products"
        yield Fila(que, f"{ms:.1f} ms p50", "", "<= 50 ms", ms <= 50)
