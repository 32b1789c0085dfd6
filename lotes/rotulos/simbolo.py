"""The symbol of a label: a GS1 DataMatrix where what it says can be written in one, else a QR with an address of ours.

The library draws whatever it is given, wrong check digits too: what it gets was validated.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import zxingcpp

from inventario.dominio import elementos as gs1

_DIRECCION = re.compile(r"https?://\S+/(lotes|productos)/([0-9]{1,18})/\?c=([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Matriz:
    """Rows of modules, dark ones "1", without the margin; `margen` is how many light modules go around."""

    filas: tuple[str, ...]
    margen: int

    @property
    def lado(self) -> int:
        return len(self.filas) + 2 * self.margen


def en_gs1(elementos: list[gs1.Elemento], hoy: date) -> str:
    """`elementos` as the text of a GS1 symbol, `(01)…(17)…(10)…`; nothing where one of them cannot be written in it."""
    if any(gs1.defecto(ai, valor, hoy) or re.search("[()]", valor) for ai, valor in elementos):
        return ""
    return "".join(f"({ai}){valor}" for ai, valor in elementos)


def fecha_gs1(fecha: date, hoy: date) -> str | None:
    """Six digits that mean `fecha`; None of a year that they would put in another century."""
    seis = f"{fecha:%y%m%d}"
    return seis if gs1.fecha(seis, hoy) == fecha else None


def marca(clase: str, pk: int, codigo: str) -> str:
    """What an address of ours says besides the id: the label of another installation, or of what is no longer called so, names
    nothing here.
    """
    return hashlib.blake2s(f"{clase}/{pk}/{codigo}".encode(), digest_size=4).hexdigest()


def leer_direccion(texto: str) -> tuple[str, int, str] | None:
    """The class, id and mark of an address that `contenido` wrote."""
    hallado = _DIRECCION.fullmatch(texto.strip())
    return (hallado[1], int(hallado[2]), hallado[3]) if hallado else None


@lru_cache(maxsize=256)
def dibujar(texto: str) -> Matriz:
    """The symbol of `texto`: what begins with a parenthesis is GS1, the rest an address."""
    if texto.startswith("("):
        # Without force_square the library makes rectangles that few scanners read.
        barras = zxingcpp.create_barcode(texto, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
        margen = 2
    else:
        barras = zxingcpp.create_barcode(texto, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        margen = 4
    imagen = memoryview(barras.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]  # it has a buffer
    alto, ancho = cast(tuple[int, int], imagen.shape)
    filas = tuple("".join("0" if imagen[y, x] else "1" for x in range(ancho)) for y in range(alto))
    return Matriz(filas, margen)
