"""What a file may be at most, and how it is refused. Told before anything is read whole."""

from typing import Any

BYTES = 20 * 2**20
DESCOMPRIMIDO = 300 * 2**20  # of a workbook
PARTES = 2000  # files in a workbook
COLUMNAS = 300
FILAS = 200_000
CELDAS = 6_000_000  # of the rectangle of a sheet, empty ones too: each takes memory


class Ilegible(Exception):
    """The file, or a sheet of it, cannot be read. `codigo` is stable; `datos` are its numbers."""

    def __init__(self, codigo: str, **datos: Any) -> None:
        self.codigo, self.datos = codigo, datos
        super().__init__(codigo)
