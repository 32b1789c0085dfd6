"""What was measured, beside what it was measured against."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

MARCA = {True: "met", False: "MISSED", None: "-"}


@dataclass(frozen=True, slots=True)
class Fila:
    """`meta` reads as the target is written; `cumple` None for what is only told."""

    que: str
    valor: str
    referencia: str
    meta: str
    cumple: bool | None
    razon: float | None = None


def cociente(
    que: str,
    ventanas: Sequence[Sequence[float]],
    unidad: str,
    *,
    sujeto: int = 0,
    al_menos: float | None = None,
    como_mucho: float | None = None,
) -> Fila:
    """A row from windows of `alternar`, of which the last figure is the reference: the median of the ratios, each taken
    at nearly one moment.
    """
    razon = statistics.median(v[sujeto] / v[-1] for v in ventanas)
    medido, referencia = (statistics.median(v[i] for v in ventanas) for i in (sujeto, -1))
    meta = f">= {al_menos}" if al_menos is not None else f"<= {como_mucho}"
    cumple = razon >= al_menos if al_menos is not None else como_mucho is not None and razon <= como_mucho
    return Fila(que, f"{medido:,.1f} {unidad}", f"{referencia:,.1f} {unidad}", meta, cumple, round(razon, 2))


def alternar(veces: int, *medidas: Callable[[], float]) -> list[list[float]]:
    """Windows: each of `medidas` in turn, beginning with another one each time, so that none always comes last."""
    ventanas = []
    for i in range(veces):
        orden = [(i + n) % len(medidas) for n in range(len(medidas))]
        cifras = {n: medidas[n]() for n in orden}
        ventanas.append([cifras[n] for n in range(len(medidas))])
    return ventanas


def escribir(filas: Sequence[Fila]) -> None:
    cabecera = ("figure", "measured", "reference", "ratio", "target", "")
    celdas = [cabecera] + [
        (f.que, f.valor, f.referencia, "" if f.razon is None else f"{f.razon:.2f}", f.meta, MARCA[f.cumple])
        for f in filas
    ]
    anchos = [max(len(c[i]) for c in celdas) for i in range(len(cabecera))]
    for celda in celdas:
        print("  ".join(texto.ljust(ancho) for texto, ancho in zip(celda, anchos, strict=True)).rstrip())


def guardar(ruta: Path, filas: Sequence[Fila], **contexto: object) -> None:
    ruta.write_text(
        json.dumps({**contexto, "figures": [asdict(f) for f in filas]}, indent=1, ensure_ascii=False) + "\n"
    )
