"""A report as CSV, JSON or XLSX. Memory use does not depend on the number of rows.

Text that a spreadsheet would run as a formula is disarmed: an apostrophe before it in CSV, a typed string in XLSX.
Headings are translated before streaming begins: while it streams, the language of the request is no longer active.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from inventario.plataforma.celdas import celda_segura, linea_citada, se_parte

from . import columnas
from .columnas import Columna
from .consulta import Consulta, Fila
from .filtros import Filtro
from .reporte import REDONDEO, Reporte

FILAS_POR_TROZO = 1000
FILAS_POR_HOJA = 1_000_000  # Excel's own limit is 1,048,576
TIPOS_MIME = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Exportacion:
    """A report ready to be written in any format. `avance` is called with the number of rows of each block."""

    def __init__(
        self, reporte: Reporte, filtro: Filtro, *, consulta: Consulta, avance: Callable[[int], None] | None = None
    ) -> None:
        self.reporte, self.filtro, self.consulta = reporte, filtro, consulta
        self.columnas = reporte.columnas(consulta)
        self.titulos = [str(c.titulo) for c in self.columnas]
        self.titulo = str(reporte.titulo)
        self.opciones = {
            i: {codigo: str(texto) for codigo, texto in c.opciones.items()}
            for i, c in enumerate(self.columnas)
            if c.opciones
        }
        self._avance = avance or (lambda _n: None)

    def nombre_de_archivo(self, formato: str) -> str:
        """The report, the grouping and the dates, as in inventario-movimientos-por-dia-2026-10-01-a-2026-10-31.csv."""
        f = self.filtro
        if "desde" in self.reporte.filtros:
            cuando = "-a-".join(d.isoformat() for d in f.periodo)
        else:
            cuando = (f.fecha or f.hoy).isoformat()
        que = [self.reporte.nombre]
        if len(self.reporte.agrupaciones) > 1:
            que.append(f"por-{f.agrupar}")
        return f"inventario-{'-'.join(que)}-{cuando}.{formato}"

    def trozos(self) -> Iterator[list[Fila]]:
        """Every row, in lists small enough to be written and sent at once. Each block is freed before the next is read."""
        for filas in self.consulta.bloques():
            for inicio in range(0, len(filas), FILAS_POR_TROZO):
                yield filas[inicio : inicio + FILAS_POR_TROZO]
            self._avance(len(filas))
            filas.clear()

    def csv(self, *, con_bom: bool = True) -> Iterator[str]:
        """Comma separated, ISO dates, point for decimals. With a byte order mark Excel reads it as UTF-8."""
        destino = io.StringIO()
        escritor = csv.writer(destino)
        if con_bom:
            destino.write("\ufeff")
        escritor.writerow(self.titulos)
        textos = tuple(i for i, c in enumerate(self.columnas) if c.tipo == columnas.TEXTO)
        for filas in self.trozos():
            escritor.writerows(self._para_csv(filas, textos, destino))
            yield destino.getvalue()
            destino.seek(0)
            destino.truncate()
        yield destino.getvalue()

    def _para_csv(self, filas: list[Fila], textos: tuple[int, ...], destino: IO[str]) -> Iterator[list[Any]]:
        """The rows for csv's writer; one with a text that some other separator could split is written here, between quotes."""
        opciones = list(self.opciones.items())
        for fila in filas:
            sueltos = list(fila)
            for i in textos:
                sueltos[i] = celda_segura(sueltos[i])
            for i, nombres in opciones:
                sueltos[i] = nombres.get(sueltos[i], sueltos[i])
            if se_parte(sueltos):
                destino.write(linea_citada(sueltos))
            else:
                yield sueltos

    def json(self) -> Iterator[str]:
        """One object: what was asked, the columns, the totals, and `filas`, an object each. Money as text."""
        cabecera = {
            "reporte": self.reporte.nombre,
            "generado_en": timezone.localtime().isoformat(timespec="seconds"),
            "filtros": {**self.filtro.origen, "agrupar": self.filtro.agrupar},
            "columnas": [
                {"nombre": c.nombre, "titulo": t, "tipo": c.tipo}
                for c, t in zip(self.columnas, self.titulos, strict=True)
            ],
            "totales": totales_json(self.consulta.totales()),
        }
        if REDONDEO in self.reporte.definiciones:
            cabecera["redondeo"] = str(REDONDEO)
        if self.consulta.anteriores is not None:
            cabecera["totales_anteriores"] = totales_json(self.consulta.anteriores())
        yield json.dumps(cabecera, ensure_ascii=False)[:-1] + ', "filas": ['
        codificar = json.JSONEncoder(ensure_ascii=False, default=_simple).encode
        nombres = self.consulta.columnas
        separador = ""
        for filas in self.trozos():
            yield separador + ",".join(codificar(dict(zip(nombres, fila, strict=True))) for fila in filas)
            separador = ","
        yield "]}"

    def xlsx(self, destino: IO[bytes]) -> None:
        """Write a workbook: typed cells, one row in memory at a time, a new sheet each million rows."""
        with tempfile.TemporaryDirectory() as carpeta:
            hoja_de_calculo = xlsxwriter.Workbook(
                destino,
                {
                    "constant_memory": True,
                    "strings_to_formulas": False,
                    "strings_to_urls": False,
                    "strings_to_numbers": False,
                    "default_date_format": "yyyy-mm-dd",
                    "tmpdir": carpeta,
                },
            )
            _Hojas(hoja_de_calculo, self).escribir(self.trozos())
            hoja_de_calculo.close()


class _Hojas:
    """The sheets of a workbook. When one is full the next begins."""

    def __init__(self, hoja_de_calculo: xlsxwriter.Workbook, exportacion: Exportacion) -> None:
        self.hoja_de_calculo, self.exportacion = hoja_de_calculo, exportacion
        self.cabecera = hoja_de_calculo.add_format({"bold": True, "bottom": 1})
        self.formatos = [self._formato(c) for c in exportacion.columnas]
        self.cuantas = 0
        self.hoja = self._nueva()

    def _formato(self, c: Columna) -> Format:
        patron = {
            columnas.FECHA: "yyyy-mm-dd",
            columnas.DINERO: "#,##0.00",
            columnas.COSTO: "#,##0.00####",
            columnas.DECIMAL: "#,##0.0",
            columnas.ENTERO: "0" if c.nombre == "operacion" else "#,##0",
        }.get(c.tipo)
        return self.hoja_de_calculo.add_format({"num_format": patron} if patron else {})

    def _nueva(self) -> Worksheet:
        self.cuantas += 1
        hoja = self.hoja_de_calculo.add_worksheet(_("Hoja %(n)s") % {"n": self.cuantas})
        hoja.freeze_panes(1, 0)
        for i, c in enumerate(self.exportacion.columnas):
            hoja.set_column(i, i, 32 if c.nombre in {"producto", "contraparte"} else 15)
        hoja.write_row(0, 0, self.exportacion.titulos, self.cabecera)
        self.fila = 1
        return hoja

    def escribir(self, trozos: Iterator[list[Fila]]) -> None:
        for filas in trozos:
            for fila in filas:
                if self.fila > FILAS_POR_HOJA:
                    self.hoja = self._nueva()
                self._fila(fila)

    def _fila(self, fila: Fila) -> None:
        for i, (valor, columna) in enumerate(zip(fila, self.exportacion.columnas, strict=True)):
            if valor is None or valor == "":
                continue
            if columna.es_numero:
                self.hoja.write_number(self.fila, i, valor, self.formatos[i])
            elif columna.tipo == columnas.FECHA:
                self.hoja.write_datetime(self.fila, i, valor, self.formatos[i])
            else:
                texto = self.exportacion.opciones.get(i, {}).get(valor, valor)
                self.hoja.write_string(self.fila, i, str(texto))
        self.fila += 1


def totales_json(totales: dict[str, Any]) -> dict[str, Any]:
    return {k: _simple(v) if isinstance(v, Decimal | date) else v for k, v in totales.items()}


def _simple(valor: Any) -> str:
    if isinstance(valor, Decimal):
        return f"{valor:f}"
    if isinstance(valor, date | datetime):
        return valor.isoformat()
    raise TypeError(type(valor))
