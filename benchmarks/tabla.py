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
    razon: float | None
    meta: str
    cumple: bool | None


def cociente(
    que: str,
    pares: Sequence[tuple[float, float]],
    unidad: str,
    *,
    al_menos: float | None = None,
    como_mucho: float | None = None,
) -> Fila:
    """A row from interleaved windows (subject, reference): the median of their ratios, each taken at nearly one moment."""
    razon = statistics.median(sujeto / referencia for sujeto, referencia in pares)
    sujeto, referencia = (statistics.median(x) for x in zip(*pares, strict=True))
    meta = f">= {al_menos}" if al_menos is not None else f"<= {como_mucho}"
    cumple = razon >= al_menos if al_menos is not None else razon <= como_mucho
    return Fila(que, f"{sujeto:,.1f} {unidad}", f"{referencia:,.1f} {unidad}", round(razon, 2), meta, cumple)


def alternar(veces: int, sujeto: Callable[[], float], referencia: Callable[[], float]) -> list[tuple[float, float]]:
    """Windows of both in turn, the order swapped each time, so that neither always comes second."""
    pares = []
    for i in range(veces):
        if i % 2:
            r = referencia()
            pares.append((sujeto(), r))
        else:
            s = sujeto()
            pares.append((s, referencia()))
    return pares


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
