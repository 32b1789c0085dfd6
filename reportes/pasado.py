"""What units were worth at the end of a past day.

The value of a lot on a day is what its lines up to that day add up to, and each of its units was worth that value divided by the
units of known cost there were, in every warehouse alike (`movimientos.costeo`). It is found from today's value, less
what the lines since then, and the corrections of the lot's cost, have changed: lots that stood still cost nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from inventario.dominio.dinero import SumaDinero, de_millonesimas, millonesimas, promedio
from lotes.models import CambioDeLote, Existencia
from movimientos.models import Movimiento

from .filtros import Filtro
from .sumas import DE_LINEA, suma

POR_TANDA = 2000


@dataclass(slots=True)
class Saldo:
    """Units of a lot in a warehouse, and how many of them have a known cost: now, and then."""

    producto: int
    lote: int
    almacen: int
    cantidad: int = 0
    conocidas: int = 0
    entonces: int = 0
    conocidas_entonces: int = 0


@dataclass(slots=True)
class _Lote:
    """A lot that moved since: the unit cost of now, its value then (both in millionths) and its balances."""

    costo: int = 0
    valor: int = 0
    saldos: dict[int, Saldo] = field(default_factory=dict)

    def costo_entonces(self) -> int:
        conocidas = sum(s.conocidas_entonces for s in self.saldos.values())
        return promedio(max(self.valor, 0), conocidas) if conocidas > 0 else 0


def movidos_desde(filtro: Filtro, fecha: date, que: Q) -> dict[int, _Lote]:
    """The lots, of those that `que` (a condition on lines and balances) admits, that moved or were corrected after `fecha`."""
    lineas = Movimiento.objects.filter(que, fecha_efectiva__gt=fecha).order_by()
    de_costo = CambioDeLote.objects.filter(tipo=CambioDeLote.Tipo.CORREGIR_COSTO).order_by()
    correcciones = list(de_costo.filter(registrado_en__date__gt=fecha))
    corregidos = Q(lote__in=[c.lote_id for c in correcciones])
    lotes: dict[int, _Lote] = {}
    hay = Existencia.objects.filter(que).filter(Q(lote__in=lineas.values("lote")) | corregidos).order_by()
    for p, lote, almacen, cantidad, conocidas, costo in hay.values_list(
        "producto_id", "lote_id", "almacen_id", "cantidad", "con_costo", "lote__costo_unitario"
    ):
        x = lotes.setdefault(lote, _Lote(millonesimas(costo or 0)))
        x.valor += conocidas * x.costo
        x.saldos[almacen] = Saldo(p, lote, almacen, cantidad, conocidas, cantidad, conocidas)
    desde = lineas.values("lote", "almacen").annotate(
        unidades=suma(), conocidas=suma("con_costo"), valor=SumaDinero(DE_LINEA), revaluo=SumaDinero("revaluo")
    )
    for lote, almacen, unidades, conocidas, valor, revaluo in desde.values_list(
        "lote", "almacen", "unidades", "conocidas", "valor", "revaluo"
    ):
        _restar(lotes[lote], almacen, unidades, conocidas, millonesimas(valor) + millonesimas(revaluo))
    for cambio in correcciones:
        if (corregido := lotes.get(cambio.lote_id)) is not None:
            for almacen, (_secuencia, antes, despues) in (cambio.conocidas or {}).items():
                cuanto = despues * millonesimas(cambio.costo_nuevo or 0) - antes * millonesimas(
                    cambio.costo_anterior or 0
                )
                _restar(corregido, int(almacen), 0, despues - antes, cuanto)
    return lotes


def _restar(x: _Lote, almacen: int, unidades: int, conocidas: int, valor: int) -> None:
    saldo = x.saldos[almacen]
    saldo.entonces -= unidades
    saldo.conocidas_entonces -= conocidas
    x.valor -= valor


def saldos(filtro: Filtro, fecha: date, que: Q) -> Iterator[tuple[Saldo, Decimal, int, Decimal]]:
    """Each balance of `movidos_desde` that the filter shows: its unit cost and known units then, and its value now."""
    for x in movidos_desde(filtro, fecha, que).values():
        costo = x.costo_entonces()
        for s in x.saldos.values():
            if filtro.almacen is None or s.almacen == filtro.almacen.pk:
                # What was recorded later with a past date may have taken units that had not come yet.
                conocidas = min(max(s.conocidas_entonces, 0), max(s.entonces, 0))
                yield s, de_millonesimas(costo), conocidas, de_millonesimas(x.costo * s.conocidas)


def ajustes(filtro: Filtro, fecha: date, productos: Collection[int]) -> dict[int, tuple[Decimal, int]]:
    """By product: how much more its stock was worth at the end of `fecha` than it is now, and how many more units had no cost."""
    salida: dict[int, tuple[Decimal, int]] = {}
    que = filtro.de_lotes & Q(producto__in=productos)
    for s, costo, conocidas, ahora in saldos(filtro, fecha, que):
        valor, sin_costo = salida.get(s.producto, (Decimal(0), 0))
        salida[s.producto] = (
            valor + costo * conocidas - ahora,
            sin_costo + (s.entonces - conocidas) - (s.cantidad - s.conocidas),
        )
    return salida


def ajuste_total(filtro: Filtro, fecha: date) -> tuple[Decimal, int]:
    """The same of all products together, a part of them at a time: memory does not depend on how many there are."""
    lineas = Movimiento.objects.filter(filtro.de_lotes, fecha_efectiva__gt=fecha).order_by()
    de_costo = CambioDeLote.objects.filter(tipo=CambioDeLote.Tipo.CORREGIR_COSTO).order_by()
    corregidos = de_costo.filter(registrado_en__date__gt=fecha)
    ids = sorted(
        {*lineas.values_list("producto", flat=True).distinct(), *corregidos.values_list("lote__producto", flat=True)}
    )
    valor, sin_costo = Decimal(0), 0
    for inicio in range(0, len(ids), POR_TANDA):
        for v, s in ajustes(filtro, fecha, ids[inicio : inicio + POR_TANDA]).values():
            valor, sin_costo = valor + v, sin_costo + s
    return valor, sin_costo


def por_saldo(filtro: Filtro, fecha: date, lotes: Collection[int]) -> dict[tuple[int, int], tuple[Any, int]]:
    """(lot, warehouse) → unit cost and known units at the end of `fecha`, of those of `lotes` that have moved since."""
    que = Q(lote__in=lotes)
    return {(s.lote, s.almacen): (costo, conocidas) for s, costo, conocidas, _ahora in saldos(filtro, fecha, que)}
