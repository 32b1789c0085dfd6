import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import despachos, lecturas, pagina, recorridos, sqlite, viajes
from .entorno import GRANDE, Entorno, preparar
from .tabla import Fila, escribir, guardar

MEDIDAS: dict[str, Callable[[Entorno], Iterator[Fila]]] = {
    "floor": despachos.contra_el_suelo,
    "noop": despachos.contra_nada,
    "history": despachos.con_historia,
    "trips": viajes.viajes,
    "exhausted": despachos.con_agotados,
    "lists": lecturas.listas,
    "alerts": lecturas.alertas,
    "search": lecturas.busquedas,
    "csv": recorridos.csv,
    "rebuild": recorridos.alertas,
    "verify": recorridos.verificar,
    "page": pagina.peso,
    "sqlite": sqlite.escritores,
}
EN_GRANDE = {"history", "lists", "alerts", "search", "csv", "rebuild", "verify"}


def _medir(nombre: str, entorno: Entorno) -> list[Fila]:
    """Its rows, or one that says why there are none: a figure that could not be taken is a target missed."""
    try:
        return list(MEDIDAS[nombre](entorno))
    except Exception as error:  # the other figures are still worth having
        print(f"  {nombre}: {error!r}", file=sys.stderr)
        return [Fila(nombre, "not measured", str(error)[:60], "", False)]


def main() -> int:
    partes = argparse.ArgumentParser(prog="python -m benchmarks")
    partes.add_argument("--size", choices=["quick", "large"], default="quick")
    partes.add_argument("--json", type=Path, help="also write the figures here")
    partes.add_argument("--only", nargs="+", choices=MEDIDAS, metavar="NAME", help=f"of {', '.join(MEDIDAS)}")
    opciones = partes.parse_args()
    inicio = time.perf_counter()
    filas: list[Fila] = []
    pedidas = set(opciones.only or MEDIDAS)
    with preparar(opciones.size, {GRANDE} if pedidas & EN_GRANDE else set()) as entorno:
        for nombre in filter(pedidas.__contains__, MEDIDAS):
            desde = time.perf_counter()
            filas += _medir(nombre, entorno)
            print(f"{nombre}: {time.perf_counter() - desde:.0f} s, load {os.getloadavg()[0]:.1f}")
        carga = dict(entorno.segundos_de_carga)
    print()
    escribir(filas)
    segundos = time.perf_counter() - inicio
    print(f"\n{segundos:.0f} s on {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}")
    if opciones.json:
        guardar(opciones.json, filas, size=opciones.size, seconds=round(segundos), cores=os.cpu_count(), loading=carga)
    return 1 if any(f.cumple is False for f in filas) else 0


if __name__ == "__main__":
    sys.exit(main())
