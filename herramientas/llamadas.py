"""The calls that tools and benchmarks make to the services of `movimientos`, in one place: who changes a signature changes
this file. Lines are tuples, in the order of the fields of each kind of line; `cabecera` is what an operation says of itself.
"""

from collections.abc import Iterable
from typing import Any

from inventario.cuentas.models import Usuario
from movimientos import fefo, services
from movimientos.models import Operacion
from movimientos.peticiones import (
    Despacho,
    Entrada,
    LineaDeLote,
    LineaEntrada,
    LineaPedida,
    Reverso,
    Salida,
    Traslado,
)


def registrar_entrada(usuario: Usuario, lineas: Iterable[tuple], **cabecera: Any) -> Operacion:
    """Lines (product, quantity, lot, expiry)."""
    return services.registrar_entrada(Entrada(lineas=[LineaEntrada(*x) for x in lineas], **cabecera), usuario=usuario)


def despachar(usuario: Usuario, lineas: Iterable[tuple], **cabecera: Any) -> Operacion:
    """Lines (product, quantity)."""
    return services.despachar(Despacho(lineas=[LineaPedida(*x) for x in lineas], **cabecera), usuario=usuario)


def planificar(lineas: Iterable[tuple], **cabecera: Any) -> fefo.Plan:
    """Lines (product, quantity)."""
    return services.planificar(Despacho(lineas=[LineaPedida(*x) for x in lineas], **cabecera))


def registrar_salida(usuario: Usuario, lineas: Iterable[tuple], **cabecera: Any) -> Operacion:
    """Lines (lot, quantity)."""
    return services.registrar_salida(Salida(lineas=[LineaDeLote(*x) for x in lineas], **cabecera), usuario=usuario)


def trasladar(usuario: Usuario, lineas: Iterable[tuple], **cabecera: Any) -> Operacion:
    """Lines (lot, quantity)."""
    return services.trasladar(Traslado(lineas=[LineaDeLote(*x) for x in lineas], **cabecera), usuario=usuario)


def revertir(usuario: Usuario, operacion: Operacion, **cabecera: Any) -> Operacion:
    return services.revertir(Reverso(operacion=operacion, **cabecera), usuario=usuario)
