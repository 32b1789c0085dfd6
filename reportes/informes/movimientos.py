"""What came in and what went out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import redondear
from movimientos.models import Movimiento

from ..columnas import DINERO, ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, por_tramo
from ..graficas import Grafica, Serie, repartir, tramos_de_tiempo
from ..reporte import ANTERIOR, LUGAR, PERIODO, REDONDEO, VALOR_DE_ENTONCES, Reporte
from ..sumas import DE_LINEA as VALOR_DE_LINEA
from ..sumas import ENTRA, SALE, suma, suma_valor

# Column of a line → where the ledger has it.
DE_LINEA = {
    "fecha": "fecha_efectiva",
    "operacion": "operacion_id",
    "tipo": "tipo",
    "motivo": "operacion__motivo__nombre",
    "sku": "producto__sku",
    "producto": "producto__nombre",
    "lote": "lote__codigo",
    "fecha_caducidad": "fecha_caducidad",
    "almacen": "almacen__nombre",
    "cantidad": "cantidad",
    "saldo": "saldo",
    "contraparte": "operacion__contraparte",
    "documento": "operacion__documento",
    "usuario": "operacion__usuario__username",
}


def consultar(filtro: Filtro) -> Consulta:
    """Ledger lines of a period, one by one (linea) or grouped by dia, tipo, motivo or producto."""
    # Lines written after the report began are left out. The ledger only grows, so a long export is a snapshot.
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
        campos=tuple(DE_LINEA.values()),
        columnas=tuple(DE_LINEA),
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
        "valor_entradas": suma_valor(VALOR_DE_LINEA, ENTRA),
        "valor_salidas": suma_valor(VALOR_DE_LINEA, SALE),
    }


def _presentar(lineas: int, entradas: int, salidas: int, valor_entradas: Any, valor_salidas: Any) -> Fila:
    return lineas, entradas, -salidas, entradas + salidas, redondear(valor_entradas), redondear(-valor_salidas)


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
        unidad=filtro.producto.unidad if filtro.producto else "",
        enlaces=por_tramo(filtro, inicios, paso, agrupar="linea"),
    )


REPORTE = Reporte(
    nombre="movimientos",
    titulo=_("Movimientos"),
    descripcion=_("Todo lo que entró y salió en un periodo."),
    consulta=consultar,
    filtros=(*LUGAR, "motivo", "tipo", *PERIODO),
    detalle="linea",
    agrupaciones={
        "linea": _("Línea"),
        "dia": _("Día"),
        "tipo": _("Tipo"),
        "motivo": _("Motivo"),
        "producto": _("Producto"),
    },
    columnas_propias=(
        Columna("neto", _("Neto"), ENTERO),
        Columna("valor_entradas", _("Valor de entradas"), DINERO),
        Columna("valor_salidas", _("Valor de salidas"), DINERO),
        Columna("usuario", _("Usuario")),
    ),
    definiciones=(
        _("Cada línea cuenta en su fecha efectiva, que puede ser anterior a la de registro."),
        _(
            "Entradas suma las líneas positivas y salidas las negativas. Un traslado es una salida de un "
            "almacén y una entrada en otro; un reverso es una línea de signo contrario."
        ),
        _("Saldo es el que quedó en ese lote y almacén cuando se registró la línea."),
        ANTERIOR,
        VALOR_DE_ENTONCES,
        REDONDEO,
    ),
    ayuda="Every ledger line of a period, one by one or added up by day, type, reason or product.",
    ejemplos=(
        "--desde 2026-11-01 --hasta 2026-11-30",
        "--agrupar dia",
        "--motivo despacho --formato csv --salida despachos.csv",
    ),
)
