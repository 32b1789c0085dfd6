"""FEFO, first expired first out: the plan. Pure, explains itself, needs no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from lotes.caducidad import Razon, razon_no_despachable


class Saldo(NamedTuple):
    """What a warehouse holds of a lot, and the last link of its chain. `existencia` is None before the first entry.

    `con_costo` of its units have a known cost, which is `costo_unitario`, that of the lot in every warehouse.
    """

    existencia: int | None
    producto: int
    lote: int
    lote_codigo: str
    almacen: int
    fecha_caducidad: date | None
    estado: str
    creado_en: datetime
    cantidad: int
    secuencia: int
    huella: str
    con_costo: int = 0
    costo_unitario: Decimal | None = None

    def orden_fefo(self) -> tuple:
        """Earliest expiry first, those without expiry last; then earliest first entry, then the id of the lot."""
        return (self.fecha_caducidad or date.max, self.creado_en, self.lote, self.existencia)

    def vacio_en(self, almacen: int) -> "Saldo":
        """What `almacen` holds of the same lot when nothing ever was there."""
        return self._replace(existencia=None, almacen=almacen, cantidad=0, secuencia=0, huella="", con_costo=0)


@dataclass(frozen=True, slots=True)
class Pedido:
    """`cantidad` base units of a product that must have `vida_minima` days of life left."""

    producto: int
    cantidad: int
    vida_minima: int = 0


@dataclass(frozen=True, slots=True)
class Toma:
    saldo: Saldo
    cantidad: int

    @property
    def quedan(self) -> int:
        return self.saldo.cantidad - self.cantidad

    def datos(self) -> dict[str, Any]:
        s = self.saldo
        return {
            "lote": s.lote,
            "lote_codigo": s.lote_codigo,
            "almacen": s.almacen,
            "fecha_caducidad": s.fecha_caducidad,
            "cantidad": self.cantidad,
            "quedan": self.quedan,
        }


@dataclass(frozen=True, slots=True)
class Omitido:
    saldo: Saldo
    razon: Razon

    def datos(self) -> dict[str, Any]:
        s = self.saldo
        return {
            "lote": s.lote,
            "lote_codigo": s.lote_codigo,
            "almacen": s.almacen,
            "fecha_caducidad": s.fecha_caducidad,
            "cantidad": s.cantidad,
            "razon": str(self.razon),
        }


@dataclass(slots=True)
class LineaPlan:
    pedido: Pedido
    tomas: list[Toma] = field(default_factory=list)
    omitidos: list[Omitido] = field(default_factory=list)

    @property
    def asignado(self) -> int:
        return sum(t.cantidad for t in self.tomas)

    @property
    def falta(self) -> int:
        return self.pedido.cantidad - self.asignado

    def datos(self) -> dict[str, Any]:
        return {
            "producto": self.pedido.producto,
            "pedido": self.pedido.cantidad,
            "asignado": self.asignado,
            "falta": self.falta,
            "lotes": [t.datos() for t in self.tomas],
            "omitidos": [o.datos() for o in self.omitidos],
        }

    def rechazo(self) -> dict[str, Any]:
        return {
            "producto": self.pedido.producto,
            "pedido": self.pedido.cantidad,
            "disponible": self.asignado,
            "falta": self.falta,
            "omitidos": [o.datos() for o in self.omitidos],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    lineas: list[LineaPlan]

    @property
    def completo(self) -> bool:
        return all(linea.falta == 0 for linea in self.lineas)

    @property
    def asignado(self) -> int:
        return sum(linea.asignado for linea in self.lineas)

    def faltantes(self) -> list[dict[str, int]]:
        """What a partial dispatch leaves unserved."""
        return [
            {"producto": x.pedido.producto, "pedido": x.pedido.cantidad, "despachado": x.asignado, "falta": x.falta}
            for x in self.lineas
            if x.falta
        ]

    def datos(self) -> dict[str, Any]:
        return {"completo": self.completo, "lineas": [linea.datos() for linea in self.lineas]}

    def rechazo(self) -> list[dict[str, Any]]:
        """The lines that fall short, with the numbers a refusal gives."""
        return [linea.rechazo() for linea in self.lineas if linea.falta]


def agrupar(pedidos: Iterable[Pedido]) -> list[Pedido]:
    """Sum repeated products; of their minimum lives the strictest holds. Keeps the order of first mention."""
    juntos: dict[int, Pedido] = {}
    for p in pedidos:
        previo = juntos.get(p.producto)
        juntos[p.producto] = (
            p
            if previo is None
            else Pedido(p.producto, previo.cantidad + p.cantidad, max(previo.vida_minima, p.vida_minima))
        )
    return list(juntos.values())


def planificar(pedidos: Sequence[Pedido], saldos: Iterable[Saldo], *, almacen: int, hoy: date) -> Plan:
    """Allocate each of `pedidos` (one per product) from `saldos`, in FEFO order, in warehouse `almacen` on `hoy`.

    Every lot with stock that expires no later than it should have, or lies elsewhere, is named with its reason.
    """
    por_producto: dict[int, list[Saldo]] = {}
    for s in saldos:
        por_producto.setdefault(s.producto, []).append(s)
    return Plan([_linea(p, por_producto.get(p.producto, []), almacen, hoy) for p in pedidos])


def _linea(pedido: Pedido, saldos: list[Saldo], almacen: int, hoy: date) -> LineaPlan:
    linea = LineaPlan(pedido)
    falta = pedido.cantidad
    for s in sorted(saldos, key=Saldo.orden_fefo):
        if s.cantidad <= 0:
            continue
        razon = razon_no_despachable(s.estado, s.fecha_caducidad, hoy, pedido.vida_minima)
        if razon is None and s.almacen != almacen:
            razon = Razon.OTRO_ALMACEN
        if razon is not None:
            linea.omitidos.append(Omitido(s, razon))
        elif falta:
            toma = min(falta, s.cantidad)
            linea.tomas.append(Toma(s, toma))
            falta -= toma
    return linea


def habia_mejor(elegido: Saldo, saldos: Iterable[Saldo], tomado: dict[int, int], hoy: date) -> bool:
    """Whether a lot that expires before `elegido` could have served: same product and warehouse, dispatchable on `hoy`,
    with something left after `tomado` (lot → quantity taken by this same operation).
    """
    tope = date.max if elegido.fecha_caducidad is None else elegido.fecha_caducidad
    return any(
        s.producto == elegido.producto
        and s.almacen == elegido.almacen
        and s.fecha_caducidad is not None
        and s.fecha_caducidad < tope
        and s.cantidad > tomado.get(s.lote, 0)
        and razon_no_despachable(s.estado, s.fecha_caducidad, hoy) is None
        for s in saldos
    )
