"""What there is, where, and what it is worth."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, FloatField, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import redondear
from lotes.caducidad import situacion
from lotes.models import Existencia, es_despachable
from productos.models import Producto

from ..columnas import ENTERO, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, REDONDEO, VALOR, Reporte
from ..sumas import DE_SALDO, LEJOS, TOPE_DE_GRAFICA, por_clave, suma, suma_sin_costo, suma_valor


def consultar(filtro: Filtro) -> Consulta:
    """Stock grouped by producto, lote (and warehouse), almacen or categoria: physical, available, value."""
    hay = Existencia.objects.con_stock().filter(filtro.de_existencias)
    comun: dict[str, Any] = {"totales": lambda: _totales(hay, filtro), "grafica": lambda: _grafica(hay, filtro)}
    if filtro.agrupar == "lote":
        return _por_lote(hay, filtro, comun)
    if filtro.agrupar in {"almacen", "categoria"}:
        return _por_grupo(hay, filtro, comun)
    de_este = hay.filter(producto=OuterRef("pk"))
    return Consulta(
        base=Producto.objects.filter(filtro.de_productos).filter(Exists(de_este)),
        clave=("sku",),
        campos=("pk", "nombre", "categoria__nombre", "unidad", "stock_minimo"),
        columnas=("sku", "producto", "categoria", "unidad", "stock_minimo", *CANTIDADES),
        completar=lambda filas: _con_cantidades(filas, hay, filtro),
        **comun,
    )


CANTIDADES = ("fisico", "disponible", "no_disponible", "valor", "sin_costo")


def _medidas(filtro: Filtro) -> dict[str, Any]:
    return {
        "fisico": suma(),
        "disponible": suma(filtro=es_despachable(filtro.hoy)),
        "importe": suma_valor(DE_SALDO),
        "sin_costo": suma_sin_costo(),
    }


def _cantidades(fisico: int, disponible: int, importe: Decimal | int, sin_costo: int) -> Fila:
    return fisico, disponible, fisico - disponible, redondear(importe), sin_costo


def _con_cantidades(filas: Sequence[Fila], hay: QuerySet[Existencia], filtro: Filtro) -> list[Fila]:
    ids = [pk for _sku, pk, *_resto in filas]
    sumas = por_clave(
        hay.filter(producto__in=ids)
        .order_by()
        .values("producto")
        .annotate(**_medidas(filtro))
        .values_list("producto", *_medidas(filtro))
    )
    # A product whose stock left between the two queries shows zeros.
    return [(sku, *resto, *_cantidades(*sumas.get(pk, (0, 0, 0, 0)))) for sku, pk, *resto in filas]


def _por_lote(hay: QuerySet[Existencia], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [
            (*lote, caduca, situacion(estado, caduca, filtro.hoy), almacen, *_cantidades(q, d, importe, s))
            for _sku, _orden, _pk, *lote, caduca, estado, almacen, q, d, importe, s in filas
        ]

    return Consulta(
        base=hay.annotate(orden=Coalesce("lote__fecha_caducidad", Value(LEJOS)))
        .values("producto__sku", "orden", "pk")
        .annotate(**_medidas(filtro)),
        clave=("producto__sku", "orden", "pk"),
        campos=(
            "producto__sku",
            "producto__nombre",
            "lote__codigo",
            "lote__fecha_caducidad",
            "lote__estado",
            "almacen__nombre",
            *_medidas(filtro),
        ),
        columnas=("sku", "producto", "lote", "fecha_caducidad", "estado", "almacen", *CANTIDADES),
        completar=completar,
        **comun,
    )


def _por_grupo(hay: QuerySet[Existencia], filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    campos: tuple[str, ...]
    columnas: tuple[str, ...]
    if filtro.agrupar == "almacen":
        grupo, campos, columnas = "almacen__codigo", ("almacen__nombre",), ("codigo_almacen", "almacen")
    else:
        hay = hay.annotate(grupo=Coalesce("producto__categoria__nombre", Value(""), output_field=CharField()))
        grupo, campos, columnas = "grupo", (), ("categoria",)

    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [(fila[0] or gettext("Sin categoría"), *fila[1:-4], *_cantidades(*fila[-4:])) for fila in filas]

    return Consulta(
        base=hay.order_by().values(grupo, *campos).annotate(**_medidas(filtro)),
        clave=(grupo,),
        campos=(*campos, *_medidas(filtro)),
        columnas=(*columnas, *CANTIDADES),
        completar=completar,
        **comun,
    )


def _totales(hay: QuerySet[Existencia], filtro: Filtro) -> dict[str, Any]:
    m = hay.order_by().aggregate(**_medidas(filtro))
    return dict(zip(CANTIDADES, _cantidades(*m.values()), strict=True))


def _grafica(hay: QuerySet, filtro: Filtro) -> Grafica:
    mayores = list(
        hay.order_by()
        .values("producto")
        .annotate(**_medidas(filtro), orden=Sum(DE_SALDO, default=0.0, output_field=FloatField()))
        .order_by("-orden", "-fisico", "producto")
        .values_list("producto__sku", "producto__nombre", "producto__unidad", *_medidas(filtro))[:TOPE_DE_GRAFICA]
    )
    comun: dict[str, Any] = {
        "etiquetas": [nombre for _sku, nombre, *_resto in mayores],
        "unidades": [unidad for _sku, _nombre, unidad, *_resto in mayores],
        "enlaces": [con(filtro, sku=sku, agrupar="lote") for sku, *_resto in mayores],
        "tipo": "filas",
    }
    if any(importe for *_r, importe, _s in mayores):
        series = [Serie("", [redondear(importe) for *_r, importe, _s in mayores])]
        return Grafica(_("Los productos con más valor en existencias"), series=series, en_dinero=True, **comun)
    series = [
        Serie(_("Disponible"), [d for *_r, d, _i, _s in mayores], "3"),
        Serie(_("No disponible"), [f - d for *_r, f, d, _i, _s in mayores], "critica"),
    ]
    return Grafica(_("Los productos con más existencias"), series=series, **comun)


REPORTE = Reporte(
    nombre="existencias",
    titulo=_("Existencias"),
    descripcion=_("Qué hay, dónde está y cuánto vale."),
    consulta=consultar,
    filtros=LUGAR,
    detalle="lote",
    agrupaciones={"producto": _("Producto"), "lote": _("Lote"), "almacen": _("Almacén"), "categoria": _("Categoría")},
    columnas_propias=(
        Columna("stock_minimo", _("Mínimo"), ENTERO),
        Columna("fisico", _("Físico"), ENTERO),
        Columna("no_disponible", _("No disponible"), ENTERO),
    ),
    definiciones=(
        _("Físico es todo lo que hay."),
        _(
            "Disponible es lo que hoy se puede despachar: lotes sin retener ni retirar que no han caducado. "
            "Un lote sirve hasta la fecha impresa, ese día incluido."
        ),
        VALOR,
        REDONDEO,
    ),
    ayuda="What there is, where, and what it is worth: physical, available and unavailable stock.",
    ejemplos=("", "--agrupar lote --almacen 1", "--categoria 2 --formato csv --salida existencias.csv"),
)
