"""The history of one product, replayed line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from inventario.dominio.dinero import de_millonesimas, millonesimas
from lotes.caducidad import razon_no_despachable
from lotes.models import CambioDeLote, Existencia, Lote

from .. import cadena
from ..models import Movimiento, Tipo
from .hallazgo import Hallazgo

MOVIMIENTO = Movimiento._meta.db_table
EXISTENCIA = Existencia._meta.db_table
LOTE = Lote._meta.db_table
Par = tuple[int, int]  # lot, warehouse


@dataclass(slots=True)
class HistoriaDeLote:
    """What a lot is, and everything it ever was. Which of it held when a line was written, only that line can say: the clocks of
    two servers differ, and order comes from the ledger alone.
    """

    producto: int
    estado: str
    fecha_caducidad: date | None
    costo: int
    cambios: list[CambioDeLote] = field(default_factory=list)
    valor: int = 0  # what its lines and the corrections of its cost add up to, in millionths

    def estados(self) -> set[str]:
        return {self.estado, *(e for c in self.cambios for e in (c.estado_anterior, c.estado_nuevo))}

    def caducidades(self) -> set[date | None]:
        return {self.fecha_caducidad, *(d for c in self.cambios for d in (c.caducidad_anterior, c.caducidad_nueva))}


class Guardado(NamedTuple):
    """A balance as it is kept."""

    pk: int
    cantidad: int
    secuencia: int
    huella: str
    con_costo: int


@dataclass(slots=True)
class DatosDeProducto:
    lotes: dict[int, HistoriaDeLote] = field(default_factory=dict)
    existencias: dict[Par, Guardado] = field(default_factory=dict)


def cargar(productos: Iterable[int]) -> dict[int, DatosDeProducto]:
    """Lots with their history and balances of `productos`: three queries."""
    datos = {p: DatosDeProducto() for p in productos}
    lotes = {}
    for x in Lote.objects.filter(producto__in=datos).order_by():
        historia = HistoriaDeLote(x.producto_id, x.estado, x.fecha_caducidad, millonesimas(x.costo_unitario or 0))
        lotes[x.pk] = datos[x.producto_id].lotes[x.pk] = historia
    for cambio in CambioDeLote.objects.filter(lote__producto__in=datos).order_by("pk"):
        lotes[cambio.lote_id].cambios.append(cambio)
    for p, lote, almacen, *guardado in (
        Existencia.objects.filter(lote__producto__in=datos)
        .order_by()
        .values_list("lote__producto_id", "lote_id", "almacen_id", *Guardado._fields)
    ):
        datos[p].existencias[lote, almacen] = Guardado._make(guardado)
    return datos


class Recorrido:
    """State of the replay: last link of each chain, and what each warehouse holds after the lines seen."""

    def __init__(self, producto: int, datos: DatosDeProducto) -> None:
        self.producto, self.datos = producto, datos
        self.cadena: dict[Par, tuple[int, int, str]] = {}  # balance, sequence, hash
        self.conocidas: dict[Par, int] = {}  # units with a known cost
        self.hay: dict[int, dict[int, int]] = {}  # warehouse → lot → quantity, only what is there
        self.operacion = 0
        self.consumos: list[Any] = []  # lines of the operation under way that must keep FEFO

    def avanzar(self, m: Any) -> Iterator[Hallazgo]:
        if m.operacion_id != self.operacion:
            yield from self._cerrar_operacion()
            if m.operacion_id < self.operacion:
                yield Hallazgo("orden_alterado", MOVIMIENTO, m.pk, "it lies after a line of a later operation")
            self.operacion = m.operacion_id
        yield from self._copias(m)
        yield from self._cadena(m)
        self._valorar(m)
        if m.tipo == Tipo.DESPACHO or (m.tipo == Tipo.SALIDA and m.o_consumo):
            yield from self._disponible(m)
            if not m.excepcion_fefo:
                self.consumos.append(m)
        lotes = self.hay.setdefault(m.almacen_id, {})
        cantidad = lotes.get(m.lote_id, 0) + m.cantidad
        if cantidad > 0:
            lotes[m.lote_id] = cantidad
        else:
            lotes.pop(m.lote_id, None)

    def _copias(self, m: Any) -> Iterator[Hallazgo]:
        if m.tipo != m.o_tipo or m.fecha_efectiva != m.o_fecha:
            yield Hallazgo("copia_distinta", MOVIMIENTO, m.pk, f"kind or date differ from operation {m.operacion_id}")
        positivo = m.cantidad > 0
        if (
            m.cantidad == 0
            or (m.tipo == Tipo.ENTRADA and not positivo)
            or (m.tipo in (Tipo.SALIDA, Tipo.DESPACHO) and positivo)
        ):
            yield Hallazgo("signo_imposible", MOVIMIENTO, m.pk, f"{m.cantidad:+d} in a {m.tipo}")
        lote = self.datos.lotes.get(m.lote_id)
        if lote is None:
            yield Hallazgo("producto_distinto", MOVIMIENTO, m.pk, "its product is not its lot's")
        elif m.fecha_caducidad not in lote.caducidades():
            yield Hallazgo("caducidad_distinta", MOVIMIENTO, m.pk, f"lot {m.lote_id} never had that expiry")
        elif m.version > 1 and m.estado_lote not in lote.estados():
            yield Hallazgo("estado_distinto", MOVIMIENTO, m.pk, f"lot {m.lote_id} never was {m.estado_lote}")

    def _cadena(self, m: Any) -> Iterator[Hallazgo]:
        saldo, secuencia, huella = self.cadena.get((m.lote_id, m.almacen_id), (0, 0, ""))
        if m.secuencia != secuencia + 1:
            yield Hallazgo("secuencia_rota", MOVIMIENTO, m.pk, f"{m.secuencia} follows {secuencia}")
        if m.saldo != saldo + m.cantidad or m.saldo < 0:
            yield Hallazgo("saldo_roto", MOVIMIENTO, m.pk, f"says {m.saldo}, the ledger gives {saldo + m.cantidad}")
        if m.huella != cadena.huella(huella, m.o_sello, m):
            yield Hallazgo("cadena_rota", MOVIMIENTO, m.pk, "its content does not match its hash")
        self.cadena[m.lote_id, m.almacen_id] = (m.saldo, m.secuencia, m.huella)

    def _valorar(self, m: Any) -> None:
        par = m.lote_id, m.almacen_id
        self.conocidas[par] = self.conocidas.get(par, 0) + m.con_costo
        if (lote := self.datos.lotes.get(m.lote_id)) is not None:
            lote.valor += m.con_costo * millonesimas(m.costo_unitario or 0) + millonesimas(m.revaluo)

    def _disponible(self, m: Any) -> Iterator[Hallazgo]:
        estado = (
            m.estado_lote or Lote.Estado.DISPONIBLE
        )  # a line of version 1 does not say: its expiry is judged all the same
        razon = razon_no_despachable(estado, m.fecha_caducidad, m.fecha_efectiva, m.vida_minima)
        if razon is not None:
            yield Hallazgo("despacho_no_disponible", MOVIMIENTO, m.pk, f"took lot {m.lote_id}: {razon}")

    def _cerrar_operacion(self) -> Iterator[Hallazgo]:
        """Once its lines are in: was an earlier expiry left on the shelf that could have served?"""
        for m in self.consumos:
            if (lote := self._mejor(m)) is not None:
                yield Hallazgo("inversion_fefo", MOVIMIENTO, m.pk, f"lot {lote} expired before lot {m.lote_id}")
        self.consumos = []

    def _mejor(self, m: Any) -> int | None:
        tope = m.fecha_caducidad or date.max
        for lote in self.hay.get(m.almacen_id, ()):
            historia = self.datos.lotes.get(lote)
            if historia is None or lote == m.lote_id:
                continue
            caducidades = historia.caducidades()
            if any(c is None or c >= tope for c in caducidades):
                continue
            # It could have served only if it could whatever it was then.
            if all(
                razon_no_despachable(e, c, m.fecha_efectiva, m.vida_minima) is None
                for e in historia.estados()
                for c in caducidades
            ):
                return lote
        return None

    def acabar(self) -> Iterator[Hallazgo]:
        """The balances kept against those replayed, and each lot against its recorded changes."""
        yield from self._cerrar_operacion()
        rotos = set()  # lots whose balances are wrong already: their value follows
        for par, ultimo in self.cadena.items():
            existencia = self.datos.existencias.get(par)
            if existencia is None or existencia[1:4] != ultimo:
                rotos.add(par[0])
            if existencia is None:
                yield Hallazgo("saldo_ausente", EXISTENCIA, None, f"lot {par[0]}, warehouse {par[1]}: no balance kept")
            elif existencia[1:4] != ultimo:
                yield Hallazgo(
                    "saldo_distinto",
                    EXISTENCIA,
                    existencia[0],
                    f"lot {par[0]}, warehouse {par[1]}: keeps {existencia[1]}, the ledger gives {ultimo[0]}",
                )
        suyas: dict[int, dict[int, Guardado]] = {}
        for (pk, almacen), guardado in self.datos.existencias.items():
            suyas.setdefault(pk, {})[almacen] = guardado
        for pk, lote in self.datos.lotes.items():
            estado, caduca = Lote.Estado.DISPONIBLE.value, lote.fecha_caducidad
            if lote.cambios:
                estado, caduca = lote.cambios[-1].estado_nuevo, lote.cambios[-1].caducidad_nueva
            if (lote.estado, lote.fecha_caducidad) != (estado, caduca):
                yield Hallazgo("lote_distinto", LOTE, pk, "its state or expiry differs from its last recorded change")
            if pk not in rotos:
                yield from self._valor(pk, lote, suyas.get(pk, {}))

    def _valor(self, pk: int, lote: HistoriaDeLote, saldos: dict[int, Guardado]) -> Iterator[Hallazgo]:
        """Units of known cost in each balance, and what they are worth, against what lines and corrections add up to."""
        for cambio in lote.cambios:
            for almacen, (_secuencia, antes, despues) in (cambio.conocidas or {}).items():
                par = pk, int(almacen)
                self.conocidas[par] = self.conocidas.get(par, 0) + despues - antes
                lote.valor += despues * millonesimas(cambio.costo_nuevo or 0)
                lote.valor -= antes * millonesimas(cambio.costo_anterior or 0)
        for almacen, e in saldos.items():
            conocidas = self.conocidas.get((pk, almacen), 0)
            if e.con_costo != conocidas:
                que = f"lot {pk}, warehouse {almacen}: keeps {e.con_costo} units of known cost, the ledger gives {conocidas}"
                yield Hallazgo("conocidas_distintas", EXISTENCIA, e.pk, que)
        if lote.valor != lote.costo * sum(e.con_costo for e in saldos.values()):
            que = f"its units are not worth what its lines add up to, {de_millonesimas(lote.valor)}"
            yield Hallazgo("valor_distinto", LOTE, pk, que)
