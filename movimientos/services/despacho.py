"""Goods out, first expired first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen
from productos.models import Producto

from .. import fefo, lectura, libro
from ..exceptions import StockInsuficiente
from ..models import Motivo, Operacion, Tipo
from .lineas import LineaPedida, desconocidos, validar


@atomica
def despachar(
    *,
    lineas: Sequence[LineaPedida],
    usuario: Any,
    almacen: Almacen | None = None,
    motivo: Motivo | None = None,
    hoy: date | None = None,
    parcial: bool = False,
    **cabecera: Any,
) -> Operacion:
    """Take `lineas` out of `almacen` in FEFO order, all or nothing unless `parcial`.

    Locks the products once, in primary key order, then reads and plans: two dispatches of the same product queue up and
    the second sees what the first left. Expiry is judged on the effective date. With `parcial` it takes what there is
    and the operation keeps what was missing in `faltantes`. Raises StockInsuficiente with the plan (also when a partial
    dispatch finds nothing at all), RetroactivoImposible, MotivoIncompatible, DatosInvalidos.
    """
    autorizar(usuario, "movimientos.despachar")
    validar(lineas)
    almacen, motivo, productos, saldos = lectura.abrir(Tipo.DESPACHO, (x.producto for x in lineas), almacen, motivo)
    c = libro.encabezar(
        Tipo.DESPACHO,
        usuario=usuario,
        hoy=hoy,
        almacen=almacen,
        motivo=motivo,
        contenido=[parcial, [[x.producto, x.cantidad, x.vida_minima] for x in lineas]],
        **cabecera,
    )
    vidas = {p.pk: p.vida_minima_despacho for p in productos}
    if previa := libro.repetida(c):
        return previa
    desconocidos("producto", lineas, vidas)
    plan = fefo.planificar(_pedidos(lineas, vidas), saldos, almacen=c.almacen.pk, hoy=c.fecha)
    if not plan.completo:
        if not parcial or not any(linea.tomas for linea in plan.lineas):
            raise StockInsuficiente(lineas=plan.rechazo())
        c.faltantes = [
            {"producto": p.pedido.producto, "pedido": p.pedido.cantidad, "despachado": p.asignado, "falta": p.falta}
            for p in plan.lineas
            if p.falta
        ]
    return libro.asentar(
        c,
        [
            libro.Linea(toma.saldo, -toma.cantidad, vida_minima=linea.pedido.vida_minima)
            for linea in plan.lineas
            for toma in linea.tomas
        ],
        libro.Leido(productos, saldos),
    )


def planificar(*, lineas: Sequence[LineaPedida], almacen: Almacen | None = None, hoy: date | None = None) -> fefo.Plan:
    """The plan that `despachar` would carry out now: per product the lots taken, what is missing, and each lot passed
    over with its reason. Writes and locks nothing. Raises DatosInvalidos.
    """
    validar(lineas)
    vidas = dict(Producto.objects.filter(pk__in={x.producto for x in lineas}).values_list("pk", "vida_minima_despacho"))
    desconocidos("producto", lineas, vidas)
    almacen = almacen or Almacen.objects.predeterminado()
    return fefo.planificar(
        _pedidos(lineas, vidas), lectura.leer_con_stock(vidas), almacen=almacen.pk, hoy=hoy or timezone.localdate()
    )


def _pedidos(lineas: Sequence[LineaPedida], vidas: dict[int, int]) -> list[fefo.Pedido]:
    return fefo.agrupar(
        fefo.Pedido(x.producto, x.cantidad, vidas[x.producto] if x.vida_minima is None else x.vida_minima)
        for x in lineas
    )
