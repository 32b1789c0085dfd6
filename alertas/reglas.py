"""When something needs attention: pure functions of what a product holds and of the date.

Usable stock is a step function of the date, since each lot drops out the day after it expires; so the first day on which
a product will be short, if nothing else moves, is known today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    con_costo: int = 0


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


@dataclass(frozen=True, slots=True)
class Stock:
    """What a product holds in all, and the part of it that may be dispatched, by expiry (None: never)."""

    fisico: int = 0
    usable: Mapping[date | None, int] = field(default_factory=dict)

    def mas(self, lotes: Iterable[ConStock], hoy: date) -> "Stock":
        """The same with `lotes` besides, as seen on `hoy`."""
        fisico, usable = self.fisico, dict(self.usable)
        for x in lotes:
            fisico += x.cantidad
            caduca = x.fecha_caducidad
            if razon_no_despachable(x.estado, caduca, hoy) is None:
                usable[caduca] = usable.get(caduca, 0) + x.cantidad
        return Stock(fisico, usable)


def condiciones(umbrales: Umbrales, lotes: Sequence[ConStock], hoy: date) -> dict[Clave, Condicion]:
    """Every condition of a product and of its lots with stock, dated, as seen on `hoy`."""
    return de_lotes(umbrales, lotes) | de_producto(umbrales, Stock().mas(lotes, hoy), hoy)


def de_lotes(umbrales: Umbrales, lotes: Iterable[ConStock]) -> dict[Clave, Condicion]:
    """Those of `lotes`, each of which comes once, with all its stock."""
    return {
        (Tipo.POR_CADUCAR, umbrales.producto, x.lote): Condicion(
            x.fecha_caducidad - timedelta(days=umbrales.horizonte),
            vence=x.fecha_caducidad,
            cantidad=x.cantidad,
            valor=x.costo_unitario * x.con_costo if x.costo_unitario is not None and x.con_costo else None,
        )
        for x in lotes
        if x.fecha_caducidad is not None
    }


def de_producto(umbrales: Umbrales, stock: Stock, hoy: date) -> dict[Clave, Condicion]:
    """Those of a product as a whole."""
    producto = umbrales.producto
    resultado: dict[Clave, Condicion] = {}
    if umbrales.stock_maximo is not None and stock.fisico > umbrales.stock_maximo:
        resultado[Tipo.SOBRESTOCK, producto, None] = Condicion(hoy, cantidad=stock.fisico)
    if umbrales.stock_minimo > 0:
        bajo, vacio = _primera_falta(umbrales.stock_minimo, stock.usable, hoy)
        if vacio is not None:
            resultado[Tipo.SIN_STOCK, producto, None] = Condicion(vacio)
        if bajo is not None:
            desde, cantidad = bajo
            resultado[Tipo.STOCK_BAJO, producto, None] = Condicion(desde, termina=vacio, cantidad=cantidad)
    return resultado


def prosigue(antes: Condicion | None, ahora: Condicion | None, hoy: date) -> bool:
    """Whether the episode of `antes` goes on in `ahora`: none ends, none begins."""
    return antes is not None and ahora is not None and not antes.activa_desde <= hoy < ahora.activa_desde


def _primera_falta(
    minimo: int, usable: Mapping[date | None, int], hoy: date
) -> tuple[tuple[date, int] | None, date | None]:
    """First day (and stock of that day) with usable stock above zero and below `minimo`; first day with none."""
    queda = sum(usable.values())
    if queda == 0:
        return None, hoy
    bajo = (hoy, queda) if queda < minimo else None
    for dia in sorted(d for d in usable if d is not None):
        queda -= usable[dia]
        if queda == 0:
            return bajo, dia + UN_DIA
        if bajo is None and queda < minimo:
            bajo = (dia + UN_DIA, queda)
    return bajo, None
