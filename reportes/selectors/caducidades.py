"""What expires when, and the money at risk."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotes.caducidad import dias_restantes, nivel
from lotes.models import Existencia

from ..consulta import Consulta, Fila
from ..filtros import Filtro
from ..graficas import Grafica, Serie
from .sumas import dinero, suma, suma_sin_costo, suma_valor

# The most days of life left, inclusive, in each bucket; the last one is open. None holds lots of two severities.
LIMITES = (-1, 7, 30, 60, 90, 180)
TRAMOS = (
    ("vencido", gettext_lazy("Vencido")),
    ("7", gettext_lazy("Hasta 7 días")),
    ("30", gettext_lazy("De 8 a 30")),
    ("60", gettext_lazy("De 31 a 60")),
    ("90", gettext_lazy("De 61 a 90")),
    ("180", gettext_lazy("De 91 a 180")),
    ("mas", gettext_lazy("Más de 180")),
)


def caducidades(filtro: Filtro) -> Consulta:
    """Stock of lots that expire (within `dias`, when given), grouped by lote (and warehouse), producto or tramo."""
    riesgo = Existencia.objects.con_stock().filter(filtro.de_existencias, lote__fecha_caducidad__isnull=False)
    if filtro.dias is not None:
        riesgo = riesgo.filter(lote__fecha_caducidad__lte=filtro.hoy + timedelta(days=filtro.dias))
    riesgo = riesgo.annotate(tramo=_tramo(filtro)).order_by()
    comun: dict[str, Any] = {"totales": lambda: _totales(riesgo, filtro), "grafica": lambda: _grafica(riesgo)}
    if filtro.agrupar == "tramo":
        return Consulta(
            base=riesgo.values("tramo").annotate(**_medidas()),
            clave=("tramo",),
            campos=tuple(_medidas()),
            columnas=("tramo", *MEDIDAS),
            completar=lambda filas: [(TRAMOS[t][0], q, dinero(v), s) for t, q, v, s in filas],
            **comun,
        )
    if filtro.agrupar == "producto":
        return _por_producto(riesgo, filtro, comun)
    return _por_lote(riesgo, filtro, comun)


MEDIDAS = ("cantidad", "valor", "sin_costo")


def _medidas() -> dict[str, Any]:
    return {"unidades": suma(), "importe": suma_valor(), "sin_costo": suma_sin_costo()}


def _tramo(filtro: Filtro) -> Case:
    cortes = [
        When(lote__fecha_caducidad__lte=filtro.hoy + timedelta(days=limite), then=Value(i))
        for i, limite in enumerate(LIMITES)
    ]
    return Case(*cortes, default=Value(len(LIMITES)), output_field=IntegerField())


def _por_producto(riesgo: QuerySet[Existencia], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    vencido = suma(filtro=Q(lote__fecha_caducidad__lt=filtro.hoy))

    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [(sku, nombre, unidad, v, q, dinero(i), s) for sku, nombre, unidad, v, q, i, s in filas]

    return Consulta(
        base=riesgo.values("producto__sku", "producto__nombre", "producto__unidad").annotate(
            vencido=vencido, **_medidas()
        ),
        clave=("producto__sku",),
        campos=("producto__nombre", "producto__unidad", "vencido", *_medidas()),
        columnas=("sku", "producto", "unidad", "vencido", *MEDIDAS),
        completar=completar,
        **comun,
    )


def _por_lote(riesgo: QuerySet[Existencia], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [
            (*lote, caduca, dias_restantes(caduca, filtro.hoy), TRAMOS[tramo][0], *_con_valor(q, costo))
            for caduca, _pk, *lote, tramo, q, costo in filas
        ]

    return Consulta(
        base=riesgo,
        clave=("lote__fecha_caducidad", "pk"),
        campos=(
            "producto__sku",
            "producto__nombre",
            "lote__codigo",
            "almacen__nombre",
            "lote__estado",
            "tramo",
            "cantidad",
            "lote__costo_unitario",
        ),
        columnas=(
            "sku",
            "producto",
            "lote",
            "almacen",
            "estado",
            "fecha_caducidad",
            "dias",
            "tramo",
            "cantidad",
            "costo_unitario",
            "valor",
        ),
        completar=completar,
        **comun,
    )


def _con_valor(cantidad: int, costo: Decimal | None) -> Fila:
    return cantidad, costo, None if costo is None else dinero(cantidad * costo)


def _totales(riesgo: QuerySet[Existencia], filtro: Filtro) -> dict[str, Any]:
    vencido = Q(lote__fecha_caducidad__lt=filtro.hoy)
    m = riesgo.aggregate(vencido=suma(filtro=vencido), valor_vencido=suma_valor(vencido), **_medidas())
    return {
        "cantidad": m["unidades"],
        "valor": dinero(m["importe"]),
        "vencido": m["vencido"],
        "valor_vencido": dinero(m["valor_vencido"]),
        "sin_costo": m["sin_costo"],
    }


def _grafica(riesgo: QuerySet[Existencia]) -> Grafica:
    por_tramo = {
        t: (q, dinero(v))
        for t, q, v in riesgo.values("tramo").annotate(**_medidas()).values_list("tramo", "unidades", "importe")
    }
    en_dinero = any(v for _q, v in por_tramo.values())
    cercanos = range(len(LIMITES))  # more than half a year left is no risk, and its bar would dwarf the others
    valores = [por_tramo.get(i, (0, 0))[1 if en_dinero else 0] for i in cercanos]
    titulo = _("Valor en riesgo según los días que faltan") if en_dinero else _("Unidades según los días que faltan")
    clases = [nivel(limite).severidad or "neutra" for limite in LIMITES]
    return Grafica(titulo, [str(TRAMOS[i][1]) for i in cercanos], [Serie("", valores)], clases=clases)
