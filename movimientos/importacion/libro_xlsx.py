"""A workbook (.xlsx), looked at from outside before python-calamine reads it.

calamine takes as much memory as the corners of a sheet ask for, trusts the sizes that a zip declares, and loses the formats.
So the parts are counted as they unpack, the corners of a sheet are looked for in its XML, and so are the few cells whose format
says more than their value.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from python_calamine import CalamineError, CalamineWorkbook

from .limites import CELDAS, COLUMNAS, DESCOMPRIMIDO, FILAS, PARTES, Ilegible

PIEZA = 2**20
_CELDA = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*)>|<(?:\w+:)?(f)(?=[\s/>])|<(?:\w+:)?(row)(?=[\s/>])")
_REF = re.compile(rb'\br="([A-Z]{1,4})([0-9]{1,9})"')
_ESTILO = re.compile(rb'\bs="([0-9]+)"')
_HOJA = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELACION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATRIBUTO = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
MES_Y_ANIO = {17}  # of the formats that every workbook has
_SOLO_CEROS = re.compile("0{2,20}")


@dataclass(slots=True)
class Examen:
    """What the XML of a sheet says: how many formulas, and `formatos` (see `archivo.Archivo`)."""

    formulas: int = 0
    formatos: dict[tuple[int, int], str | int] = field(default_factory=dict)


class Libro:
    def __init__(self, datos: bytes, zip_: zipfile.ZipFile) -> None:
        self._zip = zip_
        self._partes = _hojas(zip_)
        self._estilos = _estilos(_leer(zip_, "xl/styles.xml"))
        self._examenes: dict[str, Examen] = {}
        try:
            self._calamine = CalamineWorkbook.from_filelike(io.BytesIO(datos))
        except CalamineError as error:
            raise Ilegible("libro_danado") from error
        self.hojas = [h for h in self._calamine.sheet_names if h in self._partes]
        if not self.hojas:
            raise Ilegible("libro_danado")

    def filas(self, hoja: str) -> Iterator[tuple[int, list[Any]]]:
        self.examinar(hoja)  # before calamine takes memory for it
        try:
            leida = self._calamine.get_sheet_by_name(hoja)
            margen = [None] * (leida.start[1] if leida.start else 0)
            for n, celdas in enumerate(leida.iter_rows(), 1):
                yield n, [*margen, *(None if c == "" else c for c in celdas)]
        except CalamineError as error:
            raise Ilegible("libro_danado") from error

    def examinar(self, hoja: str) -> Examen:
        """Raises Ilegible where the sheet is wider, longer or larger than may be."""
        if hoja not in self._examenes:
            self._examenes[hoja] = self._examinar(self._partes[hoja])
        return self._examenes[hoja]

    def _examinar(self, parte: str) -> Examen:
        examen = Examen()
        fila, columna = 0, -1
        alto = ancho = 0
        for es_celda, atributos in _etiquetas(self._zip, parte):
            if not es_celda:
                examen.formulas += atributos == b"f"
                fila, columna = (fila + 1, -1) if atributos == b"row" else (fila, columna)
                continue
            if ref := _REF.search(atributos):
                fila, columna = int(ref[2]), _indice(ref[1])
            else:
                columna += 1
            if columna >= COLUMNAS:
                raise Ilegible("demasiadas_columnas", n=COLUMNAS)
            if fila > FILAS:
                raise Ilegible("demasiadas_filas", n=FILAS)
            alto, ancho = max(alto, fila), max(ancho, columna + 1)
            if alto * ancho > CELDAS:
                raise Ilegible("bomba")
            estilo = _ESTILO.search(atributos)
            if estilo and (dicho := self._estilos.get(int(estilo[1]))):
                examen.formatos[fila, columna] = dicho
        return examen


def abrir(datos: bytes) -> Libro:
    try:
        zip_ = zipfile.ZipFile(io.BytesIO(datos))
        nombres = set(zip_.namelist())
        _pesar(datos, zip_)
        if any("vbaproject" in n.lower() for n in nombres):
            raise Ilegible("libro_con_macros")
        if "EncryptedPackage" in nombres:
            raise Ilegible("libro_cifrado")
        if "xl/workbook.xml" not in nombres:
            raise Ilegible("no_es_lo_que_dice")
        return Libro(datos, zip_)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError, ValueError) as error:
        raise Ilegible("libro_danado") from error


def _pesar(datos: bytes, zip_: zipfile.ZipFile) -> None:
    """Unpack every part, counting, and keep nothing: what a zip declares of itself is not believed."""
    infos = zip_.infolist()
    if len(infos) > PARTES:
        raise Ilegible("bomba")
    total = 0
    for info in infos:
        if info.flag_bits & 0x1:
            raise Ilegible("libro_cifrado")
        cabeza = info.header_offset + 30
        nombre, extra = (int.from_bytes(datos[cabeza - i : cabeza - i + 2], "little") for i in (4, 2))
        comprimido = memoryview(datos)[cabeza + nombre + extra :][: info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            total += len(comprimido)
        else:
            for trozo in _desinflado(comprimido):
                total += trozo
                if total > DESCOMPRIMIDO:
                    raise Ilegible("bomba")
        if total > DESCOMPRIMIDO:
            raise Ilegible("bomba")


def _desinflado(comprimido: memoryview) -> Iterator[int]:
    lector = zlib.decompressobj(-15)
    resto: Any = comprimido
    while resto and not lector.eof:
        yield len(lector.decompress(resto, PIEZA))
        resto = lector.unconsumed_tail


def _leer(zip_: zipfile.ZipFile, nombre: str) -> str:
    """The text of a small part; "" where it is not there. One with a document type is nobody's spreadsheet."""
    if nombre not in zip_.namelist():
        return ""
    texto = zip_.read(nombre).decode("utf-8", errors="replace")
    if "<!DOCTYPE" in texto or "<!ENTITY" in texto:
        raise Ilegible("libro_danado")
    return texto


def _atributos(texto: str) -> dict[str, str]:
    def llano(valor: str) -> str:
        for escrito, signo in _ESCAPES.items():
            valor = valor.replace(escrito, signo)
        return valor

    return {nombre.split(":")[-1]: llano(valor) for nombre, valor in _ATRIBUTO.findall(texto)}


def _hojas(zip_: zipfile.ZipFile) -> dict[str, str]:
    """Where in the package each sheet is."""
    relaciones = map(_atributos, _RELACION.findall(_leer(zip_, "xl/_rels/workbook.xml.rels")))
    destinos = {r.get("Id"): unquote(r.get("Target", "")) for r in relaciones}
    hojas = {}
    for atributos in _HOJA.findall(_leer(zip_, "xl/workbook.xml")):
        dicho = {nombre.split(":")[-1]: valor for nombre, valor in _ATRIBUTO.findall(atributos)}
        destino = destinos.get(dicho.get("id"), "")
        parte = destino.removeprefix("/") if destino.startswith("/") else f"xl/{destino}"
        if parte in zip_.namelist():
            hojas[_atributos(atributos)["name"]] = parte
    return hojas


def _estilos(texto: str) -> dict[int, str | int]:
    """The cell styles whose number format says something, by their number."""
    propios = {}
    for f in re.findall(r"<(?:\w+:)?numFmt\s([^>]*)>", texto):
        atributos = _atributos(f)
        propios[int(atributos.get("numFmtId", "0"))] = atributos.get("formatCode", "")
    celdas = re.search(r"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", texto, re.DOTALL)
    dichos: dict[int, str | int] = {}
    for i, f in enumerate(re.findall(r"<(?:\w+:)?xf\s([^>]*)>", celdas[0] if celdas else "")):
        numero = int(_atributos(f).get("numFmtId", "0"))
        patron = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", propios.get(numero, "")).split(";")[0].strip().lower()
        if numero in MES_Y_ANIO or ("m" in patron and "y" in patron and not set("dhs") & set(patron)):
            dichos[i] = "mes"
        elif _SOLO_CEROS.fullmatch(patron):
            dichos[i] = len(patron)
    return dichos


def _etiquetas(zip_: zipfile.ZipFile, parte: str) -> Iterator[tuple[bool, bytes]]:
    """Each cell with its attributes, and each formula and row, of a sheet that is read piece by piece."""
    resto = b""
    with zip_.open(parte) as flujo:
        while pieza := flujo.read(PIEZA):
            pieza = resto + pieza
            corte = pieza.rfind(b">") + 1
            for hallada in _CELDA.finditer(pieza, 0, corte):
                es_celda = hallada[1] is not None
                yield es_celda, hallada[1] if es_celda else (hallada[2] or hallada[3])
            resto = pieza[corte:]
            if len(resto) > PIEZA:
                raise Ilegible("libro_danado")


def _indice(letras: bytes) -> int:
    n = 0
    for letra in letras:
        n = n * 26 + letra - 64
    return n - 1
