"""What expires when, and the money at risk."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import redondear
from lotes.caducidad import dias_restantes, nivel, situacion
from lotes.models import Existencia

from ..columnas import DINERO, ENTERO, OPCION, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, REDONDEO, VALOR, Reporte
from ..sumas import DE_SALDO, medidas, suma, suma_valor

# The most days of life left, inclusive, in each bucket; the last one is open. None holds lots of two severities.
LIMITES = (-1, 7, 30, 60, 90, 180)
TRAMOS = (
    ("vencido", _("Caducado")),
    ("7", _("Hasta 7 días")),
    ("30", _("De 8 a 30")),
    ("60", _("De 31 a 60")),
    ("90", _("De 61 a 90")),
    ("180", _("De 91 a 180")),
    ("mas", _("Más de 180")),
)


def consultar(filtro: Filtro) -> Consulta:
    """Stock of lots that expire (within `dias`, when given), grouped by lote (and warehouse), producto or tramo."""
    riesgo = Existencia.objects.con_stock().filter(filtro.de_existencias, lote__fecha_caducidad__isnull=False)
    if filtro.dias is not None:
        riesgo = riesgo.filter(lote__fecha_caducidad__lte=filtro.hoy + timedelta(days=filtro.dias))
    if filtro.caduca_desde:
        riesgo = riesgo.filter(lote__fecha_caducidad__gte=filtro.caduca_desde)
    if filtro.caduca_hasta:
        riesgo = riesgo.filter(lote__fecha_caducidad__lte=filtro.caduca_hasta)
    riesgo = riesgo.annotate(tramo=_tramo(filtro)).order_by()
    comun: dict[str, Any] = {"totales": lambda: _totales(riesgo, filtro), "grafica": lambda: _grafica(riesgo, filtro)}
    if filtro.agrupar == "tramo":
        return Consulta(
            base=riesgo.values("tramo").annotate(**medidas(DE_SALDO)),
            clave=("tramo",),
            campos=MEDIDAS_SQL,
            columnas=("tramo", *MEDIDAS),
            completar=lambda filas: [(TRAMOS[t][0], q, redondear(v), s) for t, q, v, s in filas],
            **comun,
        )
    if filtro.agrupar == "producto":
        return _por_producto(riesgo, filtro, comun)
    return _por_lote(riesgo, filtro, comun)


MEDIDAS = ("cantidad", "valor", "sin_costo")
MEDIDAS_SQL = tuple(medidas(DE_SALDO))


def _tramo(filtro: Filtro) -> Case:
    cortes = [
        When(lote__fecha_caducidad__lte=filtro.hoy + timedelta(days=limite), then=Value(i))
        for i, limite in enumerate(LIMITES)
    ]
    return Case(*cortes, default=Value(len(LIMITES)), output_field=IntegerField())


def _por_producto(riesgo: QuerySet[Existencia], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    vencido = suma(filtro=Q(lote__fecha_caducidad__lt=filtro.hoy))

    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [(sku, nombre, unidad, v, q, redondear(i), s) for sku, nombre, unidad, v, q, i, s in filas]

    return Consulta(
        base=riesgo.values("producto__sku", "producto__nombre", "producto__unidad").annotate(
            vencido=vencido, **medidas(DE_SALDO)
        ),
        clave=("producto__sku",),
        campos=("producto__nombre", "producto__unidad", "vencido", *MEDIDAS_SQL),
        columnas=("sku", "producto", "unidad", "vencido", *MEDIDAS),
        completar=completar,
        **comun,
    )


DE_LOTE = (
    *("sku", "producto", "lote", "almacen", "estado", "fecha_caducidad", "dias", "tramo"),
    *("cantidad", "costo_unitario", "valor", "sin_costo"),
)


def _por_lote(riesgo: QuerySet[Existencia], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [
            (
                *(*lote, situacion(estado, caduca, filtro.hoy), caduca, dias_restantes(caduca, filtro.hoy)),
                *(TRAMOS[tramo][0], *_con_valor(q, conocidas, costo)),
            )
            for caduca, _pk, *lote, estado, tramo, q, conocidas, costo in filas
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
            "con_costo",
            "lote__costo_unitario",
        ),
        columnas=DE_LOTE,
        completar=completar,
        **comun,
    )


def _con_valor(cantidad: int, conocidas: int, costo: Decimal | None) -> Fila:
    valor = None if costo is None or not conocidas else redondear(conocidas * costo)
    return cantidad, costo, valor, cantidad - conocidas


def _totales(riesgo: QuerySet[Existencia], filtro: Filtro) -> dict[str, Any]:
    """What has expired, what will within the horizon, and all that is listed, which may expire years from now."""
    vencido = Q(lote__fecha_caducidad__lt=filtro.hoy)
    hasta = filtro.hoy + timedelta(days=settings.DIAS_AVISO if filtro.dias is None else filtro.dias)
    pronto = Q(lote__fecha_caducidad__range=(filtro.hoy, hasta))
    m = riesgo.aggregate(
        vencido=suma(filtro=vencido),
        valor_vencido=suma_valor(DE_SALDO, vencido),
        por_caducar=suma(filtro=pronto),
        valor_por_caducar=suma_valor(DE_SALDO, pronto),
        **medidas(DE_SALDO),
    )
    return {
        "vencido": m["vencido"],
        "valor_vencido": redondear(m["valor_vencido"]),
        "por_caducar": m["por_caducar"],
        "valor_por_caducar": redondear(m["valor_por_caducar"]),
        "cantidad": m["unidades"],
        "valor": redondear(m["importe"]),
        "sin_costo": m["sin_costo"],
    }


def _grafica(riesgo: QuerySet, filtro: Filtro) -> Grafica:
    por_tramo = {
        t: (q, redondear(v))
        for t, q, v in riesgo.values("tramo").annotate(**medidas(DE_SALDO)).values_list("tramo", "unidades", "importe")
    }
    en_dinero = any(v for _q, v in por_tramo.values())
    cercanos = range(len(LIMITES))  # more than half a year left is no risk, and its bar would dwarf the others
    valores = [por_tramo.get(i, (0, 0))[1 if en_dinero else 0] for i in cercanos]
    titulo = _("Valor según los días que faltan") if en_dinero else _("Unidades según los días que faltan")
    clases = [nivel(limite).severidad or "neutra" for limite in LIMITES]
    desde = [None, *(filtro.hoy + timedelta(days=limite + 1) for limite in LIMITES)]
    enlaces = [
        con(filtro, agrupar="lote", caduca_desde=desde[i], caduca_hasta=filtro.hoy + timedelta(days=LIMITES[i]))
        for i in cercanos
    ]
    return Grafica(
        titulo,
        [str(TRAMOS[i][1]) for i in cercanos],
        [Serie("", valores)],
        en_dinero=en_dinero,
        clases=clases,
        enlaces=enlaces,
    )


REPORTE = Reporte(
    nombre="caducidades",
    titulo=_("Caducidades"),
    descripcion=_("Qué ha caducado, qué caduca pronto, y cuánto vale."),
    consulta=consultar,
    filtros=(*LUGAR, "dias", "caduca_desde", "caduca_hasta"),
    detalle="lote",
    agrupaciones={"lote": _("Lote"), "producto": _("Producto"), "tramo": _("Tramo")},
    columnas_propias=(
        Columna("dias", _("Días"), ENTERO),
        Columna("tramo", _("Tramo"), OPCION, dict(TRAMOS)),
        Columna("vencido", _("Caducado"), ENTERO),
        Columna("valor_vencido", _("Valor caducado"), DINERO),
        Columna("por_caducar", _("Por caducar"), ENTERO),
        Columna("valor_por_caducar", _("Valor por caducar"), DINERO),
    ),
    definiciones=(
        _("Los días son los que faltan hasta la fecha de caducidad: 0 es hoy, y hoy todavía sirve."),
        _("Caducado es lo que caducó ayer o antes y sigue en el almacén."),
        format_lazy(
            _(
                "Por caducar es lo que caduca de hoy a {dias} días, o a los que se pidan. Cantidad y valor son de todo lo que "
                "se ve, también lo que caduca más tarde."
            ),
            dias=settings.DIAS_AVISO,
        ),
        _("Los lotes sin fecha de caducidad no aparecen."),
        VALOR,
        REDONDEO,
    ),
    ayuda="What expires when, and the money at risk, by lot or in buckets of days.",
    ejemplos=("--dias 90", "--agrupar tramo", "--formato xlsx --salida caducidades.xlsx"),
)
