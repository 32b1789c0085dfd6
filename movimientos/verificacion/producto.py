"""The history of one product, replayed line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

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
    """What a lot said of itself at each moment: (instant, state before, after, expiry before, after), oldest first."""

    producto: int
    estado: str
    fecha_caducidad: date | None
    cambios: list[tuple[datetime, str, str, date | None, date | None]] = field(default_factory=list)

    def _en(self, momento: datetime, antes: int, despues: int, actual: Any) -> set[Any]:
        """Values it may have had at `momento`: two when something changed in that very microsecond."""
        valor = self.cambios[0][antes] if self.cambios else actual
        posibles = {valor}
        for cambio in self.cambios:
            if cambio[0] > momento:
                break
            posibles = {cambio[antes], cambio[despues]} if cambio[0] == momento else {cambio[despues]}
        return posibles

    def estados(self, momento: datetime) -> set[str]:
        return self._en(momento, 1, 2, self.estado)

    def caducidades(self, momento: datetime) -> set[date | None]:
        return self._en(momento, 3, 4, self.fecha_caducidad)


@dataclass(slots=True)
class DatosDeProducto:
    lotes: dict[int, HistoriaDeLote] = field(default_factory=dict)
    existencias: dict[Par, tuple[int, int, int, str]] = field(default_factory=dict)


def cargar(productos: Iterable[int]) -> dict[int, DatosDeProducto]:
    """Lots with their history and balances of `productos`: three queries."""
    datos = {p: DatosDeProducto() for p in productos}
    lotes = {}
    for pk, p, estado, caduca in (
        Lote.objects.filter(producto__in=datos).order_by().values_list("pk", "producto_id", "estado", "fecha_caducidad")
    ):
        lotes[pk] = datos[p].lotes[pk] = HistoriaDeLote(p, estado, caduca)
    for lote, momento, estado, nuevo, caduca, caducara in (
        CambioDeLote.objects.filter(lote__producto__in=datos)
        .order_by("pk")
        .values_list(
            "lote_id", "registrado_en", "estado_anterior", "estado_nuevo", "caducidad_anterior", "caducidad_nueva"
        )
    ):
        lotes[lote].cambios.append((momento, estado, nuevo, caduca, caducara))
    for p, lote, almacen, pk, cantidad, secuencia, huella in (
        Existencia.objects.filter(lote__producto__in=datos)
        .order_by()
        .values_list("lote__producto_id", "lote_id", "almacen_id", "pk", "cantidad", "secuencia", "huella")
    ):
        datos[p].existencias[lote, almacen] = (pk, cantidad, secuencia, huella)
    return datos


class Recorrido:
    """State of the replay: last link of each chain, and what each warehouse holds after the lines seen."""

    def __init__(self, producto: int, datos: DatosDeProducto) -> None:
        self.producto, self.datos = producto, datos
        self.cadena: dict[Par, tuple[int, int, str]] = {}  # balance, sequence, hash
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
        elif m.fecha_caducidad not in lote.caducidades(m.o_registrada_en):
            yield Hallazgo("caducidad_distinta", MOVIMIENTO, m.pk, f"lot {m.lote_id} had another expiry by its history")

    def _cadena(self, m: Any) -> Iterator[Hallazgo]:
        saldo, secuencia, huella = self.cadena.get((m.lote_id, m.almacen_id), (0, 0, ""))
        if m.secuencia != secuencia + 1:
            yield Hallazgo("secuencia_rota", MOVIMIENTO, m.pk, f"{m.secuencia} follows {secuencia}")
        if m.saldo != saldo + m.cantidad or m.saldo < 0:
            yield Hallazgo("saldo_roto", MOVIMIENTO, m.pk, f"says {m.saldo}, the ledger gives {saldo + m.cantidad}")
        if m.huella != cadena.huella(huella, m.o_sello, m):
            yield Hallazgo("cadena_rota", MOVIMIENTO, m.pk, "its content does not match its hash")
        self.cadena[m.lote_id, m.almacen_id] = (m.saldo, m.secuencia, m.huella)

    def _disponible(self, m: Any) -> Iterator[Hallazgo]:
        lote = self.datos.lotes.get(m.lote_id)
        estados = lote.estados(m.o_registrada_en) if lote else {Lote.Estado.DISPONIBLE}
        razones = [razon_no_despachable(e, m.fecha_caducidad, m.fecha_efectiva, m.vida_minima) for e in estados]
        if None not in razones:
            yield Hallazgo("despacho_no_disponible", MOVIMIENTO, m.pk, f"took lot {m.lote_id}: {razones[0]}")

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
            caducidades = historia.caducidades(m.o_registrada_en)
            if any(c is None or c >= tope for c in caducidades):
                continue
            estados = historia.estados(m.o_registrada_en)
            if all(
                razon_no_despachable(e, c, m.fecha_efectiva, m.vida_minima) is None
                for e in estados
                for c in caducidades
            ):
                return lote
        return None

    def acabar(self) -> Iterator[Hallazgo]:
        """The balances kept against those replayed, and each lot against its recorded changes."""
        yield from self._cerrar_operacion()
        for par, ultimo in self.cadena.items():
            existencia = self.datos.existencias.get(par)
            if existencia is None:
                yield Hallazgo("saldo_ausente", EXISTENCIA, None, f"lot {par[0]}, warehouse {par[1]}: no balance kept")
            elif existencia[1:] != ultimo:
                yield Hallazgo(
                    "saldo_distinto",
                    EXISTENCIA,
                    existencia[0],
                    f"lot {par[0]}, warehouse {par[1]}: keeps {existencia[1]}, the ledger gives {ultimo[0]}",
                )
        for pk, lote in self.datos.lotes.items():
            estado, caduca = Lote.Estado.DISPONIBLE.value, lote.fecha_caducidad
            if lote.cambios:
                estado, caduca = lote.cambios[-1][2], lote.cambios[-1][4]
            if (lote.estado, lote.fecha_caducidad) != (estado, caduca):
                yield Hallazgo("lote_distinto", LOTE, pk, "its state or expiry differs from its last recorded change")
