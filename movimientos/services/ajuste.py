"""What was counted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from .. import libro
from ..exceptions import RetroactivoImposible
from ..models import Motivo, Operacion, Tipo
from .bloqueo import bloquear_lotes, saldos_de
from .lineas import LineaConteo, desconocidos, validar


@atomica
def ajustar(
    *,
    lineas: Sequence[LineaConteo],
    usuario: Any,
    almacen: Almacen | None = None,
    motivo: Motivo | None = None,
    hoy: date | None = None,
    **cabecera: Any,
) -> Operacion:
    """Set each balance to the quantity counted. What was right leaves no line; the count is recorded all the same.

    A lot counted twice in one request with different quantities is refused. Counts cannot be backdated. Raises
    DatosInvalidos, RetroactivoImposible, MotivoIncompatible.
    """
    autorizar(usuario, "movimientos.ajustar")
    validar(lineas, minimo=0)
    c = libro.encabezar(
        Tipo.AJUSTE,
        usuario=usuario,
        hoy=hoy,
        almacen=almacen,
        motivo=motivo,
        contenido=[[x.lote, x.cantidad, x.almacen] for x in lineas],
        **cabecera,
    )
    if c.fecha < c.hoy:
        raise RetroactivoImposible(_("Un conteo dice lo que hay hoy: no puede llevar fecha pasada."))
    lotes = bloquear_lotes(lineas)
    if previa := libro.repetida(c):
        return previa
    almacenes = {x.almacen for x in lineas if x.almacen is not None}
    conocidos = set(Almacen.objects.filter(pk__in=almacenes).values_list("pk", flat=True)) if almacenes else set()
    desconocidos("almacen", lineas, {None, *conocidos})
    contado: dict[tuple[int, int], int] = {}
    for i, x in enumerate(lineas):
        par = (x.lote, x.almacen or c.almacen.pk)
        if contado.setdefault(par, x.cantidad) != x.cantidad:
            raise DatosInvalidos({f"lineas.{i}.cantidad": [_("El mismo lote viene contado con otra cantidad.")]})
    saldos = saldos_de(lotes, list(contado))
    return libro.asentar(
        c,
        [libro.Linea(saldos[par], q - saldos[par].cantidad) for par, q in contado.items() if q != saldos[par].cantidad],
    )
