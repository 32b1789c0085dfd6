"""The declaration of a report, from which its page, API path, exports and command are made. The reports are in `informes/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .columnas import COLUMNAS, Columna
from .consulta import Consulta
from .filtros import Filtro, FiltroForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporte:
    """`agrupaciones`: the ways to group; the first is the default. `detalle`: the one in which a row of the others is told apart.
    `columnas_propias`: those that no other report shows. `definiciones`: what its figures mean, as on the page. `ayuda` and
    `ejemplos` are of its command.
    """

    nombre: str
    titulo: str | Promise
    descripcion: str | Promise
    consulta: Callable[[Filtro], Consulta]
    filtros: tuple[str, ...]
    agrupaciones: Mapping[str, str | Promise]
    definiciones: tuple[str | Promise, ...]
    ayuda: str
    ejemplos: tuple[str, ...]
    columnas_propias: tuple[Columna, ...] = ()
    exige_producto: bool = False
    detalle: str = ""

    def formulario(self, datos: Mapping[str, Any], *, hoy: date) -> FiltroForm:
        return FiltroForm(datos, reporte=self, hoy=hoy)

    def columna(self, nombre: str) -> Columna:
        return next((c for c in self.columnas_propias if c.nombre == nombre), None) or COLUMNAS[nombre]

    def columnas(self, consulta: Consulta) -> list[Columna]:
        return [self.columna(nombre) for nombre in consulta.columnas]

    def totales(self, consulta: Consulta) -> list[tuple[Columna, Any]]:
        """The totals of `consulta`, each beside the column that says what it is."""
        return [(self.columna(nombre), valor) for nombre, valor in consulta.totales().items()]

    @property
    def parametros(self) -> set[str]:
        """The parameters that its URL accepts."""
        return {*self.filtros, "agrupar"} if len(self.agrupaciones) > 1 else set(self.filtros)


LUGAR = ("producto", "sku", "categoria", "almacen", "lote", "codigo_lote")
PERIODO = ("desde", "hasta")
VALOR = _(
    "El valor es lo que cuestan hoy las unidades de costo conocido: el promedio de lo que entró en cada lote. Las que no "
    "tienen costo no suman valor: se dice aparte cuántas son."
)
VALOR_DE_ENTONCES = _(
    "El valor es lo que costaban las unidades cuando se movieron, y no cambia después. Las que no tenían costo no suman "
    "valor: se dice aparte cuántas son."
)
REDONDEO = _(
    "Cada importe se redondea al centavo una sola vez, desde la cifra exacta y con el medio hacia arriba: un total puede "
    "diferir en centavos de la suma de sus renglones."
)
ANTERIOR = _("El periodo anterior son los mismos días justo antes.")
REVERSO = _("Revertir una operación resta, en el día en que se revierte.")
