"""What was lost to expiry: written off in the period, and still on the shelf."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import redondear
from lotes.models import Existencia
from movimientos.models import Movimiento
from productos.models import Producto

from ..columnas import DINERO, ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con
from ..graficas import Grafica, Serie
from ..reporte import ANTERIOR, LUGAR, PERIODO, REDONDEO, REVERSO, VALOR_DE_ENTONCES, Reporte
from ..sumas import DE_LINEA, DE_SALDO, como_salida, lineas_de_motivo, medidas, por_clave

MOTIVO = "caducado"
MEDIDAS = ("perdida", "valor", "sin_costo")
NADA = (0, 0, 0)


def consultar(filtro: Filtro) -> Consulta:
    """Write-offs of a period (motive `caducado` unless another is asked) per producto or mes; a reversal subtracts.

    Expired stock still on the shelf is a loss not yet taken: it is shown apart, as of today, never added.
    """
    lineas = _bajas(filtro, filtro.periodo)
    comun: dict[str, Any] = {
        "totales": lambda: _totales(lineas, filtro),
        "anteriores": lambda: _perdido(_bajas(filtro, filtro.periodo_anterior)),
        "grafica": lambda: _grafica(lineas, filtro),
    }
    if filtro.agrupar == "mes":
        return Consulta(
            base=_por_mes(lineas),
            clave=("mes",),
            campos=tuple(medidas(DE_LINEA)),
            columnas=("mes", *MEDIDAS),
            completar=lambda filas: [(f"{mes:%Y-%m}", *como_salida(*resto)) for mes, *resto in filas],
            **comun,
        )
    afectados = Q(pk__in=lineas.values("producto")) | Q(pk__in=_en_estante(filtro).values("producto"))
    return Consulta(
        base=Producto.objects.filter(afectados),
        clave=("sku",),
        campos=("pk", "nombre", "unidad"),
        columnas=("sku", "producto", "unidad", *MEDIDAS, "en_estante", "valor_en_estante", "en_estante_sin_costo"),
        completar=lambda filas: _con_cantidades(filas, lineas, filtro),
        **comun,
    )


def _bajas(filtro: Filtro, periodo: tuple[date, date]) -> QuerySet[Movimiento]:
    codigo = filtro.motivo.codigo if filtro.motivo else MOTIVO
    return lineas_de_motivo(filtro, periodo, {"__codigo": codigo})


def _en_estante(filtro: Filtro) -> QuerySet[Existencia]:
    return Existencia.objects.caducadas(filtro.hoy).filter(filtro.de_existencias).order_by()


def _por_mes(lineas: QuerySet[Movimiento]) -> QuerySet:
    return lineas.annotate(mes=TruncMonth("fecha_efectiva")).values("mes").annotate(**medidas(DE_LINEA))


def _con_cantidades(filas: Sequence[Fila], lineas: QuerySet[Movimiento], filtro: Filtro) -> list[Fila]:
    ids = [pk for _sku, pk, *_resto in filas]
    bajas, estante = (
        por_clave(
            qs.filter(producto__in=ids).values("producto").annotate(**medidas(de)).values_list("producto", *medidas(de))
        )
        for qs, de in ((lineas, DE_LINEA), (_en_estante(filtro), DE_SALDO))
    )
    salida = []
    for sku, pk, nombre, unidad in filas:
        queda, importe, sin_costo = estante.get(pk, NADA)
        salida.append((sku, nombre, unidad, *como_salida(*bajas.get(pk, NADA)), queda, redondear(importe), sin_costo))
    return salida


def _perdido(lineas: QuerySet[Movimiento]) -> dict[str, Any]:
    return dict(zip(MEDIDAS, como_salida(*lineas.aggregate(**medidas(DE_LINEA)).values()), strict=True))


def _totales(lineas: QuerySet[Movimiento], filtro: Filtro) -> dict[str, Any]:
    queda, importe, sin_costo = _en_estante(filtro).aggregate(**medidas(DE_SALDO)).values()
    return {
        **_perdido(lineas),
        "en_estante": queda,
        "valor_en_estante": redondear(importe),
        "en_estante_sin_costo": sin_costo,
    }


def _grafica(lineas: QuerySet[Movimiento], filtro: Filtro) -> Grafica:
    meses = [
        (mes, *como_salida(*resto))
        for mes, *resto in _por_mes(lineas).order_by("mes").values_list("mes", *medidas(DE_LINEA))
    ]
    en_dinero = any(importe for _mes, _q, importe, _s in meses)
    desde, hasta = filtro.periodo
    return Grafica(
        _("Valor dado de baja por mes") if en_dinero else _("Unidades dadas de baja por mes"),
        [f"{mes:%m/%Y}" for mes, *_resto in meses],
        [Serie("", [m[2] if en_dinero else m[1] for m in meses], "critica")],
        en_dinero=en_dinero,
        enlaces=[
            con(filtro, desde=max(mes, desde), hasta=min(_fin(mes), hasta), agrupar="producto") for mes, *_r in meses
        ],
    )


def _fin(mes: date) -> date:
    """The last day of the month that begins on `mes`."""
    return (mes + timedelta(days=31)).replace(day=1) - timedelta(days=1)


REPORTE = Reporte(
    nombre="perdidas",
    titulo=_("Pérdidas por caducidad"),
    descripcion=_("Qué se dio de baja por caducado, y qué caducado sigue en el estante."),
    consulta=consultar,
    filtros=(*LUGAR, "motivo", *PERIODO),
    agrupaciones={"producto": _("Producto"), "mes": _("Mes")},
    columnas_propias=(
        Columna("perdida", _("Dado de baja"), ENTERO),
        Columna("en_estante", _("Caducado en estante"), ENTERO),
        Columna("valor_en_estante", _("Valor en estante"), DINERO),
        Columna("en_estante_sin_costo", _("En estante sin costo"), ENTERO),
    ),
    definiciones=(
        _("Dado de baja son las salidas con motivo «caducado» (u otro, si se pide) en el periodo."),
        REVERSO,
        _(
            "Caducado en estante es lo que hoy ha caducado y nadie ha dado de baja todavía. Va aparte y no se "
            "suma: será pérdida cuando salga."
        ),
        ANTERIOR,
        VALOR_DE_ENTONCES,
        REDONDEO,
    ),
    ayuda="What was written off as expired in a period, and what has expired and is still on the shelf.",
    ejemplos=("--desde 2026-01-01", "--agrupar mes", "--motivo merma"),
)
