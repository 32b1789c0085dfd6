"""The reports computed again, by brute force: every ledger line in memory, nothing but loops. Slow, and obvious."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lotes.models import Almacen, Lote
from movimientos.models import Movimiento
from productos.models import Producto

UN_DIA = timedelta(days=1)


class Oraculo:
    """The whole ledger, as it is now. `almacen` and `producto` narrow it as the filters do."""

    def __init__(self, *, hoy: date, almacen: Almacen | None = None, producto: Producto | None = None) -> None:
        self.hoy = hoy
        todas = Movimiento.objects.select_related(
            "producto", "lote", "operacion__motivo", "operacion__revierte__motivo"
        )
        self.todas = sorted(todas, key=lambda m: (m.fecha_efectiva, m.pk))
        self.lineas = [
            m
            for m in self.todas
            if (almacen is None or m.almacen_id == almacen.pk) and (producto is None or m.producto_id == producto.pk)
        ]

    def saldos(self, dia: date | None = None) -> dict[tuple[Lote, int], int]:
        """Balance of each lot and warehouse, now or at the end of `dia`."""
        s: dict[tuple[Lote, int], int] = defaultdict(int)
        for m in self.lineas:
            if dia is None or m.fecha_efectiva <= dia:
                s[m.lote, m.almacen_id] += m.cantidad
        return s

    def caducado(self, lote: Lote, dia: date) -> bool:
        return lote.fecha_caducidad is not None and lote.fecha_caducidad < dia

    def lineas_de(self, lote: Lote, dia: date | None) -> list[Movimiento]:
        """Every line of a lot up to `dia`, in whatever warehouse."""
        return [m for m in self.todas if m.lote_id == lote.pk and (dia is None or m.fecha_efectiva <= dia)]

    def valor(self, lote: Lote, almacen: int, dia: date | None = None) -> tuple[Decimal, int]:
        """What a warehouse holds of a lot is worth, now or at the end of `dia`, and how many units have no known cost."""
        suyas = self.lineas_de(lote, dia)
        conocidas = sum(m.con_costo for m in suyas)
        aqui = [m for m in suyas if m.almacen_id == almacen]
        hay, con = sum(m.cantidad for m in aqui), sum(m.con_costo for m in aqui)
        con = min(max(con, 0), max(hay, 0))
        if conocidas <= 0:
            return Decimal(0), hay - con
        total = sum((m.con_costo * (m.costo_unitario or 0) + m.revaluo for m in suyas), Decimal(0))
        costo = (max(total, Decimal(0)) / conocidas).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        return costo * con, hay - con

    def de_linea(self, m: Movimiento) -> Decimal:
        return m.con_costo * (m.costo_unitario or Decimal(0))

    def existencias(self) -> dict[str, list[Any]]:
        r: dict[str, list[Any]] = defaultdict(lambda: [0, 0, 0, Decimal(0), 0])
        for (lote, almacen), q in self.saldos().items():
            if q:
                fila = r[lote.producto.sku]
                libre = lote.estado == "disponible" and not self.caducado(lote, self.hoy)
                valor, sin_costo = self.valor(lote, almacen)
                fila[0] += q
                fila[1 if libre else 2] += q
                fila[3] += valor
                fila[4] += sin_costo
        return r

    def a_fecha(self, dia: date) -> dict[str, list[Any]]:
        r: dict[str, list[Any]] = defaultdict(lambda: [0, 0, Decimal(0), 0])
        for (lote, almacen), q in self.saldos(dia).items():
            fila = r[lote.producto.sku]
            valor, sin_costo = self.valor(lote, almacen, dia)
            fila[0] += q
            fila[1] += q if self.caducado(lote, dia) else 0
            fila[2] += valor
            fila[3] += sin_costo
        return {k: v for k, v in r.items() if v[0]}

    def caducidades(self) -> dict[tuple[str, int], tuple[int, int]]:
        """(lot, warehouse) → (days left, quantity)."""
        return {
            (lote.codigo + lote.producto.sku, a): ((lote.fecha_caducidad - self.hoy).days, q)
            for (lote, a), q in self.saldos().items()
            if q and lote.fecha_caducidad is not None
        }

    def en(self, desde: date, hasta: date) -> list[Movimiento]:
        return [m for m in self.lineas if desde <= m.fecha_efectiva <= hasta]

    def por_motivo(self, desde: date, hasta: date, cuenta: Any) -> dict[str, list[Any]]:
        """What left for reasons that `cuenta` accepts, less what was reversed: quantity, value, units without cost."""
        r: dict[str, list[Any]] = {}
        for m in self.en(desde, hasta):
            original = m.operacion.revierte or m.operacion
            if cuenta(original.motivo):
                fila = r.setdefault(m.producto.sku, [0, Decimal(0), 0])
                fila[0] -= m.cantidad
                fila[1] -= self.de_linea(m)
                fila[2] -= m.cantidad - m.con_costo
        return r

    def en_estante(self) -> dict[str, int]:
        r: dict[str, int] = defaultdict(int)
        for (lote, _a), q in self.saldos().items():
            if q and self.caducado(lote, self.hoy):
                r[lote.producto.sku] += q
        return r

    def dias_sin_stock(self, sku: str, desde: date, hasta: date) -> tuple[int, list[date]]:
        """Days observed, and which of them closed with nothing usable."""
        propias = [m for m in self.lineas if m.producto.sku == sku]
        dia = max(desde, propias[0].fecha_efectiva)
        observados, sin = 0, []
        while dia <= hasta:
            observados += 1
            utiles = sum(m.cantidad for m in propias if m.fecha_efectiva <= dia and not self.caducado(m.lote, dia))
            if utiles == 0:
                sin.append(dia)
            dia += UN_DIA
        return observados, sin
