"""What came in and what went out."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from movimientos.models import Movimiento

from ..consulta import Consulta, Fila
from ..filtros import Filtro
from ..graficas import Grafica, Serie
from ..sumas import dinero, suma, suma_valor

DIAS_POR_DIA = 45  # a longer period is drawn by week
ENTRA, SALE = Q(cantidad__gt=0), Q(cantidad__lt=0)


def movimientos(filtro: Filtro) -> Consulta:
    """Ledger lines of a period, one by one (linea) or grouped by dia, tipo, motivo or producto."""
    # Only what was written when the report began: a long export is one picture of an insert-only ledger.
    tope = Movimiento.objects.aggregate(m=Max("pk"))["m"] or 0
    lineas = _lineas(filtro, filtro.periodo, tope)
    comun: dict[str, Any] = {
        "totales": lambda: _totales(lineas),
        "anteriores": lambda: _totales(_lineas(filtro, filtro.periodo_anterior, tope)),
        "grafica": lambda: _grafica(lineas, filtro),
    }
    if filtro.agrupar != "linea":
        return _por_grupo(lineas, filtro, comun)
    return Consulta(
        base=lineas,
        clave=("fecha_efectiva", "pk"),
        campos=(
            "fecha_efectiva",
            "operacion_id",
            "tipo",
            "operacion__motivo__nombre",
            "producto__sku",
            "producto__nombre",
            "lote__codigo",
            "fecha_caducidad",
            "almacen__nombre",
            "cantidad",
            "saldo",
            "operacion__contraparte",
            "operacion__documento",
            "operacion__usuario__username",
        ),
        columnas=(
            "fecha",
            "operacion",
            "tipo",
            "motivo",
            "sku",
            "producto",
            "lote",
            "fecha_caducidad",
            "almacen",
            "cantidad",
            "saldo",
            "contraparte",
            "documento",
            "usuario",
        ),
        **comun,
    )


MEDIDAS = ("lineas", "entradas", "salidas", "neto", "valor_entradas", "valor_salidas")


def _lineas(filtro: Filtro, periodo: tuple[date, date], tope: int) -> QuerySet[Movimiento]:
    q = filtro.de_movimientos(periodo)
    if filtro.motivo:
        q &= Q(operacion__motivo=filtro.motivo)
    return Movimiento.objects.filter(q, pk__lte=tope).order_by()


def _medidas() -> dict[str, Any]:
    return {
        "lineas": Count("pk"),
        "entradas": suma(filtro=ENTRA),
        "salidas": suma(filtro=SALE),
        "valor_entradas": suma_valor(ENTRA),
        "valor_salidas": suma_valor(SALE),
    }


def _presentar(lineas: int, entradas: int, salidas: int, valor_entradas: Any, valor_salidas: Any) -> Fila:
    return lineas, entradas, -salidas, entradas + salidas, dinero(valor_entradas), -dinero(valor_salidas)


def _por_grupo(lineas: QuerySet[Movimiento], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    claves: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "dia": (("fecha_efectiva",), ("fecha",)),
        "tipo": (("tipo",), ("tipo",)),
        "motivo": (("operacion__motivo__codigo", "operacion__motivo__nombre"), ("codigo_motivo", "motivo")),
        "producto": (("producto__sku", "producto__nombre", "producto__unidad"), ("sku", "producto", "unidad")),
    }
    grupo, columnas = claves[filtro.agrupar]

    def completar(filas: Sequence[Fila]) -> list[Fila]:
        n = len(grupo)
        return [(*fila[:n], *_presentar(*fila[n:])) for fila in filas]

    return Consulta(
        base=lineas.values(*grupo).annotate(**_medidas()),
        clave=grupo[:1],
        campos=(*grupo[1:], *_medidas()),
        columnas=(*columnas, *MEDIDAS),
        completar=completar,
        **comun,
    )


def _totales(lineas: QuerySet[Movimiento]) -> dict[str, Any]:
    return dict(zip(MEDIDAS, _presentar(*lineas.aggregate(**_medidas()).values()), strict=True))


def tramos_de_tiempo(periodo: tuple[date, date]) -> tuple[list[date], int]:
    """First day of each step of a chart of `periodo`, and how many days a step lasts (1 or 7)."""
    desde, hasta = periodo
    paso = 1 if (hasta - desde).days < DIAS_POR_DIA else 7
    return [desde + timedelta(days=i) for i in range(0, (hasta - desde).days + 1, paso)], paso


def repartir(dias: dict[date, int], periodo: tuple[date, date]) -> list[int]:
    """Daily sums added up into the steps of `periodo`."""
    inicios, paso = tramos_de_tiempo(periodo)
    sumas = [0] * len(inicios)
    for dia, cantidad in dias.items():
        sumas[(dia - periodo[0]).days // paso] += cantidad
    return sumas


def _grafica(lineas: QuerySet[Movimiento], filtro: Filtro) -> Grafica:
    por_dia = list(
        lineas.values("fecha_efectiva")
        .annotate(entra=suma(filtro=ENTRA), sale=suma(filtro=SALE))
        .values_list("fecha_efectiva", "entra", "sale")
    )
    inicios, paso = tramos_de_tiempo(filtro.periodo)
    return Grafica(
        _("Entradas y salidas por día") if paso == 1 else _("Entradas y salidas por semana"),
        [f"{d:%d/%m}" for d in inicios],
        [
            Serie(_("Entradas"), repartir({d: e for d, e, _s in por_dia}, filtro.periodo), "entrada"),
            Serie(_("Salidas"), repartir({d: -s for d, _e, s in por_dia}, filtro.periodo), "salida"),
        ],
    )
