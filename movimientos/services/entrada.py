"""Goods in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.dinero import de_millonesimas, millonesimas, promedio
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.caducidad import fabricado_antes, ha_caducado
from lotes.models import Lote
from productos.bloqueo import ProductoBloqueado

from .. import libro
from ..costeo import Linea
from ..exceptions import CaducidadDistinta, FabricacionDistinta, ProductoInactivo
from ..fefo import Saldo
from ..models import Operacion
from ..motivos import DEVUELVEN
from ..motor import elegido as motor
from ..motor.filas import LoteRecibido
from ..peticiones import Entrada, LineaEntrada, desconocidos

LOTE_UNICO = "SIN LOTE"  # the lot of what is not kept by lot
PorLote = dict[tuple[int, str], list[LineaEntrada]]  # (product, code) → the lines that bring it


@atomica
def registrar_entrada(p: Entrada, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Take the lines of `p` into its warehouse, finding or creating each lot. All or nothing.

    A lot's cost becomes the average of what it held and what comes in, weighted by quantity (`movimientos.costeo`); a date of
    manufacture that was not known of it is, from now on. Raises CaducidadDistinta and FabricacionDistinta when a lot is known
    with another date, ProductoInactivo, DatosInvalidos (an expiry missing where the product controls it; an expired lot without a
    `nota`).
    """
    autorizar(usuario, "movimientos.registrar_entrada")
    a = libro.abrir(p, usuario=usuario, hoy=hoy, productos={x.producto for x in p.lineas}, con_stock=False)
    if a.previa is not None:
        return a.previa
    p = p.normalizada()
    productos = {producto.pk: producto for producto in a.productos}
    desconocidos("producto", p.lineas, set(productos))
    lineas = _completar(p.lineas, productos, devuelve=a.motivo.codigo in DEVUELVEN)
    por_lote: PorLote = {}
    for x in lineas:
        por_lote.setdefault((x.producto, x.lote), []).append(x)
    recibido = motor.recibir([_lote_de(suyas) for suyas in por_lote.values()])
    lotes = {(s.producto, s.lote_codigo): s for s in recibido.saldos if (s.producto, s.lote_codigo) in por_lote}
    _comprobar(lineas, productos, lotes, recibido.nuevos)
    _fabricados({lotes[clave].lote: suyas for clave, suyas in por_lote.items()}, recibido.nuevos)
    if not p.nota.strip() and any(ha_caducado(s.fecha_caducidad, a.fecha) for s in lotes.values()):
        raise DatosInvalidos({"nota": [_("El lote ya caducó: explique en la nota por qué entra.")]})
    a.saldos = recibido.saldos
    return libro.asentar(a, [_renglon(a, lotes[clave].lote, suyas) for clave, suyas in por_lote.items()])


def _renglon(a: libro.Abierta, lote: int, lineas: Sequence[LineaEntrada]) -> Linea:
    """The ledger line of what comes of one lot, however many lines of the request bring it."""
    con_costo, recibido = _recibido(lineas)
    cantidad = sum(x.cantidad for x in lineas)
    return Linea(a.saldo(lote, a.almacen.pk), cantidad, con_costo=con_costo, recibido=recibido)


def _recibido(lineas: Sequence[LineaEntrada]) -> tuple[int, int]:
    """Units that come with a cost, and what they cost in all, in millionths."""
    con = [(x.cantidad, millonesimas(x.costo_unitario)) for x in lineas if x.costo_unitario is not None]
    return sum(q for q, _c in con), sum(q * c for q, c in con)


def _completar(
    lineas: Sequence[LineaEntrada], productos: dict[int, ProductoBloqueado], *, devuelve: bool
) -> list[LineaEntrada]:
    """Check each line against its product: one that is discontinued only comes back. Raises DatosInvalidos, ProductoInactivo."""
    errores: dict[str, list[Any]] = {}
    completas = []
    for i, x in enumerate(lineas):
        producto = productos[x.producto]
        if not producto.activo and not devuelve:
            raise ProductoInactivo(producto=producto.pk)
        if not x.lote and producto.controla_caducidad:
            errores[f"lineas.{i}.lote"] = [_("Falta el código del lote.")]
        completas.append(x if x.lote else replace(x, lote=LOTE_UNICO))
    if errores:
        raise DatosInvalidos(errores)
    return completas


def _lote_de(lineas: Sequence[LineaEntrada]) -> LoteRecibido:
    """The lot that these lines, all of it, bring when it is new: the first expiry and manufacture, the average cost of all."""
    x = lineas[0]
    con_costo, recibido = _recibido(lineas)
    costo = de_millonesimas(promedio(recibido, con_costo)) if con_costo else None
    return LoteRecibido(x.producto, x.lote, x.fecha_caducidad, _fabricacion(lineas), costo)


def _fabricacion(lineas: Sequence[LineaEntrada]) -> date | None:
    return next((x.fecha_fabricacion for x in lineas if x.fecha_fabricacion), None)


def _fabricados(por_lote: dict[int, list[LineaEntrada]], nuevos: set[int]) -> None:
    """No lot with two dates of manufacture; keep the first that is said of it. Raises FabricacionDistinta, DatosInvalidos."""
    dichos = {lote: lineas for lote, lineas in por_lote.items() if _fabricacion(lineas)}
    for lote in Lote.objects.filter(pk__in=dichos) if dichos else ():
        registrada = lote.fecha_fabricacion or _fabricacion(dichos[lote.pk])
        for x in dichos[lote.pk]:
            if x.fecha_fabricacion not in (None, registrada):
                raise FabricacionDistinta(
                    lote=None if lote.pk in nuevos else lote.pk,
                    lote_codigo=lote.codigo,
                    registrada=registrada,
                    recibida=x.fecha_fabricacion,
                )
        if lote.fecha_fabricacion is None:
            if not fabricado_antes(registrada, lote.fecha_caducidad):
                raise DatosInvalidos({"fecha_fabricacion": [_("No puede caducar antes de fabricarse.")]})
            lote.fecha_fabricacion = registrada
            lote.save(update_fields=["fecha_fabricacion"])


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
