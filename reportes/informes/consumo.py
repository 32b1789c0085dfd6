"""What is used, how fast, and how long the stock will last at that rate."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotes.models import Existencia
from movimientos.models import Movimiento
from productos.models import Producto

from ..columnas import DECIMAL, ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con, por_tramo
from ..graficas import Grafica, Serie, repartir, tramos_de_tiempo
from ..reporte import ANTERIOR, LUGAR, PERIODO, REDONDEO, REVERSO, VALOR_DE_ENTONCES, Reporte
from ..sumas import DE_LINEA, TOPE_DE_GRAFICA, como_salida, lineas_de_motivo, medidas, por_clave, suma

DECIMA = Decimal("0.1")


def consultar(filtro: Filtro) -> Consulta:
    """Consumption of a period per producto, dia, motivo or almacen. A reversal subtracts, on the day it is made."""
    lineas = consumos(filtro, filtro.periodo)
    comun: dict[str, Any] = {
        "totales": lambda: _totales(lineas, filtro),
        "anteriores": lambda: _totales(consumos(filtro, filtro.periodo_anterior), filtro),
        "grafica": lambda: _grafica(lineas, filtro),
    }
    if filtro.agrupar != "producto":
        return _por_grupo(lineas, filtro, comun)
    return Consulta(
        base=Producto.objects.filter(pk__in=lineas.values("producto")),
        clave=("sku",),
        campos=("pk", "nombre", "unidad"),
        columnas=(
            "sku",
            "producto",
            "unidad",
            "consumo",
            "por_dia",
            "consumo_anterior",
            "variacion",
            "valor",
            "sin_costo",
            "disponible",
            "dias_de_stock",
        ),
        completar=lambda filas: _con_cantidades(filas, lineas, filtro),
        **comun,
    )


def consumos(filtro: Filtro, periodo: tuple[date, date]) -> QuerySet[Movimiento]:
    """The lines that are consumption of `periodo`. The page of a product counts its consumption with them too."""
    motivo: dict[str, Any] = {"__es_consumo": True}
    if filtro.motivo:
        motivo["__pk"] = filtro.motivo.pk
    return lineas_de_motivo(filtro, periodo, motivo)


def por_dia(cantidad: int, dias: int) -> Decimal:
    return (Decimal(cantidad) / dias).quantize(DECIMA, ROUND_HALF_UP)


def dias_de_stock(disponible: int, cantidad: int, dias: int) -> int | None:
    """Whole days that `disponible` lasts at the rate of `cantidad` in `dias`; None when nothing is consumed."""
    return disponible * dias // cantidad if cantidad > 0 else None


def variacion(ahora: int, antes: int) -> Decimal | None:
    """Change in percent; None when there was nothing before."""
    return (Decimal(ahora - antes) * 100 / antes).quantize(DECIMA, ROUND_HALF_UP) if antes > 0 else None


def _con_cantidades(filas: Sequence[Fila], lineas: QuerySet[Movimiento], filtro: Filtro) -> list[Fila]:
    ids = [pk for _sku, pk, *_resto in filas]

    def sumas(qs: QuerySet, **medidas: Any) -> dict[Any, Fila]:
        return por_clave(
            qs.filter(producto__in=ids).values("producto").annotate(**medidas).values_list("producto", *medidas)
        )

    ahora = sumas(lineas, **medidas(DE_LINEA))
    antes = sumas(consumos(filtro, filtro.periodo_anterior), unidades=suma())
    hay = Existencia.objects.despachables(filtro.hoy).filter(filtro.de_existencias).order_by()
    disponibles = sumas(hay, unidades=suma())
    dias = filtro.dias_del_periodo
    salida = []
    for sku, pk, nombre, unidad in filas:
        cantidad, importe, sin_costo = como_salida(*ahora.get(pk, (0, 0, 0)))
        previo, disponible = -antes.get(pk, (0,))[0], disponibles.get(pk, (0,))[0]
        salida.append(
            (
                *(sku, nombre, unidad, cantidad, por_dia(cantidad, dias), previo, variacion(cantidad, previo)),
                *(importe, sin_costo, disponible, dias_de_stock(disponible, cantidad, dias)),
            )
        )
    return salida


def _por_grupo(lineas: QuerySet[Movimiento], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    motivo = {
        f"m_{campo}": Case(
            When(operacion__revierte__isnull=False, then=F(f"operacion__revierte__motivo__{campo}")),
            default=F(f"operacion__motivo__{campo}"),
        )
        for campo in ("codigo", "nombre")
    }
    grupos: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "dia": (("fecha_efectiva",), ("fecha",)),
        "motivo": (("m_codigo", "m_nombre"), ("codigo_motivo", "motivo")),
        "almacen": (("almacen__codigo", "almacen__nombre"), ("codigo_almacen", "almacen")),
    }
    grupo, columnas = grupos[filtro.agrupar]
    if filtro.agrupar == "motivo":
        lineas = lineas.annotate(**motivo)
    n = len(grupo)
    return Consulta(
        base=lineas.values(*grupo).annotate(**medidas(DE_LINEA)),
        clave=grupo[:1],
        campos=(*grupo[1:], *medidas(DE_LINEA)),
        columnas=(*columnas, "consumo", "valor", "sin_costo"),
        completar=lambda filas: [(*fila[:n], *como_salida(*fila[n:])) for fila in filas],
        **comun,
    )


def _totales(lineas: QuerySet[Movimiento], filtro: Filtro) -> dict[str, Any]:
    cantidad, importe, sin_costo = como_salida(*lineas.aggregate(**medidas(DE_LINEA)).values())
    return {
        "consumo": cantidad,
        "por_dia": por_dia(cantidad, filtro.dias_del_periodo),
        "valor": importe,
        "sin_costo": sin_costo,
    }


def _grafica(lineas: QuerySet[Movimiento], filtro: Filtro) -> Grafica:
    if filtro.producto or filtro.lote or filtro.agrupar == "dia":
        dias = {d: -q for d, q in lineas.values("fecha_efectiva").annotate(u=suma()).values_list("fecha_efectiva", "u")}
        inicios, paso = tramos_de_tiempo(filtro.periodo)
        titulo = _("Consumo por día") if paso == 1 else _("Consumo por semana")
        return Grafica(
            titulo,
            [f"{d:%d/%m}" for d in inicios],
            [Serie("", repartir(dias, filtro.periodo))],
            unidad=filtro.producto.unidad if filtro.producto else "",
            enlaces=por_tramo(filtro, inicios, paso, agrupar="producto"),
        )
    mayores = list(
        lineas.values("producto")
        .annotate(u=suma())
        .order_by("u", "producto")
        .values_list("producto", "producto__sku", "producto__nombre", "producto__unidad", "u")[:TOPE_DE_GRAFICA]
    )
    disponibles = dict(
        Existencia.objects.despachables(filtro.hoy)
        .filter(filtro.de_existencias, producto__in=[pk for pk, *_resto in mayores])
        .order_by()
        .values("producto")
        .annotate(u=suma())
        .values_list("producto", "u")
    )
    return Grafica(
        _("Consumo del periodo y lo que queda disponible"),
        [nombre for _pk, _sku, nombre, *_resto in mayores],
        [
            Serie(_("Consumo"), [-u for *_resto, u in mayores], "salida"),
            Serie(_("Disponible"), [disponibles.get(pk, 0) for pk, *_resto in mayores], "3"),
        ],
        tipo="filas",
        unidades=[unidad for *_resto, unidad, _u in mayores],
        enlaces=[con(filtro, sku=sku, agrupar="dia") for _pk, sku, *_resto in mayores],
    )


REPORTE = Reporte(
    nombre="consumo",
    titulo=_("Consumo"),
    descripcion=_("Qué se usa, a qué ritmo, y para cuántos días alcanza lo que queda."),
    consulta=consultar,
    filtros=(*LUGAR, "motivo", *PERIODO),
    detalle="dia",
    agrupaciones={"producto": _("Producto"), "dia": _("Día"), "motivo": _("Motivo"), "almacen": _("Almacén")},
    columnas_propias=(
        Columna("consumo", pgettext_lazy("cantidad", "Consumo"), ENTERO),
        Columna("por_dia", _("Por día"), DECIMAL),
        Columna("consumo_anterior", _("Periodo anterior"), ENTERO),
        Columna("variacion", _("Variación %"), DECIMAL),
        Columna("dias_de_stock", _("Días de stock"), ENTERO),
    ),
    definiciones=(
        _(
            "Consumo son las salidas cuyo motivo cuenta como consumo (despacho y consumo interno, al empezar). "
            "Bajas, devoluciones, conteos y traslados no lo son."
        ),
        REVERSO,
        _("Por día reparte el consumo entre todos los días del periodo."),
        _("Días de stock es lo disponible hoy dividido por el consumo de cada día, en días enteros."),
        ANTERIOR,
        VALOR_DE_ENTONCES,
        REDONDEO,
    ),
    ayuda="What is used and how fast, against the period before and the stock that is left.",
    ejemplos=("", "--desde 2026-10-01 --hasta 2026-10-31", "--agrupar motivo"),
)
