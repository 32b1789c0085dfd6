"""The command of a report. Its options, its table and its exports come from the report's declaration."""

import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from inventario.plataforma import replica
from inventario.plataforma.progreso import Progreso
from reportes.columnas import Columna
from reportes.consulta import Consulta
from reportes.exportar import Exportacion
from reportes.filtros import CAMPOS, Filtro
from reportes.formato import presentar
from reportes.informes import REPORTES
from reportes.management.nombrado import NOMBRADOS, hallar
from reportes.reporte import Reporte

FORMATOS = ("tabla", "csv", "json", "xlsx")
FILAS_PARA_MEDIR = 500  # rows read to decide the widths of the table
ANCHO_MAXIMO = 40


class _Ayuda(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Options in Django's order; the lines of the epilog are kept as written."""


class ComandoReporte(BaseCommand):
    """The command of `reporte`. Exit codes: 0 the report was written, 2 the options are wrong or the file cannot be written."""

    reporte: Reporte
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        ejemplos = "\n".join(f"  manage.py {subcommand} {x}".rstrip() for x in self.reporte.ejemplos)
        kwargs["formatter_class"] = _Ayuda
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.epilog = (
            f"examples:\n{ejemplos}\n\nexit codes: 0 done, 2 the question is wrong or it could not be answered"
        )
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--formato", choices=FORMATOS, default="tabla", help="default: a table to read")
        parser.add_argument("--salida", metavar="FILE", help="write here instead of the terminal (xlsx needs it)")
        for nombre in self.reporte.filtros:
            campo = CAMPOS[nombre]
            parser.add_argument(f"--{nombre.replace('_', '-')}", dest=nombre, metavar=campo.metavar, help=campo.ayuda)
        opciones = list(self.reporte.agrupaciones)
        if len(opciones) > 1:
            parser.add_argument("--agrupar", choices=opciones, help=f"a row per each (default: {opciones[0]})")

    def handle(self, *args: Any, **opciones: Any) -> None:
        formato, salida = opciones["formato"], opciones["salida"]
        if formato == "xlsx" and not salida:
            raise CommandError(_("xlsx necesita --salida FILE."), returncode=2)
        form = self.reporte.formulario(self._pedido(opciones), hoy=timezone.localdate())
        if not form.is_valid():
            raise _equivocado(form.errors)
        try:
            with replica.lectura():
                self._escribir(form.filtro, formato, salida)
        except (OSError, DatabaseError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _pedido(self, opciones: dict[str, Any]) -> dict[str, Any]:
        pedido = {n: opciones[n] for n in self.reporte.parametros if opciones.get(n) is not None}
        try:
            return {n: hallar(n, str(v)) if n in NOMBRADOS else v for n, v in pedido.items()}
        except DatosInvalidos as error:
            raise _equivocado(error.errores) from error

    def _escribir(self, filtro: Filtro, formato: str, salida: str | None) -> None:
        consulta = self.reporte.consulta(filtro)
        en_terminal = salida is None and self.stdout.isatty()
        total = 0 if en_terminal or not sys.stderr.isatty() else consulta.base.count()
        with Progreso(self.reporte.nombre, total, sys.stderr) as progreso:
            progreso.visible &= not en_terminal  # it would be drawn over the table
            exportacion = Exportacion(self.reporte, filtro, consulta=consulta, avance=progreso.avanzar)
            if formato == "xlsx":
                with Path(salida or "").open("wb") as archivo:
                    exportacion.xlsx(archivo)
                return
            partes = {
                "tabla": lambda: self._tabla(exportacion, consulta),
                "csv": lambda: exportacion.csv(con_bom=salida is not None),
                "json": exportacion.json,
            }[formato]()
            if salida is None:
                for parte in partes:
                    self.stdout.write(parte, ending="")
            else:
                with Path(salida).open("w", encoding="utf-8", newline="") as archivo:
                    archivo.writelines(partes)

    def _tabla(self, exportacion: Exportacion, consulta: Consulta) -> Iterator[str]:
        columnas, titulos = exportacion.columnas, exportacion.titulos
        trozos = (
            [[presentar(v, c) for v, c in zip(f, columnas, strict=True)] for f in filas]
            for filas in exportacion.trozos()
        )
        primeras: list[list[str]] = []
        for textos in trozos:
            primeras += textos
            if len(primeras) >= FILAS_PARA_MEDIR:
                break
        anchos = [min(max(ancho(x) for x in col), ANCHO_MAXIMO) for col in zip(titulos, *primeras, strict=True)]
        yield f"{exportacion.titulo}\n"
        if primeras:
            yield _linea(titulos, columnas, anchos) + "\n" + "  ".join("─" * a for a in anchos) + "\n"
        else:
            yield f"{_('No hay filas con estos filtros.')}\n"
        for textos in chain([primeras], trozos):
            yield "".join(_linea(t, columnas, anchos) + "\n" for t in textos)
        yield "\n"
        totales = [(str(c.titulo), presentar(v, c)) for c, v in self.reporte.totales(consulta)]
        margen = max(ancho(t) for t, _v in totales)
        for titulo, valor in totales:
            yield f"{titulo}{' ' * (margen - ancho(titulo))}  {valor or '—'}\n"


def _equivocado(errores: Mapping[str, Iterable[Any]]) -> CommandError:
    lineas = [f"--{c.replace('_', '-')}: {' '.join(map(str, textos))}" for c, textos in errores.items()]
    return CommandError("\n".join(lineas), returncode=2)


def orden_de(nombre: str) -> type[ComandoReporte]:
    """The command of one report: `manage.py reporte_<nombre>`."""
    reporte = REPORTES[nombre]
    return type("Command", (ComandoReporte,), {"reporte": reporte, "help": reporte.ayuda})


def ancho(texto: str) -> int:
    """How many columns `texto` takes in a terminal."""
    return len(texto) + sum(east_asian_width(c) in "WF" for c in texto)


def _linea(textos: list[str], columnas: list[Columna], anchos: list[int]) -> str:
    celdas = []
    for texto, columna, a in zip(textos, columnas, anchos, strict=True):
        corto = texto if ancho(texto) <= a else texto[: a - 1] + "…"
        relleno = " " * (a - ancho(corto))
        celdas.append(relleno + corto if columna.es_numero else corto + relleno)
    return "  ".join(celdas).rstrip()
