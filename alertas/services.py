"""Keep the alerts true: recompute them for the products that something touched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from inventario.plataforma.sql import Sentencia, es_postgres, juntas
from lotes.models import Existencia
from movimientos.signals import Cambio
from productos.bloqueo import ProductoBloqueado, bloquear
from productos.models import Producto

from . import cache
from .models import Alerta
from .motor import elegido as motor
from .motor import postgres
from .motor.filas import Cambios, Guardada
from .reglas import (
    Clave,
    Condicion,
    ConStock,
    LoteConStock,
    Stock,
    Umbrales,
    condiciones,
    de_lotes,
    de_producto,
    prosigue,
)


def recalcular(producto_ids: Iterable[int], hoy: date) -> Cambios:
    """Bring the alerts of `producto_ids` up to date, in the caller's transaction; return what changed.

    Locks the products first, in primary key order. A constant number of statements, whatever the number of products.
    """
    with transaction.atomic():
        cambios = comparar(bloquear(producto_ids), hoy)
        if sentencias := _escribir(cambios):
            juntas(*sentencias)
        return cambios


def seguir(cambio: Cambio, hoy: date) -> list[Sentencia]:
    """The same for an operation about to be written. What it does not touch keeps its alerts, and the rules say what it does
    to the others, so stored rows are read only where an episode may end or begin. Returns the statements that write it.
    """
    antes, ahora = _antes_y_ahora(cambio, hoy)
    cambian = {clave for clave in antes.keys() | ahora.keys() if antes.get(clave) != ahora.get(clave)}
    if not cambian:
        return []
    if es_postgres() and all(
        prosigue(antes.get(clave), ahora.get(clave), hoy) or (clave[2] is not None and clave not in antes)
        for clave in cambian
    ):
        transaction.on_commit(cache.invalidar)
        return postgres.proseguir({clave: ahora[clave] for clave in cambian}, hoy)
    filas = motor.guardadas([p.pk for p in cambio.productos], {s.lote for _antes, s in cambio.movidos})
    return _escribir(_diferencias(filas, ahora, hoy))


def _escribir(cambios: Cambios) -> list[Sentencia]:
    if cambios:
        transaction.on_commit(cache.invalidar)
    return motor.escribir(cambios)


def _antes_y_ahora(cambio: Cambio, hoy: date) -> tuple[dict[Clave, Condicion], dict[Clave, Condicion]]:
    """The conditions of the products read and of the lots moved, before and after. What stood still is summed once."""
    movidos = {s.existencia for s, _despues in cambio.movidos}
    tocados = {s.lote for s, _despues in cambio.movidos}
    quietos = _por_producto(s for s in cambio.saldos if s.existencia not in movidos)
    antes: dict[Clave, Condicion] = {}
    ahora: dict[Clave, Condicion] = {}
    momentos: list[tuple[dict[int, list[ConStock]], Mapping[int, Decimal | None], dict[Clave, Condicion]]] = [
        (_por_producto(a for a, _d in cambio.movidos), {}, antes),
        (_por_producto(d for _a, d in cambio.movidos), cambio.costos, ahora),
    ]
    for p in cambio.productos:
        umbrales, suyos = _umbrales(p), quietos.get(p.pk, [])
        stock = Stock().mas(suyos, hoy)
        de_tocados = [s for s in suyos if s.lote in tocados]  # the same lots in other warehouses
        for saldos, costos, resultado in momentos:
            movido = saldos.get(p.pk, [])
            suyos_hoy = [
                x._replace(costo_unitario=costos[x.lote]) if x.lote in costos else x for x in (*de_tocados, *movido)
            ]
            resultado |= de_lotes(umbrales, _por_lote(suyos_hoy))
            resultado |= de_producto(umbrales, stock.mas(movido, hoy), hoy)
    return antes, ahora


def comparar(productos: Sequence[Producto | ProductoBloqueado], hoy: date) -> Cambios:
    """Stored alerts of `productos` against the expected ones. Reads only (`verificar` calls it too)."""
    ids = [p.pk for p in productos]
    filas = Alerta.objects.sin_resolver().filter(producto__in=ids).values_list(*Guardada._fields)
    return _diferencias(map(Guardada._make, filas), _esperadas(productos, hoy), hoy)


def _diferencias(guardadas: Iterable[Guardada], esperadas: dict[Clave, Condicion], hoy: date) -> Cambios:
    cambios = Cambios()
    for fila in guardadas:
        _contrastar(cambios, fila, esperadas.pop(fila[1:4], None), hoy)
    cambios.nuevas += [_alerta(clave, c) for clave, c in esperadas.items()]
    return cambios


def _umbrales(p: Producto | ProductoBloqueado) -> Umbrales:
    """A product that is discontinued is not missed when it runs out; what is left of it expires like the rest."""
    if not p.activo:
        return Umbrales(p.pk, 0, None, p.horizonte)
    return Umbrales(p.pk, p.stock_minimo, p.stock_maximo, p.horizonte)


def _esperadas(productos: Sequence[Producto | ProductoBloqueado], hoy: date) -> dict[Clave, Condicion]:
    filas = (
        Existencia.objects.con_stock()
        .filter(producto__in=[p.pk for p in productos])
        .order_by()
        .values_list(
            "producto_id",
            "lote_id",
            "lote__fecha_caducidad",
            "lote__estado",
            "lote__costo_unitario",
            "cantidad",
            "con_costo",
        )
    )
    lotes = _por_producto(map(LoteConStock._make, filas))
    resultado: dict[Clave, Condicion] = {}
    for p in productos:
        resultado |= condiciones(_umbrales(p), _por_lote(lotes.get(p.pk, [])), hoy)
    return resultado


def _por_producto(saldos: Iterable[ConStock]) -> dict[int, list[ConStock]]:
    """Those with stock, by product."""
    suyos: dict[int, list[ConStock]] = {}
    for x in saldos:
        if x.cantidad:
            suyos.setdefault(x.producto, []).append(x)
    return suyos


def _por_lote(saldos: Iterable[ConStock]) -> list[ConStock]:
    """What several warehouses hold of one lot, as one."""
    lotes: dict[int, ConStock] = {}
    for x in saldos:
        previo = lotes.get(x.lote)
        lotes[x.lote] = (
            x
            if previo is None
            else x._replace(cantidad=previo.cantidad + x.cantidad, con_costo=previo.con_costo + x.con_costo)
        )
    return list(lotes.values())


def _alerta(clave: Clave, c: Condicion) -> Alerta:
    tipo, producto, lote = clave
    return Alerta(tipo=tipo, producto_id=producto, lote_id=lote, **c._asdict())


def _contrastar(cambios: Cambios, fila: Guardada, c: Condicion | None, hoy: date) -> None:
    """One stored row against its condition: the same episode goes on, or it ended and another may begin."""
    empezada = fila.activa_desde <= hoy
    terminada = fila.termina is not None and fila.termina <= hoy
    if c is not None and empezada and (terminada or c.activa_desde > hoy):
        cambios.nuevas.append(_alerta(fila[1:4], c))
        c = None
    if c is None:
        (cambios.resueltas if empezada else cambios.borradas).append(fila)
        return
    if empezada:
        c = c._replace(activa_desde=fila.activa_desde)
    if fila[4:] != c:
        cambios.modificadas.append(Guardada._make((*fila[:4], *c)))
