"""What units are worth when they move: pure, in whole millionths, tested without a database.

**The rule.** A lot has one unit cost in every warehouse: the moving average of what came in with a known cost and is still there,
in the order of the ledger, rounded once, half up, at six decimals. Receipts move it; dispatches, exits, transfers and counts do
not, and found units cost what the lot costs. Once no unit of known cost is left, the next receipt stands alone. Units
that came without a cost have none until somebody gives the lot one (`lotes.services.corregir_costo`); those whose cost is
known leave first. A reversal gives the lot the cost that it would have had without the operation it undoes, whatever came in
between, and its lines cost what the lines that they undo cost.

**The value of a line** is its known units at its cost. The fraction that the average loses, and what a reversal puts right in
units that moved meanwhile, is its `revaluo`. So the lines of a lot always add up to its known units at its cost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from inventario.dominio.dinero import MAXIMO, de_millonesimas, millonesimas, promedio

from .fefo import Saldo

VALOR_MAXIMO = millonesimas(MAXIMO)


@dataclass(slots=True)
class Linea:
    """A change of `cantidad` (signed) to the balance `saldo`.

    `con_costo`: how many of the units have a known cost; left out, what `costeo` says. `recibido`: what those of a receipt cost
    in all, in millionths. `costo`: what each did in the line that this one undoes.
    """

    saldo: Saldo
    cantidad: int
    vida_minima: int = 0
    excepcion_fefo: bool = False
    con_costo: int | None = None
    recibido: int | None = None
    costo: Decimal | None = None


@dataclass(slots=True)
class Valorada:
    """What a line says of money: see `Movimiento`."""

    con_costo: int
    costo_unitario: Decimal | None
    revaluo: Decimal = Decimal(0)

    @property
    def valor(self) -> int:
        return self.con_costo * millonesimas(self.costo_unitario or 0)


@dataclass(slots=True)
class Valoracion:
    """One `Valorada` for each line; the lots whose cost changes, with their new one; those that would be worth too much."""

    lineas: list[Valorada]
    costos: dict[int, Decimal | None] = field(default_factory=dict)
    excesivos: set[int] = field(default_factory=set)


def salen(s: Saldo, cantidad: int, preferidas: int | None = None) -> int:
    """How many of `cantidad` units that leave `s` have a known cost: all that do, or as near to `preferidas` as can be."""
    if preferidas is None:
        preferidas = cantidad
    return min(max(preferidas, s.con_costo - s.cantidad + cantidad), s.con_costo, cantidad)


def valorar(
    lineas: Sequence[Linea], saldos: Iterable[Saldo], costos: Mapping[int, Decimal | None] | None = None
) -> Valoracion:
    """The money of `lineas`, given every balance of their lots. `costos`: what lots must cost afterwards, for a reversal."""
    v = Valoracion([_una(x) for x in lineas])
    cambian = {x.saldo.lote for x in lineas if x.recibido is not None} | set(costos or ())
    crecen = {x.saldo.lote for x in lineas if x.cantidad > 0}
    if not crecen and not cambian:  # a dispatch ends here
        return v
    conocidas: dict[int, int] = {}
    for s in saldos:
        if s.lote in crecen or s.lote in cambian:
            conocidas[s.lote] = conocidas.get(s.lote, 0) + s.con_costo
    suyas: dict[int, list[int]] = {}
    for i, x in enumerate(lineas):
        if x.saldo.lote in conocidas or x.saldo.lote in crecen:
            suyas.setdefault(x.saldo.lote, []).append(i)
    for lote, indices in suyas.items():
        _un_lote(v, lote, [(lineas[i], v.lineas[i]) for i in indices], conocidas.get(lote, 0), costos)
    return v


def _una(x: Linea) -> Valorada:
    s = x.saldo
    if x.recibido is not None:
        n = x.con_costo or 0
        return Valorada(n, de_millonesimas(promedio(x.recibido, n)) if n else None)
    if x.cantidad < 0:
        n = -salen(s, -x.cantidad, None if x.con_costo is None else -x.con_costo)
    elif x.con_costo is not None:
        n = x.con_costo
    else:
        n = 0 if s.costo_unitario is None else x.cantidad
    costo = s.costo_unitario if x.costo is None else x.costo
    return Valorada(n, costo if n else None)


def _un_lote(
    v: Valoracion,
    lote: int,
    lineas: Sequence[tuple[Linea, Valorada]],
    habia: int,
    costos: Mapping[int, Decimal | None] | None,
) -> None:
    """The cost of a lot after its `lineas`, and in the last of them what they change in its value besides."""
    previo = lineas[0][0].saldo.costo_unitario
    antes = habia * millonesimas(previo or 0)
    hay = habia + sum(valorada.con_costo for _x, valorada in lineas)
    recibidos = [x.recibido for x, valorada in lineas if x.recibido is not None and valorada.con_costo]
    costo = previo
    if costos is not None and lote in costos:
        costo = previo if costos[lote] is None and hay else costos[lote]
    elif recibidos:
        costo = de_millonesimas(promedio(antes + sum(recibidos), hay))
    if costo != previo:
        v.costos[lote] = costo
    valor = hay * millonesimas(costo or 0)
    lineas[-1][1].revaluo = de_millonesimas(valor - antes - sum(valorada.valor for _x, valorada in lineas))
    if valor > VALOR_MAXIMO or any(abs(valorada.valor) > VALOR_MAXIMO for _x, valorada in lineas):
        v.excesivos.add(lote)


@dataclass(slots=True)
class Historia:
    """A lot as its ledger lines tell it one by one, in order: its unit cost in millionths, or None, and its known units."""

    costo: int | None = None
    conocidas: int = 0
    hay: int = 0

    def mover(self, m: Any, *, es_entrada: bool) -> None:
        """After line `m`, a `Movimiento` or a row with its columns."""
        self.hay += m.cantidad
        if m.con_costo > 0 and (es_entrada or self.costo is None):
            entra = m.con_costo * millonesimas(m.costo_unitario)
            self.costo = promedio(self.conocidas * (self.costo or 0) + entra, self.conocidas + m.con_costo)
        # Without an operation that was undone, more may have left than there would have been.
        self.conocidas = max(self.conocidas + m.con_costo, 0)

    def corregir(self, costo: Decimal | None) -> None:
        """Somebody said what all that is there costs."""
        self.costo = None if costo is None else millonesimas(costo)
        self.conocidas = 0 if costo is None else max(self.hay, 0)
