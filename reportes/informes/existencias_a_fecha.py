"""What there was at the end of a past day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import redondear
from lotes.models import Existencia, ExistenciaQuerySet
from productos.models import Producto

from .. import pasado
from ..columnas import ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, REDONDEO, Reporte
from ..sumas import DE_SALDO, LEJOS, TOPE_DE_GRAFICA, despues_de, por_clave, suma, suma_sin_costo, suma_valor

MEDIDAS = ("cantidad", "caducado", "valor", "sin_costo")


def consultar(filtro: Filtro) -> Consulta:
    """Stock at the end of `fecha` (today when left out) by effective date, per producto or lote (and warehouse).

    It is today's stock less what moved since: it costs what moved since, not the whole ledger.
    """
    comun: dict[str, Any] = {"totales": lambda: _totales(filtro), "grafica": lambda: _grafica(filtro)}
    if filtro.agrupar == "lote":
        return _por_lote(filtro, comun)
    hubo = Q(pk__in=_hoy(filtro).con_stock().values("producto")) | Q(pk__in=_despues(filtro).values("producto"))
    return Consulta(
        base=Producto.objects.filter(filtro.de_productos).filter(hubo),
        clave=("sku",),
        campos=("pk", "nombre", "unidad"),
        columnas=("sku", "producto", "unidad", *MEDIDAS),
        completar=lambda filas: _con_cantidades(filas, filtro),
        criba=True,
        **comun,
    )


def _hoy(filtro: Filtro) -> ExistenciaQuerySet:
    return Existencia.objects.filter(filtro.de_existencias).order_by()


def _despues(filtro: Filtro) -> QuerySet:
    return despues_de(filtro, filtro.fecha or filtro.hoy)


def _medidas(filtro: Filtro) -> dict[str, Any]:
    return {
        "unidades": suma(),
        "caducado": suma(filtro=Q(lote__fecha_caducidad__lt=filtro.fecha or filtro.hoy)),
    }


NADA = (0, 0)


def _valor_de_hoy() -> dict[str, Any]:
    return {"importe": suma_valor(DE_SALDO), "sin_costo": suma_sin_costo()}


def _con_cantidades(filas: Sequence[Fila], filtro: Filtro) -> list[Fila]:
    ids = [pk for _sku, pk, *_resto in filas]

    def sumas(qs: QuerySet, **medidas: Any) -> dict[Any, Fila]:
        de_estos = qs.filter(producto__in=ids).values("producto").annotate(**medidas)
        return por_clave(de_estos.values_list("producto", *medidas))

    hoy = _hoy(filtro).con_stock()
    ahora, despues = sumas(hoy, **_medidas(filtro)), sumas(_despues(filtro), **_medidas(filtro))
    valores, ajustes = sumas(hoy, **_valor_de_hoy()), pasado.ajustes(filtro, filtro.fecha or filtro.hoy, ids)
    salida = []
    for sku, pk, *resto in filas:
        unidades, caducado = (a - d for a, d in zip(ahora.get(pk, NADA), despues.get(pk, NADA), strict=True))
        valor, sin_costo = (a + d for a, d in zip(valores.get(pk, NADA), ajustes.get(pk, NADA), strict=True))
        if unidades:
            salida.append((sku, *resto, unidades, caducado, redondear(valor), sin_costo))
    return salida


def _lotes_entonces(filas: Sequence[Fila], filtro: Filtro, fecha: date) -> list[Fila]:
    entonces = pasado.por_saldo(filtro, fecha, {fila[-4] for fila in filas})
    salida = []
    for sku, _orden, _pk, nombre, codigo, caduca, almacen, q, lote, donde, hoy, costo_hoy in filas:
        costo, conocidas = entonces.get((lote, donde), (costo_hoy, hoy))
        valor = redondear(costo * conocidas) if conocidas else None
        caducado = q if caduca and caduca < fecha else 0
        salida.append((sku, nombre, codigo, caduca, almacen, q, caducado, valor, q - conocidas))
    return salida


def _por_lote(filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    fecha = filtro.fecha or filtro.hoy
    despues = (
        despues_de(filtro, fecha)
        .filter(lote=OuterRef("lote"), almacen=OuterRef("almacen"))
        .values("lote", "almacen")
        .annotate(t=suma())
        .values("t")
    )

    return Consulta(
        base=_hoy(filtro)
        .annotate(
            orden=Coalesce("lote__fecha_caducidad", Value(LEJOS)),
            entonces=F("cantidad") - Coalesce(Subquery(despues), Value(0)),
        )
        .exclude(entonces=0),
        clave=("producto__sku", "orden", "pk"),
        campos=(
            "producto__nombre",
            "lote__codigo",
            "lote__fecha_caducidad",
            "almacen__nombre",
            "entonces",
            "lote_id",
            "almacen_id",
            "con_costo",
            "lote__costo_unitario",
        ),
        columnas=("sku", "producto", "lote", "fecha_caducidad", "almacen", *MEDIDAS),
        completar=lambda filas: _lotes_entonces(filas, filtro, fecha),
        **comun,
    )


def _totales(filtro: Filtro) -> dict[str, Any]:
    ahora = _hoy(filtro).aggregate(**_medidas(filtro))
    despues = _despues(filtro).aggregate(**_medidas(filtro))
    hoy = _hoy(filtro).aggregate(**_valor_de_hoy())
    valor, sin_costo = pasado.ajuste_total(filtro, filtro.fecha or filtro.hoy)
    return {
        "cantidad": ahora["unidades"] - despues["unidades"],
        "caducado": ahora["caducado"] - despues["caducado"],
        "valor": redondear(hoy["importe"] + valor),
        "sin_costo": hoy["sin_costo"] + sin_costo,
    }


def _grafica(filtro: Filtro) -> Grafica:
    mayores = list(
        _hoy(filtro)
        .con_stock()
        .values("producto__sku")
        .annotate(ahora=suma())
        .order_by("-ahora", "producto__sku")
        .values_list("producto__sku", "producto__nombre", "producto__unidad", "ahora")[:TOPE_DE_GRAFICA]
    )
    despues = dict(
        _despues(filtro)
        .filter(producto__sku__in=[sku for sku, *_resto in mayores])
        .values("producto__sku")
        .annotate(suma=suma())
        .values_list("producto__sku", "suma")
    )
    return Grafica(
        _("Entonces y hoy, en los productos con más existencias"),
        [nombre for _sku, nombre, *_resto in mayores],
        [
            Serie(_("Entonces"), [q - despues.get(sku, 0) for sku, *_resto, q in mayores], "1"),
            Serie(_("Hoy"), [q for *_resto, q in mayores], "3"),
        ],
        tipo="filas",
        unidades=[unidad for *_resto, unidad, _q in mayores],
        enlaces=[con(filtro, sku=sku, agrupar="lote") for sku, *_resto in mayores],
    )


REPORTE = Reporte(
    nombre="existencias_a_fecha",
    titulo=_("Existencias a una fecha"),
    descripcion=_("Qué había al cierre de un día."),
    consulta=consultar,
    filtros=(*LUGAR, "fecha"),
    detalle="lote",
    agrupaciones={"producto": _("Producto"), "lote": _("Lote")},
    columnas_propias=(Columna("caducado", _("De ello, caducado"), ENTERO),),
    definiciones=(
        _("Es la suma de las líneas con fecha efectiva hasta ese día, incluido."),
        _("De ello, caducado es lo que ese día ya había caducado."),
        _("Una operación registrada después con fecha pasada cambia lo que se ve: es lo que hoy se sabe de aquel día."),
        _(
            "El valor es el de aquel día: lo que suman hasta él los movimientos de cada lote, repartido entre las unidades "
            "de costo conocido que había."
        ),
        REDONDEO,
    ),
    ayuda="Stock at the end of a past day, by effective date.",
    ejemplos=("--fecha 2026-10-31", "--fecha 2026-10-31 --agrupar lote --formato json"),
)
