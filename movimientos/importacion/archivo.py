"""A file as it was sent: what it is and whether it may be opened, judged before it is read whole; then its rows.

A file is what its bytes say, whatever its name. CSV is UTF-8 or, where it cannot be, cp1252; UTF-16 says so itself.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from inventario.plataforma.celdas import celda_leida

from . import libro_xlsx
from .limites import BYTES, COLUMNAS, FILAS, Ilegible

SEPARADORES = ";,\t|"
HOJA_CSV = "CSV"
MUESTRA = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an old workbook, or a new one behind a password
AJENOS = (b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
Fila = tuple[int, list[Any]]  # its number, from 1, and its cells


@dataclass(slots=True)
class Archivo:
    """`avisos`: what was understood of it, by code. `formatos` of a sheet: what the format of a cell says of its value, by
    row and column: "mes" where only month and year are shown, or the width to which zeros fill a number.
    """

    hojas: list[str]
    avisos: dict[str, Any] = field(default_factory=dict)
    _texto: tuple[bytes, str, str] | None = None  # of a CSV: content, encoding, separator
    _libro: "libro_xlsx.Libro | None" = None

    def filas(self, hoja: str) -> Iterator[Fila]:
        if hoja not in self.hojas:
            raise Ilegible("hoja_desconocida", hoja=hoja)
        return self._libro.filas(hoja) if self._libro else self._de_csv()

    def formatos(self, hoja: str) -> dict[tuple[int, int], str | int]:
        return self._libro.examinar(hoja).formatos if self._libro else {}

    def formulas(self, hoja: str) -> int:
        """How many cells hold one: their last value is taken."""
        return self._libro.examinar(hoja).formulas if self._libro else 0

    def _de_csv(self) -> Iterator[Fila]:
        assert self._texto is not None  # noqa: S101  what is no workbook is text
        datos, codificacion, separador = self._texto
        texto = io.TextIOWrapper(io.BytesIO(datos), encoding=codificacion, newline="")
        lector = csv.reader(texto, delimiter=separador)
        try:
            for n, celdas in enumerate(lector, 1):
                if n > FILAS:
                    raise Ilegible("demasiadas_filas", n=FILAS)
                if len(celdas) > COLUMNAS and any(celdas[COLUMNAS:]):
                    raise Ilegible("demasiadas_columnas", n=COLUMNAS)
                yield n, [celda_leida(c) for c in celdas[:COLUMNAS]]
        except csv.Error as error:
            raise Ilegible("csv_roto", fila=lector.line_num) from error


def abrir(datos: bytes) -> Archivo:
    """Raises Ilegible, with the code that says why."""
    if not datos.strip():
        raise Ilegible("archivo_vacio")
    if len(datos) > BYTES:
        raise Ilegible("archivo_demasiado_grande", n=BYTES // 2**20)
    if datos.startswith(b"PK\x03\x04"):
        libro = libro_xlsx.abrir(datos)
        return Archivo(libro.hojas, _libro=libro)
    if datos.startswith(OLE):
        cifrado = "EncryptedPackage".encode("utf-16-le") in datos
        raise Ilegible("libro_cifrado" if cifrado else "libro_antiguo")
    if datos.startswith(AJENOS):
        raise Ilegible("no_es_lo_que_dice")
    codificacion = _codificacion(datos)
    muestra = datos[:MUESTRA].decode(codificacion, errors="ignore")
    separador = _separador(muestra, entera=len(datos) <= MUESTRA)
    avisos = {"codificacion": codificacion.removesuffix("-sig"), "separador": separador}
    return Archivo([HOJA_CSV], avisos, _texto=(datos, codificacion, separador))


def _codificacion(datos: bytes) -> str:
    if datos.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _si_se_lee(datos, "utf-16") or _no()
    if b"\x00" in datos:
        raise Ilegible("contiene_nul")
    return _si_se_lee(datos, "utf-8-sig") or _si_se_lee(datos, "cp1252") or _no()


def _si_se_lee(datos: bytes, codificacion: str) -> str:
    """`codificacion` if all of `datos` is text in it."""
    lector = codecs.getincrementaldecoder(codificacion)()
    try:
        for i in range(0, len(datos), MUESTRA):
            if any(ord(c) < 32 and c not in "\t\r\n\x1d" for c in set(lector.decode(datos[i : i + MUESTRA]))):
                return ""
        lector.decode(b"", final=True)
    except UnicodeDecodeError:
        return ""
    return codificacion


def _no() -> str:
    raise Ilegible("codificacion")


def _separador(muestra: str, *, entera: bool) -> str:
    """The one that cuts most lines into the same number of cells; then, into most of them."""
    lineas = muestra.splitlines(keepends=True)
    lineas = lineas if entera else lineas[:-1]

    def puntos(separador: str) -> tuple[int, int]:
        try:
            anchos = Counter(len(x) for x in csv.reader(lineas[:200], delimiter=separador) if any(x))
        except csv.Error:
            return 0, 0
        del anchos[1]
        ancho, veces = max(anchos.items(), key=lambda par: (par[1], par[0]), default=(0, 0))
        return veces, ancho

    return max(SEPARADORES, key=puntos)
