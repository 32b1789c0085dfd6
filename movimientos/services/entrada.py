"""Goods in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.caducidad import ha_caducado
from lotes.models import Lote
from productos.bloqueo import ProductoBloqueado

from .. import libro
from ..exceptions import CaducidadDistinta, ProductoInactivo
from ..fefo import Saldo
from ..models import Operacion
from ..motor import elegido as motor
from ..motor.filas import LoteRecibido, Recibido
from ..peticiones import Entrada, LineaEntrada, desconocidos, sumar

LOTE_UNICO = "SIN LOTE"  # the lot of what is not kept by lot
PorLote = dict[tuple[int, str], list[LineaEntrada]]  # (product, code) → the lines that bring it


@atomica
def registrar_entrada(p: Entrada, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Take the lines of `p` into its warehouse, finding or creating each lot. All or nothing.

    A lot's cost becomes the average of what it held and what comes in, weighted by quantity. Raises
    CaducidadDistinta when a lot is known with another expiry, ProductoInactivo, DatosInvalidos (an expiry missing
    where the product controls it; an expired lot without a `nota`).
    """
    autorizar(usuario, "movimientos.registrar_entrada")
    p.validar()
    p = p.normalizada()
    pedidos = {x.producto for x in p.lineas}
    a = libro.abrir(p, usuario=usuario, hoy=hoy, productos=pedidos, con_stock=False)
    if a.previa is not None:
        return a.previa
    productos = {producto.pk: producto for producto in a.productos}
    desconocidos("producto", p.lineas, set(productos))
    lineas = _completar(p.lineas, productos)
    por_lote: PorLote = {}
    for x in lineas:
        por_lote.setdefault((x.producto, x.lote), []).append(x)
    recibido = motor.recibir([_lote_de(suyas) for suyas in por_lote.values()])
    lotes = {(s.producto, s.lote_codigo): s for s in recibido.saldos if (s.producto, s.lote_codigo) in por_lote}
    _comprobar(lineas, productos, lotes, recibido.nuevos)
    if not p.nota.strip() and any(ha_caducado(s.fecha_caducidad, a.fecha) for s in lotes.values()):
        raise DatosInvalidos({"nota": [_("El lote ya caducó: explique en la nota por qué entra.")]})
    a.saldos = _costear(recibido, lotes, por_lote)
    cantidades = {lotes[clave].lote: sum(x.cantidad for x in suyas) for clave, suyas in por_lote.items()}
    return libro.asentar(a, [libro.Linea(a.saldo(lote, a.almacen.pk), q) for lote, q in cantidades.items()])


def _completar(lineas: Sequence[LineaEntrada], productos: dict[int, ProductoBloqueado]) -> list[LineaEntrada]:
    """Check each line against its product. Raises DatosInvalidos or ProductoInactivo."""
    errores: dict[str, list[Any]] = {}
    completas = []
    for i, x in enumerate(lineas):
        producto = productos[x.producto]
        if not producto.activo:
            raise ProductoInactivo(producto=producto.pk)
        if not x.lote and producto.controla_caducidad:
            errores[f"lineas.{i}.lote"] = [_("Falta el código del lote.")]
        completas.append(x if x.lote else replace(x, lote=LOTE_UNICO))
    if errores:
        raise DatosInvalidos(errores)
    return completas


def _lote_de(lineas: Sequence[LineaEntrada]) -> LoteRecibido:
    """The lot that these lines, all of it, bring when it is new: the dates of the first, the average cost of all."""
    x = lineas[0]
    return LoteRecibido(x.producto, x.lote, x.fecha_caducidad, x.fecha_fabricacion, _promediar(None, 0, lineas))


def _comprobar(
    lineas: Sequence[LineaEntrada],
    productos: dict[int, ProductoBloqueado],
    lotes: dict[tuple[int, str], Saldo],
    nuevos: set[int],
) -> None:
    """No lot without the expiry that its product controls, none with two. Raises DatosInvalidos, CaducidadDistinta."""
    for i, x in enumerate(lineas):
        lote = lotes[x.producto, x.lote]
        nuevo = lote.lote in nuevos
        if nuevo and lote.fecha_caducidad is None and productos[x.producto].controla_caducidad:
            raise DatosInvalidos({f"lineas.{i}.fecha_caducidad": [_("Falta la fecha de caducidad.")]})
        if x.fecha_caducidad is not None and x.fecha_caducidad != lote.fecha_caducidad:
            raise CaducidadDistinta(
                lote=None if nuevo else lote.lote,  # the id of a lot that this refusal undoes says nothing
                lote_codigo=lote.lote_codigo,
                registrada=lote.fecha_caducidad,
                recibida=x.fecha_caducidad,
            )


def _costear(recibido: Recibido, lotes: dict[tuple[int, str], Saldo], por_lote: PorLote) -> list[Saldo]:
    """Bring the cost of the lots that were known up to date; return the balances with it."""
    hay = sumar((s.lote, s.cantidad) for s in recibido.saldos)
    costos = {
        s.lote: _promediar(s.costo_unitario, hay[s.lote], por_lote[clave])
        for clave, s in lotes.items()
        if s.lote not in recibido.nuevos
    }
    cambiados = [
        Lote(pk=s.lote, costo_unitario=costos[s.lote])
        for s in lotes.values()
        if s.lote in costos and costos[s.lote] != s.costo_unitario
    ]
    if cambiados:
        Lote.objects.bulk_update(cambiados, ["costo_unitario"])
    return [s._replace(costo_unitario=costos.get(s.lote, s.costo_unitario)) for s in recibido.saldos]


def _promediar(costo: Decimal | None, hay: int, lineas: Sequence[LineaEntrada]) -> Decimal | None:
    """Average of the cost of what was there and of what comes in, weighted by quantity; a line without a cost changes nothing."""
    for x in lineas:
        if x.costo_unitario is None:
            continue
        previo = x.costo_unitario if costo is None or not hay else costo
        costo = (previo * hay + x.costo_unitario * x.cantidad) / (hay + x.cantidad)
        costo = costo.quantize(Decimal("0.000001"))
        hay += x.cantidad
    return costo
