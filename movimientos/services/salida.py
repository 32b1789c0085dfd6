"""Goods out of a lot that somebody chose, and the write-off of what expired."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.caducidad import razon_no_despachable
from lotes.models import Almacen, Existencia

from .. import fefo, lectura, libro
from ..exceptions import LoteNoDespachable, StockInsuficiente
from ..models import Motivo, Operacion, Tipo
from .bloqueo import bloquear_lotes, saldo_vacio
from .lineas import LINEAS_MAXIMAS, LineaSalida, sumar, validar


@atomica
def registrar_salida(
    *,
    lineas: Sequence[LineaSalida],
    usuario: Any,
    motivo: Motivo,
    almacen: Almacen | None = None,
    hoy: date | None = None,
    **cabecera: Any,
) -> Operacion:
    """Take `lineas` out of `almacen`. Expired or held stock leaves only for a reason that admits it.

    A consumption that passes over an earlier expiry is allowed and marked `excepcion_fefo`. Raises LoteNoDespachable,
    StockInsuficiente, MotivoIncompatible, RetroactivoImposible, DatosInvalidos.
    """
    autorizar(usuario, "movimientos.registrar_salida")
    validar(lineas)
    c = libro.encabezar(
        Tipo.SALIDA,
        usuario=usuario,
        hoy=hoy,
        almacen=almacen,
        motivo=motivo,
        contenido=[[x.lote, x.cantidad] for x in lineas],
        **cabecera,
    )
    lotes = bloquear_lotes(lineas)
    if previa := libro.repetida(c):
        return previa
    cantidades = sumar((x.lote, x.cantidad) for x in lineas)
    # The other lots of the product are needed to say whether FEFO was kept; only those with stock matter.
    saldos = lectura.leer(producto__in={lote.producto_id for lote in lotes.values()}, almacen=c.almacen, cantidad__gt=0)
    hay = {s.lote: s for s in saldos}
    renglones = []
    for lote, cantidad in cantidades.items():
        saldo = hay.get(lote) or saldo_vacio(lotes[lote], c.almacen.pk)
        if not c.motivo.admite_no_disponible:
            _exigir_despachable(saldo, c.fecha)
        mejor = c.motivo.es_consumo and fefo.habia_mejor(saldo, saldos, cantidades, c.fecha)
        renglones.append(libro.Linea(saldo, -cantidad, excepcion_fefo=mejor))
    return libro.asentar(c, renglones)


def _exigir_despachable(saldo: fefo.Saldo, dia: date) -> None:
    razon = razon_no_despachable(saldo.estado, saldo.fecha_caducidad, dia)
    if razon is not None:
        raise LoteNoDespachable(
            lote=saldo.lote, lote_codigo=saldo.lote_codigo, fecha_caducidad=saldo.fecha_caducidad, razon=str(razon)
        )


@atomica
def dar_de_baja_caducados(
    *,
    usuario: Any,
    almacen: Almacen | None = None,
    lotes: Sequence[int] | None = None,
    hoy: date | None = None,
    **cabecera: Any,
) -> Operacion:
    """Write off everything that `almacen` holds expired (or of `lotes` only, which must be), in one operation of at most
    1000 lots, the longest expired first. Raises StockInsuficiente when there is nothing to write off.
    """
    hoy = hoy or timezone.localdate()
    almacen = almacen or Almacen.objects.predeterminado()
    caducadas = Existencia.objects.caducadas(hoy).filter(almacen=almacen).en_orden_fefo()
    if lotes is not None:
        caducadas = caducadas.filter(lote__in=lotes)
    lineas = [LineaSalida(lote, q) for lote, q in caducadas.values_list("lote_id", "cantidad")[:LINEAS_MAXIMAS]]
    if not lineas:
        raise StockInsuficiente(lineas=[])
    return registrar_salida(
        lineas=lineas,
        usuario=usuario,
        motivo=Motivo.objects.get(codigo="caducado"),
        almacen=almacen,
        hoy=hoy,
        **cabecera,
    )
