"""A value as people read it, on a page or in a terminal."""

from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format

from inventario.dominio.dinero import redondear

from . import columnas
from .columnas import Columna


def presentar(valor: Any, columna: Columna) -> str:
    """`valor` in the user's language; an empty text for what is not known."""
    if valor is None or valor == "":
        return ""
    if columna.opciones:
        return str(columna.opciones.get(valor, valor))
    if columna.tipo == columnas.FECHA:
        return date_format(valor, "SHORT_DATE_FORMAT") if isinstance(valor, date) else str(valor)
    if columna.nombre == "operacion":
        return str(valor)  # an identifier: no thousands
    if columna.tipo == columnas.COSTO:
        return number_format(valor.normalize(), force_grouping=True)
    if columna.tipo == columnas.DINERO:
        valor = redondear(valor)  # `number_format` would cut the rest off
    if columna.es_numero:
        decimales = {columnas.ENTERO: 0, columnas.DECIMAL: 1}.get(columna.tipo, 2)
        return number_format(valor, decimal_pos=decimales, force_grouping=True)
    return str(valor)
