"""What is asked of a service, line by line, and the checks of a line that need no database."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from inventario.dominio.campos import CANTIDAD_MAXIMA, normalizar_codigo, validar_fecha, validar_texto
from inventario.dominio.exceptions import DatosInvalidos
from lotes.caducidad import fabricado_antes

LINEAS_MAXIMAS = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineaEntrada:
    """`cantidad` base units of lot `lote` (its printed code; may be left out only where expiry is not controlled)."""

    producto: int
    cantidad: int
    lote: str = ""
    fecha_caducidad: date | None = None
    costo_unitario: Decimal | None = None
    fecha_fabricacion: date | None = None


@dataclass(frozen=True, slots=True)
class LineaPedida:
    """`cantidad` base units of a product; `vida_minima` days of life, by default those the product asks for."""

    producto: int
    cantidad: int
    vida_minima: int | None = None


@dataclass(frozen=True, slots=True)
class LineaSalida:
    """`cantidad` base units of lot `lote`."""

    lote: int
    cantidad: int


@dataclass(frozen=True, slots=True)
class LineaConteo:
    """`cantidad` base units counted of lot `lote` in `almacen` (by default that of the operation)."""

    lote: int
    cantidad: int
    almacen: int | None = None


@dataclass(frozen=True, slots=True)
class LineaTraslado:
    lote: int
    cantidad: int


def validar(lineas: Sequence[Any], *, minimo: int = 1) -> None:
    """At least one line, at most 1000, and every quantity an integer from `minimo` to 10⁹. Raises DatosInvalidos."""
    if not lineas:
        raise DatosInvalidos({"lineas": [_("Falta al menos una línea.")]})
    if len(lineas) > LINEAS_MAXIMAS:
        raise DatosInvalidos({"lineas": [_("Como máximo %(n)s líneas.") % {"n": LINEAS_MAXIMAS}]})
    errores: dict[str, list[Any]] = {}
    for i, linea in enumerate(lineas):
        c = linea.cantidad
        if type(c) is not int or not minimo <= c <= CANTIDAD_MAXIMA:
            errores[f"lineas.{i}.cantidad"] = [
                _("Debe ser un entero entre %(min)s y %(max)s.") % {"min": minimo, "max": CANTIDAD_MAXIMA}
            ]
    if errores:
        raise DatosInvalidos(errores)


def validar_entrada(linea: LineaEntrada) -> dict[str, list[Any]]:
    """Errors of what an entry says of its lot, by field."""
    errores: dict[str, list[Any]] = {}
    revisiones: list[tuple[str, Any, Callable[[Any], None]]] = [("lote", linea.lote, validar_texto)]
    revisiones += [(f, getattr(linea, f), validar_fecha) for f in ("fecha_caducidad", "fecha_fabricacion")]
    for campo, valor, revisar in revisiones:
        try:
            if valor:
                revisar(valor)
        except ValidationError as error:
            errores[campo] = error.messages
    if len(normalizar_codigo(linea.lote)) > 50:
        errores["lote"] = [_("Como máximo 50 caracteres.")]
    if not fabricado_antes(linea.fecha_fabricacion, linea.fecha_caducidad):
        errores["fecha_fabricacion"] = [_("No puede caducar antes de fabricarse.")]
    if linea.costo_unitario is not None and not 0 <= linea.costo_unitario < Decimal(10) ** 12:
        errores["costo_unitario"] = [_("El costo no puede ser negativo ni tan grande.")]
    return errores


def sumar(pares: Iterable[tuple[Hashable, int]]) -> dict[Any, int]:
    """Quantities by key, repeated keys summed, in order of first mention."""
    total: dict[Any, int] = {}
    for clave, cantidad in pares:
        total[clave] = total.get(clave, 0) + cantidad
    return total


def desconocidos(campo: str, lineas: Sequence[Any], conocidos: Iterable[int | None]) -> None:
    """Raise DatosInvalidos naming each line whose `campo` is not among `conocidos`."""
    conocidos = set(conocidos)
    errores = {
        f"lineas.{i}.{campo}": [_("No existe.")]
        for i, linea in enumerate(lineas)
        if getattr(linea, campo) not in conocidos
    }
    if errores:
        raise DatosInvalidos(errores)
