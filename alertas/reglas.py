"""When something needs attention: pure functions of what a product holds and of the date.

Usable stock is a step function of the date, since each lot drops out the day after it expires; so the first day on which
a product will be short, if nothing else moves, is known today.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from lotes.caducidad import razon_no_despachable
from movimientos.fefo import Saldo

from .tipos import Tipo

UN_DIA = timedelta(days=1)
Clave = tuple[str, int, int | None]  # tipo, producto, lote


class LoteConStock(NamedTuple):
    producto: int
    lote: int
    fecha_caducidad: date | None
    estado: str
    costo_unitario: Decimal | None
    cantidad: int


ConStock = LoteConStock | Saldo


@dataclass(frozen=True, slots=True)
class Umbrales:
    """What a product asks for: `horizonte` in days, the rest in base units."""

    producto: int
    stock_minimo: int
    stock_maximo: int | None
    horizonte: int


class Condicion(NamedTuple):
    """It holds from `activa_desde` until before `termina` (None: until something moves)."""

    activa_desde: date
    termina: date | None = None
    vence: date | None = None
    cantidad: int = 0
    valor: Decimal | None = None


def condiciones(
    umbrales: Umbrales, lotes: Sequence[ConStock], hoy: date, solo: Container[int] | None = None
) -> dict[Clave, Condicion]:
    """Every condition of a product and of its lots with stock (or of those lots in `solo`), dated, as seen on `hoy`."""
    producto = umbrales.producto
    resultado: dict[Clave, Condicion] = {}
    for x in lotes:
        if x.fecha_caducidad is not None and (solo is None or x.lote in solo):
            valor = None if x.costo_unitario is None else x.costo_unitario * x.cantidad
            resultado[Tipo.POR_CADUCAR, producto, x.lote] = Condicion(
                x.fecha_caducidad - timedelta(days=umbrales.horizonte),
                vence=x.fecha_caducidad,
                cantidad=x.cantidad,
                valor=valor,
            )
    if umbrales.stock_maximo is not None:
        fisico = sum(x.cantidad for x in lotes)
        if fisico > umbrales.stock_maximo:
            resultado[Tipo.SOBRESTOCK, producto, None] = Condicion(hoy, cantidad=fisico)
    if umbrales.stock_minimo > 0:
        bajo, vacio = _primera_falta(umbrales.stock_minimo, lotes, hoy)
        if vacio is not None:
            resultado[Tipo.SIN_STOCK, producto, None] = Condicion(vacio)
        if bajo is not None:
            desde, cantidad = bajo
            resultado[Tipo.STOCK_BAJO, producto, None] = Condicion(desde, termina=vacio, cantidad=cantidad)
    return resultado


def prosigue(antes: Condicion | None, ahora: Condicion | None, hoy: date) -> bool:
    """Whether the episode of `antes` goes on in `ahora`: none ends, none begins."""
    return antes is not None and ahora is not None and not antes.activa_desde <= hoy < ahora.activa_desde


def _primera_falta(minimo: int, lotes: Iterable[ConStock], hoy: date) -> tuple[tuple[date, int] | None, date | None]:
    """First day (and stock of that day) with usable stock above zero and below `minimo`; first day with none."""
    queda = 0
    caducan: dict[date, int] = {}
    for x in lotes:
        caduca = x.fecha_caducidad
        if razon_no_despachable(x.estado, caduca, hoy) is None:
            queda += x.cantidad
            if caduca is not None:
                caducan[caduca] = caducan.get(caduca, 0) + x.cantidad
    if queda == 0:
        return None, hoy
    bajo = (hoy, queda) if queda < minimo else None
    for dia in sorted(caducan):
        queda -= caducan[dia]
        if queda == 0:
            return bajo, dia + UN_DIA
        if bajo is None and queda < minimo:
            bajo = (dia + UN_DIA, queda)
    return bajo, None
