"""Goods in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from inventario.campos import normalizar_codigo
from inventario.exceptions import DatosInvalidos
from inventario.permisos import autorizar
from inventario.transacciones import atomica
from lotes.caducidad import ha_caducado
from lotes.models import Almacen, Existencia, Lote
from productos.models import Producto

from .. import libro
from ..exceptions import CaducidadDistinta, ProductoInactivo
from ..models import Motivo, Operacion, Tipo
from .bloqueo import saldo_vacio
from .lineas import LineaEntrada, desconocidos, sumar, validar, validar_entrada

LOTE_UNICO = "SIN LOTE"  # the lot of what is not kept by lot


@atomica
def registrar_entrada(
    *,
    lineas: Sequence[LineaEntrada],
    usuario: Any,
    almacen: Almacen | None = None,
    motivo: Motivo | None = None,
    hoy: date | None = None,
    **cabecera: Any,
) -> Operacion:
    """Take `lineas` into `almacen`, finding or creating each lot. All or nothing.

    A lot's cost becomes the average of what it held and what comes in, weighted by quantity. Raises
    CaducidadDistinta when a lot is known with another expiry, ProductoInactivo, DatosInvalidos (an expiry missing
    where the product controls it; an expired lot without a `nota`), RetroactivoImposible, MotivoIncompatible.
    """
    autorizar(usuario, "movimientos.registrar_entrada")
    validar(lineas)
    lineas = [replace(x, lote=normalizar_codigo(x.lote)) for x in lineas]
    c = libro.encabezar(
        Tipo.ENTRADA,
        usuario=usuario,
        hoy=hoy,
        almacen=almacen,
        motivo=motivo,
        contenido=[
            [x.producto, x.lote, x.fecha_caducidad, x.cantidad, x.costo_unitario, x.fecha_fabricacion] for x in lineas
        ],
        **cabecera,
    )
    pedidos = {x.producto for x in lineas}
    productos = {p.pk: p for p in Producto.objects.bloqueados(pedidos).select_related("categoria")}
    if previa := libro.repetida(c):
        return previa
    desconocidos("producto", lineas, productos)
    lineas = _completar(lineas, productos)
    lotes = _lotes(lineas, productos)
    if not c.nota.strip() and any(ha_caducado(lote.fecha_caducidad, c.fecha) for lote in lotes.values()):
        raise DatosInvalidos({"nota": [_("El lote ya caducó: explique en la nota por qué entra.")]})
    cantidades = sumar((lotes[x.producto, x.lote].pk, x.cantidad) for x in lineas)
    por_id = {lote.pk: lote for lote in lotes.values()}
    leidos = libro.leer_con_stock_y_lotes(pedidos, por_id)
    hay = {s.lote: s for s in leidos if s.almacen == c.almacen.pk}
    renglones = [
        libro.Linea(hay.get(lote) or saldo_vacio(por_id[lote], c.almacen.pk), q) for lote, q in cantidades.items()
    ]
    return libro.asentar(c, renglones, libro.Leido(list(productos.values()), leidos))


def _completar(lineas: Sequence[LineaEntrada], productos: dict[int, Producto]) -> list[LineaEntrada]:
    """Check each line against its product. Raises DatosInvalidos or ProductoInactivo."""
    errores: dict[str, list[Any]] = {}
    completas = []
    for i, x in enumerate(lineas):
        producto = productos[x.producto]
        if not producto.activo:
            raise ProductoInactivo(producto=producto.pk)
        if not x.lote and not producto.controla_caducidad:
            x = replace(x, lote=LOTE_UNICO)
        suyos = validar_entrada(x)
        if not x.lote:
            suyos["lote"] = [_("Falta el código del lote.")]
        errores |= {f"lineas.{i}.{campo}": mensajes for campo, mensajes in suyos.items()}
        completas.append(x)
    if errores:
        raise DatosInvalidos(errores)
    return completas


def _lotes(lineas: list[LineaEntrada], productos: dict[int, Producto]) -> dict[tuple[int, str], Lote]:
    """Each line's lot, by (product, code): found, or created in one statement; costs brought up to date."""
    pedidos = {(x.producto, x.lote) for x in lineas}
    hallados = {
        (lote.producto_id, lote.codigo): lote
        for lote in Lote.objects.filter(
            producto__in={p for p, _c in pedidos}, codigo__in={codigo for _p, codigo in pedidos}
        )
        if (lote.producto_id, lote.codigo) in pedidos
    }
    existentes = set(hallados)
    for i, x in enumerate(lineas):
        lote = hallados.get((x.producto, x.lote))
        if lote is None:
            if x.fecha_caducidad is None and productos[x.producto].controla_caducidad:
                raise DatosInvalidos({f"lineas.{i}.fecha_caducidad": [_("Falta la fecha de caducidad.")]})
            hallados[x.producto, x.lote] = Lote(
                producto_id=x.producto,
                codigo=x.lote,
                fecha_caducidad=x.fecha_caducidad,
                fecha_fabricacion=x.fecha_fabricacion,
            )
        elif x.fecha_caducidad is not None and x.fecha_caducidad != lote.fecha_caducidad:
            raise CaducidadDistinta(
                lote=lote.pk, lote_codigo=lote.codigo, registrada=lote.fecha_caducidad, recibida=x.fecha_caducidad
            )
    _costear(lineas, hallados, existentes)
    Lote.objects.bulk_create([lote for clave, lote in hallados.items() if clave not in existentes])
    return hallados


def _costear(lineas: list[LineaEntrada], lotes: dict[tuple[int, str], Lote], existentes: set[tuple[int, str]]) -> None:
    """Weighted average of the cost on hand and the cost coming in; lines without a cost change nothing."""
    con_costo = [(x, x.costo_unitario) for x in lineas if x.costo_unitario is not None]
    previos = {lotes[x.producto, x.lote].pk for x, _costo in con_costo if (x.producto, x.lote) in existentes}
    hay: dict[int | None, int] = {}
    if previos:
        hay = dict(Existencia.objects.filter(lote__in=previos).order_by().values_list("lote").annotate(Sum("cantidad")))
    cambiados = {}
    for x, costo in con_costo:
        lote = lotes[x.producto, x.lote]
        antes = hay.get(lote.pk, 0)
        if lote.costo_unitario is None or not antes:
            nuevo = costo
        else:
            nuevo = (lote.costo_unitario * antes + costo * x.cantidad) / (antes + x.cantidad)
        hay[lote.pk] = antes + x.cantidad
        nuevo = nuevo.quantize(Decimal("0.000001"))
        if nuevo != lote.costo_unitario:
            lote.costo_unitario = nuevo
            if (x.producto, x.lote) in existentes:
                cambiados[lote.pk] = lote
    if cambiados:
        Lote.objects.bulk_update(cambiados.values(), ["costo_unitario"])
