"""What an operation reads before it decides: the products it locked, what they hold, and what it left out."""

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from inventario.plataforma.sql import arreglo, consultar, consultar_juntas, es_postgres
from lotes.models import Almacen, Existencia
from productos import bloqueo
from productos.bloqueo import ProductoBloqueado

from .fefo import Saldo
from .models import Motivo, Tipo

MOTIVO_POR_OMISION = {
    Tipo.ENTRADA: "compra",
    Tipo.DESPACHO: "despacho",
    Tipo.AJUSTE: "conteo",
    Tipo.TRASLADO: "traslado",
    Tipo.REVERSO: "correccion",
}
_CAMPOS_ALMACEN = [f.attname for f in Almacen._meta.concrete_fields]
_CAMPOS_MOTIVO = [f.attname for f in Motivo._meta.concrete_fields]
_OMISIONES = f"""
SELECT {", ".join(f"a.{c}" for c in _CAMPOS_ALMACEN)}, {", ".join(f"m.{c}" for c in _CAMPOS_MOTIVO)}
FROM lotes_almacen a, movimientos_motivo m WHERE a.predeterminado AND m.codigo = %s
"""  # noqa: S608  column names of the models
_COLUMNAS = (
    "pk",
    "producto_id",
    "lote_id",
    "lote__codigo",
    "almacen_id",
    "lote__fecha_caducidad",
    "lote__estado",
    "lote__creado_en",
    "cantidad",
    "secuencia",
    "huella",
    "lote__costo_unitario",
)
# PostgreSQL plans an array of products anew each time, for it cannot tell how many come; of one product it keeps the plan.
# `creado_en` as a plain UTC timestamp: it only orders, and Django loads aware ones in Python, one by one.
_CON_STOCK_DE = """
SELECT e.id, e.producto_id, e.lote_id, l.codigo, e.almacen_id, l.fecha_caducidad, l.estado,
    l.creado_en AT TIME ZONE 'UTC', e.cantidad, e.secuencia, e.huella, l.costo_unitario
FROM lotes_existencia e JOIN lotes_lote l ON l.id = e.lote_id
WHERE e.cantidad > 0 AND e.producto_id = """
_CON_STOCK_DE_UNO, _CON_STOCK_DE_VARIOS = _CON_STOCK_DE + "%s", _CON_STOCK_DE + "ANY(%s::bigint[])"


def leer(*condiciones: Q, **filtro: Any) -> list[Saldo]:
    """Balances that match, as of now: call it after the lock."""
    existencias = Existencia.objects.filter(*condiciones, **filtro).order_by()
    return [Saldo._make(fila) for fila in existencias.values_list(*_COLUMNAS)]


def leer_con_stock(productos: Iterable[int]) -> list[Saldo]:
    """Everything that `productos` hold, in any warehouse: the query of every dispatch, so prepared on PostgreSQL."""
    ids = set(productos)
    if es_postgres():
        return Saldo.de_filas(consultar(*_con_stock(ids)))
    return leer(producto__in=ids, cantidad__gt=0)


def _con_stock(ids: set[int]) -> tuple[str, list[Any]]:
    return (_CON_STOCK_DE_UNO, [*ids]) if len(ids) == 1 else (_CON_STOCK_DE_VARIOS, [arreglo(ids)])


def abrir(
    tipo: Tipo, productos: Iterable[int], almacen: Almacen | None, motivo: Motivo | None, *, con_stock: bool = True
) -> tuple[Almacen, Motivo, list[ProductoBloqueado], list[Saldo]]:
    """Lock `productos` and read all they hold (unless not `con_stock`), with the warehouse and motive meant when none is
    said: one round trip on PostgreSQL when both are left out, as usual.
    """
    ids = set(productos)
    if almacen is None and motivo is None and es_postgres():
        stock = [_con_stock(ids)] if con_stock else []
        omisiones, bloqueados, *saldos = consultar_juntas(
            (_OMISIONES, [MOTIVO_POR_OMISION[tipo]]), bloqueo.consulta(ids), *stock
        )
        if omisiones:
            suyos = [ProductoBloqueado._make(fila) for fila in bloqueados]
            return *_de_omisiones(omisiones[0]), suyos, Saldo.de_filas(saldos[0]) if saldos else []
    return *por_omision(tipo, almacen, motivo), bloqueo.bloquear(ids), leer_con_stock(ids) if con_stock else []


def por_omision(tipo: Tipo, almacen: Almacen | None, motivo: Motivo | None) -> tuple[Almacen, Motivo]:
    """The warehouse and the motive meant when none is said; both left out, as usual, come in one query."""
    codigo = MOTIVO_POR_OMISION.get(tipo)
    if almacen is None and motivo is None and es_postgres():
        for fila in consultar(_OMISIONES, [codigo]):
            return _de_omisiones(fila)
    almacen = almacen or Almacen.objects.predeterminado()
    return almacen, motivo or Motivo.objects.get(codigo=codigo)


def _de_omisiones(fila: tuple) -> tuple[Almacen, Motivo]:
    corte = len(_CAMPOS_ALMACEN)
    return (
        Almacen.from_db(DEFAULT_DB_ALIAS, _CAMPOS_ALMACEN, fila[:corte]),
        Motivo.from_db(DEFAULT_DB_ALIAS, _CAMPOS_MOTIVO, fila[corte:]),
    )
