"""Days without stock, from the ledger and the expiry of the lots."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any

from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext_lazy as _

from lotes.models import Existencia
from movimientos.models import Movimiento
from productos.models import Producto

from .. import escalera
from ..columnas import DECIMAL, ENTERO, FECHA, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro, con
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, PERIODO, Reporte
from ..sumas import TOPE_DE_GRAFICA, suma

PRODUCTOS_EN_PAGINA = 5000
COLUMNAS = (
    "sku",
    "producto",
    "unidad",
    "dias_observados",
    "dias_sin_stock",
    "porcentaje",
    "veces",
    "ultimo_dia",
    "disponible",
)


@dataclass
class ConsultaQuiebres(Consulta):
    """Which products ran out is known only after computing each of them. A page computes the first
    `PRODUCTOS_EN_PAGINA` products and says so; exports and commands compute all.
    """

    _vistos: list[Fila] | None = field(default=None, init=False)

    def vistos(self) -> list[Fila]:
        if self._vistos is None:
            bloques = islice(self.bloques(), PRODUCTOS_EN_PAGINA // self.bloque)
            self._vistos = [fila for filas in bloques for fila in filas]
            if self.base.count() > PRODUCTOS_EN_PAGINA:
                self.aviso = _("Se miraron los primeros %(n)s productos: filtre, o exporte para verlos todos.") % {
                    "n": PRODUCTOS_EN_PAGINA
                }
        return self._vistos

    def cuantas(self) -> int:
        return len(self.vistos())

    def rebanada(self, inicio: int, cuantas: int) -> list[Fila]:
        return self.vistos()[inicio : inicio + cuantas]


def consultar(filtro: Filtro) -> Consulta:
    """Products that ended at least one day of the period without usable stock, and how many days they did."""
    movidos = Movimiento.objects.filter(filtro.de_existencias, producto=OuterRef("pk"))
    consulta = ConsultaQuiebres(
        base=Producto.objects.activos().filter(filtro.de_productos).filter(Exists(movidos)),
        clave=("sku",),
        campos=("pk", "nombre", "unidad"),
        columnas=COLUMNAS,
        completar=lambda filas: _con_dias(filas, filtro),
        totales=lambda: _totales(consulta.vistos()),
        grafica=lambda: _grafica(consulta.vistos(), filtro),
        bloque=500,
    )
    return consulta


def _con_dias(filas: Sequence[Fila], filtro: Filtro) -> list[Fila]:
    ids = [pk for _sku, pk, *_resto in filas]
    desde, hasta = filtro.periodo
    lineas = Movimiento.objects.filter(filtro.de_existencias, producto__in=ids).order_by()
    primeros = dict(lineas.values("producto").annotate(d=Min("fecha_efectiva")).values_list("producto", "d"))
    hay = Existencia.objects.con_stock().filter(filtro.de_existencias, producto__in=ids).order_by()
    stock = _agrupados(
        hay.values("producto", "lote__fecha_caducidad")
        .annotate(u=suma())
        .values_list("producto", "lote__fecha_caducidad", "u")
    )
    cambios = _agrupados(
        lineas.filter(fecha_efectiva__gte=desde)
        .values("producto", "fecha_efectiva", "lote__fecha_caducidad")
        .annotate(u=suma())
        .values_list("producto", "fecha_efectiva", "lote__fecha_caducidad", "u")
    )
    disponibles = dict(hay.despachables(filtro.hoy).values("producto").annotate(u=suma()).values_list("producto", "u"))
    salida = []
    for sku, pk, nombre, unidad in filas:
        # Days before the first ledger line do not count: the product was not kept yet.
        inicio = max(desde, primeros.get(pk, date.max))
        q = escalera.quiebres(hoy_por_caducidad=stock[pk], cambios=cambios[pk], desde=inicio, hasta=hasta)
        if q.sin_stock:
            porcentaje = (Decimal(q.sin_stock) * 100 / q.observados).quantize(Decimal("0.1"), ROUND_HALF_UP)
            salida.append(
                (sku, nombre, unidad, q.observados, q.sin_stock, porcentaje, q.veces, q.ultimo, disponibles.get(pk, 0))
            )
    return salida


def _agrupados(filas: Iterable[Sequence[Any]]) -> defaultdict[int, list[Any]]:
    grupos: defaultdict[int, list[Any]] = defaultdict(list)
    for pk, *resto in filas:
        grupos[pk].append(tuple(resto))
    return grupos


def _totales(filas: list[Fila]) -> dict[str, Any]:
    return {
        "productos_con_quiebre": len(filas),
        "dias_sin_stock": sum(f[4] for f in filas),
        "sin_stock_ahora": sum(f[8] == 0 for f in filas),
    }


def _grafica(filas: list[Fila], filtro: Filtro) -> Grafica:
    peores = sorted(filas, key=lambda f: (-f[4], f[0]))[:TOPE_DE_GRAFICA]
    return Grafica(
        _("Días sin stock, los productos con más"),
        [f[1] for f in peores],
        [Serie("", [f[4] for f in peores], "critica")],
        tipo="filas",
        unidad="día",
        enlaces=[con(filtro, sku=f[0]) for f in peores],
    )


REPORTE = Reporte(
    nombre="quiebres",
    titulo=_("Quiebres de stock"),
    descripcion=_("Qué faltó, cuántos días y cuántas veces."),
    consulta=consultar,
    filtros=(*LUGAR[:4], *PERIODO),
    agrupaciones={"producto": _("Producto")},
    columnas_propias=(
        Columna("dias_observados", _("Días observados"), ENTERO),
        Columna("dias_sin_stock", _("Días sin stock"), ENTERO),
        Columna("porcentaje", _("% sin stock"), DECIMAL),
        Columna("veces", _("Veces"), ENTERO),
        Columna("ultimo_dia", _("Último día sin stock"), FECHA),
        Columna("productos_con_quiebre", _("Productos con quiebre"), ENTERO),
        Columna("sin_stock_ahora", _("Sin stock disponible hoy"), ENTERO),
    ),
    definiciones=(
        _(
            "Un día sin stock es un día que cierra, por fecha efectiva, con cero unidades de lotes sin "
            "caducar ese día. Un lote que caduca el 10 cuenta el 10 y no el 11."
        ),
        _(
            "Los lotes retenidos o retirados cuentan como stock: el libro no dice en qué días lo estuvieron. "
            "La columna Disponible, de hoy, sí los descuenta."
        ),
        _("Se observa desde el primer movimiento del producto; antes, no faltaba: no se tenía."),
        _("Solo productos activos. Veces cuenta los periodos seguidos sin stock."),
    ),
    ayuda="Products that ran out: how many days they closed without usable stock, and how many times.",
    ejemplos=("--desde 2026-09-01", "--sku AMOX500"),
)
