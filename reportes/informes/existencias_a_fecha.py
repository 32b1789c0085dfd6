"""What there was at the end of a past day."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lotes.models import Existencia, ExistenciaQuerySet
from productos.models import Producto

from ..columnas import ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, VALOR, Reporte
from ..sumas import LEJOS, TOPE_DE_GRAFICA, despues_de, dinero, por_clave, suma, suma_sin_costo, suma_valor

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
        "importe": suma_valor(),
        "sin_costo": suma_sin_costo(),
    }


NADA = (0, 0, 0, 0)


def _resta(ahora: Sequence[Any], despues: Sequence[Any]) -> Fila:
    unidades, caducado, importe, sin_costo = (a - d for a, d in zip(ahora, despues, strict=True))
    return unidades, caducado, dinero(importe), sin_costo


def _con_cantidades(filas: Sequence[Fila], filtro: Filtro) -> list[Fila]:
    ids = [pk for _sku, pk, *_resto in filas]
    ahora, despues = (
        por_clave(
            qs.filter(producto__in=ids)
            .values("producto")
            .annotate(**_medidas(filtro))
            .values_list("producto", *_medidas(filtro))
        )
        for qs in (_hoy(filtro).con_stock(), _despues(filtro))
    )
    return [
        (sku, *resto, *_resta(ahora.get(pk, NADA), despues.get(pk, NADA)))
        for sku, pk, *resto in filas
        if ahora.get(pk, NADA)[0] != despues.get(pk, NADA)[0]
    ]


def _por_lote(filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    fecha = filtro.fecha or filtro.hoy
    despues = (
        despues_de(filtro, fecha)
        .filter(lote=OuterRef("lote"), almacen=OuterRef("almacen"))
        .values("lote", "almacen")
        .annotate(t=suma())
        .values("t")
    )

    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [
            (sku, nombre, lote, caduca, almacen, q, q if caduca and caduca < fecha else 0)
            + ((None, q) if costo is None else (dinero(q * costo), 0))
            for sku, _orden, _pk, nombre, lote, caduca, almacen, q, costo in filas
        ]

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
            "lote__costo_unitario",
        ),
        columnas=("sku", "producto", "lote", "fecha_caducidad", "almacen", *MEDIDAS),
        completar=completar,
        **comun,
    )


def _totales(filtro: Filtro) -> dict[str, Any]:
    ahora = _hoy(filtro).aggregate(**_medidas(filtro))
    despues = _despues(filtro).aggregate(**_medidas(filtro))
    return dict(zip(MEDIDAS, _resta(tuple(ahora.values()), tuple(despues.values())), strict=True))


def _grafica(filtro: Filtro) -> Grafica:
    ahora = dict(
        _hoy(filtro)
        .con_stock()
        .values("producto__sku")
        .annotate(unidades=suma())
        .order_by("-unidades", "producto__sku")
        .values_list("producto__sku", "unidades")[:TOPE_DE_GRAFICA]
    )
    despues = dict(
        _despues(filtro)
        .filter(producto__sku__in=list(ahora))
        .values("producto__sku")
        .annotate(unidades=suma())
        .values_list("producto__sku", "unidades")
    )
    return Grafica(
        _("Entonces y hoy, en los productos con más existencias"),
        list(ahora),
        [
            Serie(_("Entonces"), [q - despues.get(sku, 0) for sku, q in ahora.items()], "1"),
            Serie(_("Hoy"), list(ahora.values()), "3"),
        ],
    )


REPORTE = Reporte(
    nombre="existencias_a_fecha",
    titulo=_("Existencias a una fecha"),
    descripcion=_("Qué había al cierre de un día."),
    consulta=consultar,
    filtros=(*LUGAR, "fecha"),
    agrupaciones={"producto": _("Producto"), "lote": _("Lote")},
    columnas_propias=(Columna("caducado", _("De ello, caducado"), ENTERO),),
    definiciones=(
        _("Es la suma de las líneas con fecha efectiva hasta ese día, incluido."),
        _("De ello, caducado es lo que ese día ya había caducado."),
        _("Una operación registrada después con fecha pasada cambia lo que se ve: es lo que hoy se sabe de aquel día."),
        VALOR,
    ),
    ayuda="Stock at the end of a past day, by effective date.",
    ejemplos=("--fecha 2026-10-31", "--fecha 2026-10-31 --agrupar lote --formato json"),
)
