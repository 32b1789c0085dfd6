"""A year of the pharmacy, made by calling the services: each day has its own `hoy` and its own clock."""

import calendar
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from inventario.dominio.exceptions import ErrorDeDominio
from lotes.models import Almacen, Existencia
from movimientos import services
from movimientos.models import Operacion
from movimientos.peticiones import (
    Baja,
    Conteo,
    Despacho,
    Entrada,
    LineaConteo,
    LineaDeLote,
    LineaEntrada,
    LineaPedida,
    Peticion,
    Reverso,
    Salida,
    Traslado,
)

from .personas import DESTINATARIOS, NOTAS_MERMA, NOTAS_REVERSO
from .ritmo import Reloj, estacional, vendido
from .tienda import Renglon, Tienda

POR_ORDEN = 24  # lines of an order, at most
NORTE = 0.12  # share of the demand that the branch sells
SE_CONFORMA = 0.99  # share of the lines that ask for no more than there is
VISITAS = 0.4  # share of the days on which somebody asks for a given product
SEMANAS_PEDIDO = 19  # weeks of demand that an order to a supplier fills the shelf with
ABANDONO = (35, 95)  # days before the end from which some products are no longer bought
SIN_BAJAS = 20  # days before the end in which nobody writes off what expired


class Historia:
    """Plays the days in order. All chance comes from `azar`, so the same seed and date give the same history."""

    def __init__(self, tienda: Tienda, azar: random.Random, inicio: date, fin: date) -> None:
        self.tienda, self.azar, self.inicio, self.fin = tienda, azar, inicio, fin
        self.reloj = Reloj(azar)
        self.facturas = 4120
        self.por_id = {r.producto.pk: r for r in tienda.renglones}
        barajados = azar.sample(tienda.renglones, len(tienda.renglones))
        corte = max(2, len(barajados) // 11)
        # Products that the supplier stopped making → how many days before the end.
        self.abandonados = {r.producto.pk: azar.randint(*ABANDONO) for r in barajados[:corte]}
        self.olvidados = sorted(barajados[corte:], key=lambda r: r.semanal)[: max(4, len(barajados) // 12)]

    def jugar(self, dia: date) -> None:
        """Make everything that happens on `dia`."""
        self.dia = dia
        if not self.reloj.abrir(dia):
            return
        if dia == self.inicio:
            self._saldo_inicial()
        if dia.weekday() in (1, 4):
            self._comprar()
        self._sorpresas()
        self._mostrador(self.tienda.principal, DESTINATARIOS, 1.0)
        if dia.weekday() in (0, 2, 4):
            self._mostrador(self.tienda.norte, ["Mostrador Norte"], NORTE * 7 / 3)
        if dia.weekday() in (2, 5):
            self._resurtir()
        if dia.weekday() in (0, 3):
            self._consumo_interno()
        if self.azar.random() < 0.12:
            self._merma()
        if dia.day == 1 and (self.fin - dia).days > SIN_BAJAS:
            self._bajas()
        if dia.weekday() == 4 and dia.day <= 7:
            self._contar()

    # How every operation is made -------------------------------------------------------------------

    def _hacer(self, servicio: Callable[..., Operacion], usuario: str, p: Peticion) -> Operacion | None:
        """Call a service with the day's date and clock. None when the domain refuses, as it may on any day."""
        p = replace(p, registrada_en=self.reloj.sonar())
        try:
            return servicio(p, usuario=self.tienda.usuarios[usuario], hoy=self.dia)
        except ErrorDeDominio:
            return None

    def _factura(self) -> str:
        self.facturas += self.azar.randint(1, 9)
        return f"FAC-{self.facturas:06d}"

    # Goods in --------------------------------------------------------------------------------------

    def _saldo_inicial(self) -> None:
        renglones = self.tienda.renglones
        for i in range(0, len(renglones), 60):
            lineas = [
                self._recibido(r, max(2, round(r.semanal * self.azar.uniform(4, 12)))) for r in renglones[i : i + 60]
            ]
            p = Entrada(lineas=lineas, motivo="saldo_inicial", nota="Inventario de apertura")
            self._hacer(services.registrar_entrada, "operador", p)

    def _recibido(self, r: Renglon, cantidad: int, caduca: date | None = None) -> LineaEntrada:
        """A line of a delivery: a new lot, made some weeks ago, at today's price."""
        if r.articulo.vida == 0:
            return LineaEntrada(r.producto.pk, cantidad, costo_unitario=self._costo(r))
        fabricado = self.dia - timedelta(days=self.azar.randint(20, 20 + r.articulo.vida * 6))
        caduca = caduca or _fin_de_mes(fabricado + timedelta(days=round(r.articulo.vida * 30.4)))
        letra = self.azar.choice("ABCDEFHKLMNPRSTVX")
        codigo = f"{letra}{fabricado:%y%m}{self.azar.randint(100, 999)}"
        return LineaEntrada(
            r.producto.pk, cantidad, codigo, caduca, self._costo(r), min(fabricado, caduca - timedelta(days=60))
        )

    def _costo(self, r: Renglon) -> Decimal:
        """Prices drift up about 5 % a year, with the noise of each negotiation."""
        anios = (self.dia - self.inicio).days / 365
        factor = Decimal(str(round(0.97 + 0.05 * anios + self.azar.uniform(-0.02, 0.02), 4)))
        return (r.costo * factor).quantize(Decimal("0.01"))

    def _comprar(self) -> None:
        """Order from each supplier what has fallen near its minimum; half of the suppliers come on each visit."""
        hay = self._disponible(self.tienda.principal)
        pedidos: dict[str, list[LineaEntrada]] = {}
        for pk, r in self.por_id.items():
            if self.abandonados.get(pk, 0) > (self.fin - self.dia).days or r in self.olvidados:
                continue
            ritmo = r.semanal * estacional(r.articulo.estacion, self.dia + timedelta(days=30))
            queda, minimo = hay.get(pk, 0), max(r.producto.stock_minimo, ritmo * 3)
            if queda < minimo * self.azar.uniform(0.95, 1.5):
                cantidad = _redondeo(max(ritmo * SEMANAS_PEDIDO, minimo * 2) - queda)
                pedidos.setdefault(r.articulo.proveedor, []).append(self._recibido(r, cantidad))
        for proveedor, lineas in pedidos.items():
            entrada = self._entrada(proveedor, lineas)
            if entrada is not None and self.azar.random() < 0.03:
                self._revertir_y_repetir(entrada, proveedor, lineas)

    def _entrada(self, proveedor: str, lineas: Sequence[LineaEntrada]) -> Operacion | None:
        p = Entrada(lineas=lineas, contraparte=proveedor, documento=self._factura())
        return self._hacer(services.registrar_entrada, "operador", p)

    def _revertir_y_repetir(self, entrada: Operacion, proveedor: str, lineas: Sequence[LineaEntrada]) -> None:
        nota = "Factura equivocada: se captura de nuevo"
        self._hacer(services.revertir, "supervisor", Reverso(operacion=entrada, nota=nota))
        self._entrada(proveedor, lineas)

    def _sorpresas(self) -> None:
        """Offers of slow movers with a short expiry, and purchases that are too large: they cause the alerts of the demo."""
        faltan = (self.fin - self.dia).days
        for i, r in enumerate(self.olvidados):
            caduca = None
            if r.articulo.vida and faltan == 64 + i:
                caduca = self.fin + timedelta(days=(-9, -4, -1, 2, 5, 12, 21, 28, 44, 63)[i % 10])
            elif r.articulo.vida and faltan == 340 - 13 * i:
                caduca = self.dia + timedelta(days=60)
            if caduca is not None:
                cantidad = _redondeo(r.semanal * 20 + 10)
                self._entrada(r.articulo.proveedor, [self._recibido(r, cantidad, caduca)])
        if faltan in (16, 11, 6):
            r = self.azar.choice(self.tienda.renglones)
            self._entrada(r.articulo.proveedor, [self._recibido(r, (r.producto.stock_maximo or 100) + 40)])

    # Goods out -------------------------------------------------------------------------------------

    def _mostrador(self, almacen: Almacen, destinatarios: Sequence[str], parte: float) -> None:
        """Dispatch what customers ask for on this day, in a few orders."""
        lineas = []
        hay = self._disponible(almacen)
        for r in self.tienda.renglones:
            if self.azar.random() > VISITAS:
                continue
            cantidad = vendido(r.semanal * parte / VISITAS, r.articulo.estacion, self.dia, self.azar)
            if self.azar.random() < SE_CONFORMA:
                cantidad = min(cantidad, hay.get(r.producto.pk, 0))
            if cantidad:
                lineas.append(LineaPedida(r.producto.pk, cantidad))
        self.azar.shuffle(lineas)
        hechas = [
            self._hacer(
                services.despachar,
                "operador",
                Despacho(
                    lineas=lineas[i : i + POR_ORDEN],
                    almacen=almacen.pk,
                    contraparte=self.azar.choice(destinatarios),
                    documento=f"R-{self.dia:%y%m%d}-{almacen.codigo[0]}{i // POR_ORDEN + 1:02d}",
                    parcial=True,
                ),
            )
            for i in range(0, len(lineas), POR_ORDEN)
        ]
        if hechas and hechas[-1] is not None and self.azar.random() < 0.012:
            nota = self.azar.choice(NOTAS_REVERSO)
            self._hacer(services.revertir, "supervisor", Reverso(operacion=hechas[-1], nota=nota))

    def _disponible(self, almacen: Almacen) -> dict[int, int]:
        """Units that may leave `almacen` today, by product."""
        existencias = Existencia.objects.despachables(self.dia).filter(almacen=almacen)
        return dict(existencias.order_by().values_list("producto").annotate(Sum("cantidad")))

    def _estante(self, almacen: Almacen, cuantos: int) -> list[Existencia]:
        """The next lot to leave of some products, chosen at random."""
        primeras: dict[int, Existencia] = {}
        consulta = Existencia.objects.despachables(self.dia).filter(almacen=almacen).en_orden_fefo()
        for e in consulta.select_related("lote"):
            primeras.setdefault(e.producto_id, e)
        return self.azar.sample(list(primeras.values()), min(cuantos, len(primeras)))

    def _resurtir(self) -> None:
        """Transfer to the other two warehouses what they use in three weeks."""
        for destino, parte, cuantos in ((self.tienda.norte, NORTE, 45), (self.tienda.urgencias, 0.03, 12)):
            hay = self._disponible(destino)
            lineas = []
            for e in self._estante(self.tienda.principal, cuantos):
                falta = round(self.por_id[e.producto_id].semanal * parte * 3) + 2 - hay.get(e.producto_id, 0)
                cantidad = min(e.cantidad // 2, falta)
                if cantidad > 0:
                    lineas.append(LineaDeLote(e.lote_id, cantidad))
            if lineas:
                p = Traslado(
                    lineas=lineas,
                    almacen=self.tienda.principal.pk,
                    almacen_destino=destino.pk,
                    documento=f"T-{self.dia:%y%m%d}",
                )
                self._hacer(services.trasladar, "operador", p)

    def _consumo_interno(self) -> None:
        lineas = [
            LineaDeLote(e.lote_id, min(e.cantidad, self.azar.randint(1, 3)))
            for e in self._estante(self.tienda.urgencias, 6)
        ]
        self._salida("consumo_interno", lineas, self.tienda.urgencias, contraparte="Urgencias")

    def _merma(self) -> None:
        lineas = [
            LineaDeLote(e.lote_id, min(e.cantidad, self.azar.randint(1, 4)))
            for e in self._estante(self.tienda.principal, self.azar.randint(1, 2))
        ]
        self._salida("merma", lineas, self.tienda.principal, nota=self.azar.choice(NOTAS_MERMA))

    def _salida(self, motivo: str, lineas: list[LineaDeLote], almacen: Almacen, **resto: Any) -> None:
        if lineas:
            p = Salida(lineas=lineas, motivo=motivo, almacen=almacen.pk, **resto)
            self._hacer(services.registrar_salida, "operador", p)

    def _bajas(self) -> None:
        for almacen in (self.tienda.principal, self.tienda.norte, self.tienda.urgencias):
            self._hacer(services.dar_de_baja_caducados, "supervisor", Baja(almacen=almacen.pk, nota="Revisión mensual"))

    def _contar(self) -> None:
        """A cycle count: most of the shelf is right."""
        lineas = []
        for e in self._estante(self.tienda.principal, 25):
            diferencia = self.azar.choice((0, 0, 0, 0, 0, 0, -2, -1, -1, 1))
            lineas.append(LineaConteo(e.lote_id, max(0, e.cantidad + diferencia)))
        if lineas:
            p = Conteo(lineas=lineas, nota="Conteo cíclico", documento=_acta(self.dia))
            self._hacer(services.ajustar, "supervisor", p)


def _acta(dia: date) -> str:
    return f"CC-{dia:%Y-%m}"


def _fin_de_mes(dia: date) -> date:
    return dia.replace(day=calendar.monthrange(dia.year, dia.month)[1])


def _redondeo(cantidad: float) -> int:
    """Suppliers sell by tens."""
    return max(10, round(cantidad / 10) * 10)
