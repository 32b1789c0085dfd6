"""From one warehouse to another."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from .. import libro
from ..models import Motivo, Operacion, Tipo
from .bloqueo import bloquear_lotes, saldos_de
from .lineas import LineaTraslado, sumar, validar


@atomica
def trasladar(
    *,
    lineas: Sequence[LineaTraslado],
    usuario: Any,
    almacen_destino: Almacen,
    almacen: Almacen | None = None,
    motivo: Motivo | None = None,
    hoy: date | None = None,
    **cabecera: Any,
) -> Operacion:
    """Move `lineas` from `almacen` to `almacen_destino`: two ledger lines each, which sum to zero.

    Expired and held lots may move: that is how they reach quarantine. Raises StockInsuficiente, AlmacenInactivo,
    RetroactivoImposible, DatosInvalidos.
    """
    autorizar(usuario, "movimientos.trasladar")
    validar(lineas)
    c = libro.encabezar(
        Tipo.TRASLADO,
        usuario=usuario,
        hoy=hoy,
        almacen=almacen,
        motivo=motivo,
        almacen_destino=almacen_destino,
        contenido=[almacen_destino.pk, [[x.lote, x.cantidad] for x in lineas]],
        **cabecera,
    )
    if c.almacen.pk == almacen_destino.pk:
        raise DatosInvalidos({"almacen_destino": [_("Debe ser otro almacén.")]})
    lotes = bloquear_lotes(lineas)
    if previa := libro.repetida(c):
        return previa
    cantidades = sumar((x.lote, x.cantidad) for x in lineas)
    origen, destino = c.almacen.pk, almacen_destino.pk
    saldos = saldos_de(lotes, [(lote, a) for lote in cantidades for a in (origen, destino)])
    renglones = []
    for lote, cantidad in cantidades.items():
        renglones += [libro.Linea(saldos[lote, origen], -cantidad), libro.Linea(saldos[lote, destino], cantidad)]
    return libro.asentar(c, renglones)
