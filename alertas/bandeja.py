"""The inbox: the alerts of each product as one row, with what can be done about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Min, QuerySet, Sum
from django.http import HttpRequest

from inventario.dominio.dinero import Importe
from inventario.paginas.listas import Pagina, paginar
from lotes.models import Existencia
from productos.models import Producto

from .models import Alerta, Cuenta
from .tipos import Tipo

ORDENES = {
    "activa_desde": [F("desde").asc()],
    "-activa_desde": [F("desde").desc()],
    "vence": [F("primera").asc(nulls_last=True)],
}
PEORES = [F("peor").desc(), F("primera").asc(nulls_last=True)]
FALTAN = {Tipo.SIN_STOCK, Tipo.STOCK_BAJO}


@dataclass(frozen=True, slots=True)
class Fila:
    """A product with its alerts, the worst first. `caducadas`: the balances of it that expired; `en_otros`: what may leave
    each warehouse that is not the default one.
    """

    producto: Producto
    alertas: Sequence[Any]
    caducadas: Sequence[Any] = field(default=())
    en_otros: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def ids(self) -> str:
        return "-".join(str(a.pk) for a in self.alertas)

    @property
    def severidad(self) -> str:
        return str(self.alertas[0].severidad)

    @property
    def estado(self) -> str:
        return str(self.alertas[0].estado)

    @property
    def vence(self) -> date | None:
        return min((a.vence for a in self.alertas if a.vence), default=None)

    @property
    def valor(self) -> Decimal | None:
        conocidos = [a.valor for a in self.alertas if a.valor is not None and a.lote_id]
        return sum(conocidos, Decimal(0)) if conocidos else None

    @property
    def accion(self) -> str:
        """What is done about it: the name of its page."""
        tipos = {a.tipo_hoy for a in self.alertas}
        if Tipo.CADUCADO in tipos and self.caducadas:
            return "baja"
        if tipos & FALTAN:
            return "traslado" if self.en_otros else "entrada"
        return "despacho" if Tipo.POR_CADUCAR in tipos else ""

    @property
    def falta(self) -> bool:
        """Whether more of it must come in: what another warehouse sends does not make it more."""
        return self.accion in ("traslado", "entrada")

    @property
    def existencias(self) -> str:
        return "-".join(str(x.pk) for x in self.caducadas)

    @property
    def lotes(self) -> int:
        """How many of its lots expired: one may lie in several warehouses."""
        return len({x.lote_id for x in self.caducadas})

    @property
    def unidades(self) -> int:
        return sum(x.cantidad for x in self.caducadas)

    @property
    def perdida(self) -> Decimal:
        return sum((x.perdida or Decimal(0) for x in self.caducadas), Decimal(0))


def por_producto(request: HttpRequest, alertas: QuerySet) -> Pagina:
    """The page asked for of the products of `alertas` (with derived fields), the worst first unless `?orden=` says otherwise."""
    orden = ORDENES.get(request.GET.get("orden", ""), PEORES)
    productos = (
        alertas.order_by()
        .values("producto")
        .annotate(peor=Max("nivel"), primera=Min("vence"), desde=Min("activa_desde"))
    )
    pagina = paginar(request, productos.order_by(*orden, "producto"))
    suyas: dict[int, list[Alerta]] = {p["producto"]: [] for p in pagina}
    for a in alertas.filter(producto__in=suyas).order_by("-nivel", F("vence").asc(nulls_last=True), "pk"):
        suyas[a.producto_id].append(a)
    return replace(pagina, filas=[Fila(x[0].producto, x) for x in suyas.values() if x])


def con_remedios(pagina: Pagina, hoy: date) -> Pagina:
    """`pagina` with what each product holds expired, and what other warehouses could send."""
    productos = [f.producto.pk for f in pagina]
    caducadas = Existencia.objects.caducadas(hoy).filter(producto__in=productos)
    de_baja: dict[int, list[Existencia]] = {}
    for x in caducadas.annotate(perdida=Importe(F("con_costo"), F("lote__costo_unitario"))).order_by("pk"):
        de_baja.setdefault(x.producto_id, []).append(x)
    otros: dict[int, list[Mapping[str, Any]]] = {}
    hay = Existencia.objects.despachables(hoy).filter(producto__in=productos, almacen__predeterminado=False)
    por_almacen = hay.order_by("almacen__nombre").values("producto_id", "almacen__nombre", "almacen")
    for fila in por_almacen.annotate(cantidad=Sum("cantidad")):
        otros.setdefault(fila["producto_id"], []).append(fila)
    filas = [
        replace(f, caducadas=de_baja.get(f.producto.pk, ()), en_otros=otros.get(f.producto.pk, ())) for f in pagina
    ]
    return replace(pagina, filas=filas)


def sumar(cuentas: Sequence[Cuenta], campo: int, valores: Sequence[str], estado: str = "") -> dict[str, int]:
    """How many there are of each of `valores` in that field of `cuentas`, in all or of one state."""
    suma = dict.fromkeys(valores, 0)
    for cuenta in cuentas:
        if not estado or cuenta[2] == estado:
            suma[str(cuenta[campo])] += cuenta[3]
    return suma
