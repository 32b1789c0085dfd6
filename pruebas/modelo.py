"""What the ledger of one product must be, in few lines: quantities, known costs and sequences by lot and warehouse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

Clave = tuple[str, int]  # code of the lot, number of the warehouse: 0 or 1


class Renglon(NamedTuple):
    """Units that move (signed), how many of them have a known cost, and what each of those costs."""

    cantidad: int
    conocidas: int
    costo: Decimal | None


class Suceso(NamedTuple):
    operacion: int
    es_entrada: bool
    renglon: Renglon


def promediar(previo: Decimal | None, hay: int, costo: Decimal, entran: int) -> Decimal:
    """The moving average, rounded once, half up, to the millionth."""
    exacto = (Fraction(previo or 0) * hay + Fraction(costo) * entran) / (hay + entran)
    return Decimal(floor(exacto * 10**6 + Fraction(1, 2))).scaleb(-6)


def costo_de(historia: Iterable[Suceso]) -> Decimal | None:
    """What a lot costs after that history."""
    costo, hay = None, 0
    for x in historia:
        if x.renglon.conocidas > 0 and x.renglon.costo is not None and (x.es_entrada or costo is None):
            costo = promediar(costo, hay, x.renglon.costo, x.renglon.conocidas)
        hay = max(hay + x.renglon.conocidas, 0)
    return costo


class ModeloDelLibro:
    def vaciar(self) -> None:
        self.hay: defaultdict[Clave, int] = defaultdict(int)
        self.conocidas: defaultdict[Clave, int] = defaultdict(int)  # units whose cost is known
        self.costo: dict[str, Decimal | None] = {}  # of each unit of a lot
        self.saldos: defaultdict[Clave, list[int]] = defaultdict(lambda: [0])  # after each line
        self.historia: defaultdict[str, list[Suceso]] = defaultdict(list)  # of a lot: what has not been undone
        self.hechas: list[tuple[Any, dict[Clave, Renglon]]] = []  # operations that can be reversed
        self.caduca: dict[str, date] = {}
        self.estado: dict[str, str] = {}
        self.lote: dict[str, Any] = {}
        self.nacido: list[str] = []

    def usable(self, codigo: str, dia: date) -> bool:
        return self.estado[codigo] == "disponible" and self.caduca[codigo] >= dia

    def disponible(self, dia: date) -> int:
        return sum(q for (c, _a), q in self.hay.items() if self.usable(c, dia))

    def plan(self, almacen: int, cantidad: int, hoy: date) -> tuple[dict[str, int], int]:
        """What is taken of each lot, first expired first, and what is missing."""
        tomas = {}
        for c in sorted(self.nacido, key=lambda c: (self.caduca[c], self.nacido.index(c))):
            if cantidad and self.usable(c, hoy) and self.hay[c, almacen]:
                tomas[c] = min(cantidad, self.hay[c, almacen])
                cantidad -= tomas[c]
        return tomas, cantidad

    def aplicar(self, cambios: Mapping[Clave, int], operacion: Any, *, costo: Decimal | None = None) -> None:
        """The lines of `operacion`, in their order. `costo`: of each unit of an entry, if it is known."""
        lineas: dict[Clave, Renglon] = {}
        for clave, q in cambios.items():
            lineas[clave] = self._renglon(clave, q, operacion.tipo, costo, lineas)
            self._mover(clave, q, lineas[clave].conocidas)
            self.historia[clave[0]].append(Suceso(operacion.pk, operacion.tipo == "entrada", lineas[clave]))
        if cambios:
            self.hechas.append((operacion, lineas))

    def deshacer(self, operacion: Any, lineas: Mapping[Clave, Renglon]) -> None:
        """The opposite lines, with as many known units as can be; each lot costs what it would without the operation."""
        salen = {
            clave: min(
                max(x.conocidas, self.conocidas[clave] - self.hay[clave] + x.cantidad),
                self.conocidas[clave],
                x.cantidad,
            )
            for clave, x in lineas.items()
            if x.cantidad > 0
        }
        for clave, x in lineas.items():
            vuelven = sum(salen.values()) if operacion.tipo == "traslado" else -x.conocidas
            self._mover(clave, -x.cantidad, -salen[clave] if x.cantidad > 0 else vuelven)
        for codigo in {c for c, _a in lineas}:
            self.historia[codigo] = [x for x in self.historia[codigo] if x.operacion != operacion.pk]
            costo = costo_de(self.historia[codigo])
            if costo is not None or not self._conocidas_de(codigo):
                self.costo[codigo] = costo

    def _conocidas_de(self, codigo: str) -> int:
        return sum(self.conocidas[codigo, a] for a in (0, 1))

    def _renglon(
        self, clave: Clave, q: int, tipo: str, costo: Decimal | None, anteriores: Mapping[Clave, Renglon]
    ) -> Renglon:
        """Those of known cost leave first, and what is found costs what the lot does."""
        previo = self.costo.get(clave[0])
        if q < 0:
            return Renglon(q, -min(self.conocidas[clave], -q), previo)
        if tipo == "traslado":
            [sale] = anteriores.values()
            return Renglon(q, -sale.conocidas, previo)
        if tipo != "entrada":
            return Renglon(q, 0 if previo is None else q, previo)
        if costo is None:
            return Renglon(q, 0, previo)
        self.costo[clave[0]] = promediar(previo, self._conocidas_de(clave[0]), costo, q)
        return Renglon(q, q, costo)

    def _mover(self, clave: Clave, q: int, n: int) -> None:
        self.hay[clave] += q
        self.conocidas[clave] += n
        self.saldos[clave].append(self.hay[clave])
