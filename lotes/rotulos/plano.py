"""Where each thing goes on a label, in millimetres, whatever it is printed with. Pure.

The symbol and, beside it, name, reference and date; below, all across, the code. No code and no date is broken or cut: what is
too wide is drawn narrower.
"""

import unicodedata
from dataclasses import dataclass

from .contenido import Rotulo
from .simbolo import Matriz, dibujar

MARGEN = 2.0
SIMBOLO_MAXIMO = 30.0


@dataclass(frozen=True, slots=True)
class Texto:
    """A line, its baseline at `y`; at most `ancho` wide: `apretado` if it must be drawn narrower to fit."""

    texto: str
    x: float
    y: float
    cuerpo: float
    ancho: float
    negrita: bool = False

    @property
    def apretado(self) -> bool:
        return ancho_de(self.texto, self.cuerpo, self.negrita) > self.ancho


@dataclass(frozen=True, slots=True)
class Plano:
    ancho: float
    alto: float
    matriz: Matriz
    simbolo: tuple[float, float, float]  # x, y and side, its margin included
    textos: tuple[Texto, ...]


def trazar(rotulo: Rotulo, ancho: float, alto: float) -> Plano:
    cuerpo = min(alto * 0.16, 7.0)  # of the code, the largest
    pie = alto - MARGEN - cuerpo * 0.25
    lado = min(alto - 2 * MARGEN - cuerpo * 1.15, ancho * 0.42, SIMBOLO_MAXIMO)
    x = MARGEN + lado + 1.5
    resto = ancho - x - MARGEN
    textos = [Texto(rotulo.codigo, MARGEN, pie, cuerpo, ancho - 2 * MARGEN, negrita=True)]
    y, mediano = MARGEN, cuerpo * 0.72
    for linea in _en_lineas(rotulo.nombre, mediano, resto, 2):
        y += mediano * 1.1
        textos.append(Texto(linea, x, y, mediano, resto, negrita=True))
    for texto, tamano, negrita in (
        (rotulo.referencia, cuerpo * 0.5, False),
        (rotulo.dato, mediano, True),
        (rotulo.aviso.upper(), mediano, True),
    ):
        if texto:
            y += tamano * 1.3
            textos.append(Texto(texto, x, y, tamano, resto, negrita))
    return Plano(ancho, alto, dibujar(rotulo.simbolo), (MARGEN, MARGEN, lado), tuple(textos))


def ancho_de(texto: str, cuerpo: float, negrita: bool) -> float:
    """How wide a line is at most, in the letters of any printer: by kinds of characters, rather too wide."""
    return cuerpo * sum(_ancho(c) for c in texto) * (1.06 if negrita else 1.0)


def _ancho(c: str) -> float:
    if unicodedata.east_asian_width(c) in "WF":
        return 1.05
    if c in "MWmw@%&":
        return 0.92
    return 0.72 if c.isupper() else 0.34 if c in " .,:;'|!iljI-" else 0.6


def _en_lineas(texto: str, cuerpo: float, ancho: float, maximo: int) -> list[str]:
    """The words of a name in at most `maximo` lines; what does not fit ends in an ellipsis."""
    lineas: list[str] = []
    for palabra in texto.split():
        candidata = f"{lineas[-1]} {palabra}" if lineas else palabra
        if lineas and ancho_de(candidata, cuerpo, True) <= ancho:
            lineas[-1] = candidata
        else:
            lineas.append(palabra)
    sobra = len(lineas) > maximo
    lineas = lineas[:maximo]
    if lineas and (sobra or ancho_de(lineas[-1], cuerpo, True) > ancho):
        ultima = lineas[-1]
        while ultima and ancho_de(f"{ultima}…", cuerpo, True) > ancho:
            ultima = ultima[:-1]
        lineas[-1] = f"{ultima.rstrip()}…"
    return lineas
