"""What most tests need before they begin: stock, made by the services in one line each, and the days around today.

Who does it is a superuser unless the test says; `resto` is whatever else its request says: rows stand for their id or code.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from inventario.cuentas.models import Usuario
from lotes.models import Almacen, Lote
from movimientos import services
from movimientos.fefo import LineaPlan
from movimientos.models import Motivo, Operacion
from movimientos.peticiones import (
    Baja,
    Conteo,
    Despacho,
    Entrada,
    LineaConteo,
    LineaDeLote,
    LineaEntrada,
    LineaPedida,
    Reverso,
    Salida,
    Traslado,
)
from productos.models import Producto
from pruebas.factories import UsuarioFactory

# The day of the tests that choose theirs.
HOY = date(2026, 5, 10)


def dias(n: int) -> date:
    """`n` days from HOY."""
    return HOY + timedelta(days=n)


def hoy_mas(n: int) -> date:
    """`n` days from the real today."""
    return timezone.localdate() + timedelta(days=n)


def jefe() -> Usuario:
    """The superuser who does what nobody else is said to do: one a test."""
    return Usuario.objects.filter(username="jefe").first() or UsuarioFactory.create(username="jefe", is_superuser=True)


def _peticion(clase: type, **datos: Any) -> Any:
    """A request of `clase`: warehouses by their id, a reason by its code."""
    for campo, valor in datos.items():
        if isinstance(valor, Almacen):
            datos[campo] = valor.pk
        elif isinstance(valor, Motivo):
            datos[campo] = valor.codigo
    return clase(**datos)


def entrar(
    producto: Producto,
    lote: str = "A",
    cantidad: int = 10,
    caduca: date | int | None = 100,
    *,
    costo: Decimal | str | None = None,
    usuario: Usuario | None = None,
    hoy: date | None = None,
    **resto: Any,
) -> Operacion:
    """Goods in, of one lot. `caduca`: the day, or in how many days from `hoy`."""
    if isinstance(caduca, int):
        caduca = (hoy or timezone.localdate()) + timedelta(days=caduca)
    linea = LineaEntrada(producto.pk, cantidad, lote, caduca, None if costo is None else Decimal(costo))
    return entrar_lineas([linea], usuario=usuario, hoy=hoy, **resto)


def entrar_lineas(
    lineas: Sequence[LineaEntrada], *, usuario: Usuario | None = None, hoy: date | None = None, **resto: Any
) -> Operacion:
    return services.registrar_entrada(_peticion(Entrada, lineas=lineas, **resto), usuario=usuario or jefe(), hoy=hoy)


def nuevo_lote(producto: Producto, *args: Any, **kwargs: Any) -> Lote:
    """The lot that `entrar`, with the same arguments, leaves in stock."""
    return Lote.objects.get(pk=entrar(producto, *args, **kwargs).lineas[0].lote_id)


def despachar(
    producto: Producto,
    cantidad: int,
    *,
    vida_minima: int | None = None,
    usuario: Usuario | None = None,
    hoy: date | None = None,
    **resto: Any,
) -> Operacion:
    """Goods out of one product, first expired first."""
    linea = LineaPedida(producto.pk, cantidad, vida_minima)
    return despachar_lineas([linea], usuario=usuario, hoy=hoy, **resto)


def despachar_lineas(
    lineas: Sequence[LineaPedida], *, usuario: Usuario | None = None, hoy: date | None = None, **resto: Any
) -> Operacion:
    return services.despachar(_peticion(Despacho, lineas=lineas, **resto), usuario=usuario or jefe(), hoy=hoy)


def planificar(
    producto: Producto,
    cantidad: int,
    *,
    vida_minima: int | None = None,
    almacen: Almacen | None = None,
    hoy: date | None = None,
) -> LineaPlan:
    """What `despachar` would take, and what it would pass over, of that one product."""
    lineas = [LineaPedida(producto.pk, cantidad, vida_minima)]
    return services.planificar(_peticion(Despacho, lineas=lineas, almacen=almacen), hoy=hoy).lineas[0]


def sacar(
    lote: Lote,
    cantidad: int,
    motivo: str = "merma",
    *,
    usuario: Usuario | None = None,
    hoy: date | None = None,
    **resto: Any,
) -> Operacion:
    """Goods out of a lot that somebody chose, for the reason of that code."""
    p = _peticion(Salida, lineas=[LineaDeLote(lote.pk, cantidad)], motivo=motivo, **resto)
    return services.registrar_salida(p, usuario=usuario or jefe(), hoy=hoy)


def trasladar(
    lote: Lote,
    cantidad: int,
    destino: Almacen,
    *,
    usuario: Usuario | None = None,
    hoy: date | None = None,
    **resto: Any,
) -> Operacion:
    p = _peticion(Traslado, lineas=[LineaDeLote(lote.pk, cantidad)], almacen_destino=destino, **resto)
    return services.trasladar(p, usuario=usuario or jefe(), hoy=hoy)


def contar(
    lote: Lote,
    cantidad: int,
    *,
    donde: Almacen | None = None,
    usuario: Usuario | None = None,
    hoy: date | None = None,
    **resto: Any,
) -> Operacion:
    """What a count of `lote` found in `donde`, or in the warehouse of the operation."""
    linea = LineaConteo(lote.pk, cantidad, donde.pk if donde else None)
    return services.ajustar(_peticion(Conteo, lineas=[linea], **resto), usuario=usuario or jefe(), hoy=hoy)


def revertir(
    operacion: Operacion, *, nota: str = "error", usuario: Usuario | None = None, hoy: date | None = None, **resto: Any
) -> Operacion:
    return services.revertir(Reverso(operacion=operacion, nota=nota, **resto), usuario=usuario or jefe(), hoy=hoy)


def dar_de_baja(*, usuario: Usuario | None = None, hoy: date | None = None, **resto: Any) -> Operacion:
    """Write off what expired: all of it, or that of `lotes`."""
    return services.dar_de_baja_caducados(_peticion(Baja, **resto), usuario=usuario or jefe(), hoy=hoy)


def codigo_totp(dispositivo: TOTPDevice, pasos: int = 0) -> str:
    """What the phone shows now, or `pasos` of half a minute later."""
    totp = TOTP(dispositivo.bin_key, dispositivo.step, dispositivo.t0, dispositivo.digits, dispositivo.drift + pasos)
    return f"{totp.token():06d}"
