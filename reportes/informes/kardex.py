"""The stock card: opening balance, every line, and the balance after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import redondear
from movimientos.models import Movimiento

from ..columnas import ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, PERIODO, VALOR_DE_ENTONCES, Reporte
from ..sumas import ENTRA, SALE, saldo_al_cierre, suma

COLUMNAS = (
    "fecha",
    "operacion",
    "tipo",
    "motivo",
    "documento",
    "contraparte",
    "lote",
    "almacen",
    "entrada",
    "salida",
    "costo_unitario",
    "valor",
    "saldo",
)
PUNTOS_DE_GRAFICA = 400


@dataclass
class ConsultaKardex(Consulta):
    """Lines by (effective date, id) with a running balance, which starts from `inicial`. The first row is that balance."""

    filtro: Any = None
    inicial: int = 0

    def bloques(self) -> Iterator[list[Fila]]:
        saldo = self.inicial
        yield [self._apertura()]
        for crudas in super().bloques():
            filas = self._correr(crudas, saldo)
            saldo = filas[-1][-1]
            yield filas

    def cuantas(self) -> int:
        return super().cuantas() + 1

    def rebanada(self, inicio: int, cuantas: int) -> list[Fila]:
        if inicio == 0:
            return [self._apertura(), *self._correr(super().rebanada(0, cuantas - 1), self.inicial)]
        antes = self.base.filter(pk__in=self._ordenada()[: inicio - 1].values("pk")).aggregate(t=suma())["t"]
        return self._correr(super().rebanada(inicio - 1, cuantas), self.inicial + antes)

    def _apertura(self) -> Fila:
        desde, _hasta = self.filtro.periodo
        return (desde, None, "saldo_inicial", "", "", "", "", "", None, None, None, None, self.inicial)

    @staticmethod
    def _correr(filas: Sequence[Fila], saldo: int) -> list[Fila]:
        salida = []
        for *datos, cantidad, conocidas, costo in filas:
            saldo += cantidad
            entra, sale = (cantidad, None) if cantidad > 0 else (None, -cantidad)
            valor = None if costo is None else redondear(abs(conocidas) * costo)
            salida.append((*datos, entra, sale, costo, valor, saldo))
        return salida


def consultar(filtro: Filtro) -> Consulta:
    """The card of a product or a lot over a period. Today's last balance is the stock there is."""
    tope = Movimiento.objects.aggregate(m=Max("pk"))["m"] or 0
    desde, _hasta = filtro.periodo
    inicial = saldo_al_cierre(filtro, desde - timedelta(days=1))
    lineas = Movimiento.objects.filter(
        filtro.de_existencias, fecha_efectiva__range=filtro.periodo, pk__lte=tope
    ).order_by()
    return ConsultaKardex(
        base=lineas,
        clave=("fecha_efectiva", "pk"),
        campos=(
            "fecha_efectiva",
            "operacion_id",
            "tipo",
            "operacion__motivo__nombre",
            "operacion__documento",
            "operacion__contraparte",
            "lote__codigo",
            "almacen__nombre",
            "cantidad",
            "con_costo",
            "costo_unitario",
        ),
        columnas=COLUMNAS,
        totales=lambda: _totales(lineas, inicial),
        grafica=lambda: _grafica(lineas, filtro, inicial),
        filtro=filtro,
        inicial=inicial,
    )


def _totales(lineas: QuerySet[Movimiento], inicial: int) -> dict[str, Any]:
    m = lineas.aggregate(entradas=suma(filtro=ENTRA), salidas=suma(filtro=SALE))
    return {
        "saldo_inicial": inicial,
        "entradas": m["entradas"],
        "salidas": -m["salidas"],
        "saldo_final": inicial + m["entradas"] + m["salidas"],
    }


def _grafica(lineas: QuerySet[Movimiento], filtro: Filtro, inicial: int) -> Grafica:
    dias = (
        lineas.values("fecha_efectiva")
        .annotate(neto=suma())
        .order_by("fecha_efectiva")
        .values_list("fecha_efectiva", "neto")
    )
    etiquetas: list[str | Promise] = [_("Saldo inicial")]
    saldos, saldo = [inicial], inicial
    enlaces = [con(filtro)]
    for dia, neto in dias:
        saldo += neto
        etiquetas.append(f"{dia:%d/%m}")
        saldos.append(saldo)
        enlaces.append(con(filtro, desde=dia, hasta=dia))
    salto = -(-len(saldos) // PUNTOS_DE_GRAFICA)
    return Grafica(
        _("Saldo al cierre de cada día con movimientos"),
        etiquetas[::salto],
        [Serie("", saldos[::salto])],
        tipo="escalon",
        unidad=filtro.producto.unidad if filtro.producto else "",
        enlaces=enlaces[::salto],
    )


REPORTE = Reporte(
    nombre="kardex",
    titulo=_("Kardex"),
    descripcion=_("La tarjeta de un producto o un lote: saldo inicial, cada línea y el saldo después de ella."),
    consulta=consultar,
    filtros=(*LUGAR[:2], *LUGAR[3:], *PERIODO),
    agrupaciones={"linea": _("Línea")},
    columnas_propias=(
        Columna("entrada", _("Entrada"), ENTERO),
        Columna("salida", _("Salida"), ENTERO),
        Columna("saldo_inicial", _("Saldo inicial"), ENTERO),
        Columna("saldo_final", _("Saldo final"), ENTERO),
    ),
    definiciones=(
        _("El saldo inicial es el del cierre del día anterior al periodo, por fecha efectiva."),
        _("Las líneas van por fecha efectiva y, dentro de un día, en el orden en que se registraron."),
        _("Si el periodo llega hasta hoy, el último saldo es lo que hay."),
        VALOR_DE_ENTONCES,
    ),
    ayuda="The stock card of a product or a lot: opening balance, each line, and the balance after it.",
    ejemplos=("--sku AMOX500", "--sku AMOX500 --codigo-lote A-2291 --desde 2026-11-01"),
    exige_producto=True,
)
