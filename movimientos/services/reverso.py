"""Undoing, by writing the opposite: nothing is ever erased."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica

from .. import libro
from ..exceptions import ReversoImposible, StockInsuficiente, YaRevertida
from ..models import Movimiento, Operacion, Tipo
from .bloqueo import bloquear_lotes, saldos_de
from .lineas import LineaSalida


@atomica
def revertir(*, operacion: Operacion, usuario: Any, nota: str, hoy: date | None = None, **cabecera: Any) -> Operacion:
    """Write the opposite lines of `operacion`, once, dated today. Needs a `nota`.

    Raises YaRevertida, ReversoImposible (a reversal, an operation without lines, or stock that has since left),
    DatosInvalidos.
    """
    autorizar(usuario, "movimientos.revertir")
    if not nota.strip():
        raise DatosInvalidos({"nota": [_("Explique por qué se revierte.")]})
    c = libro.encabezar(
        Tipo.REVERSO,
        usuario=usuario,
        hoy=hoy,
        almacen=operacion.almacen,
        motivo=None,
        almacen_destino=operacion.almacen_destino,
        contraparte=operacion.contraparte,
        documento=operacion.documento,
        nota=nota,
        revierte=operacion,
        contenido=[operacion.pk],
        **cabecera,
    )
    movimientos = list(Movimiento.objects.filter(operacion=operacion).order_by("pk"))
    if operacion.tipo == Tipo.REVERSO or not movimientos:
        raise ReversoImposible(operacion=operacion.pk)
    lotes = bloquear_lotes([LineaSalida(m.lote_id, 1) for m in movimientos])
    if previa := libro.repetida(c):
        return previa
    anterior = Operacion.objects.filter(revierte=operacion).values_list("pk", flat=True).first()
    if anterior is not None:
        raise YaRevertida(operacion=operacion.pk, revertida_por=anterior)
    saldos = saldos_de(lotes, [(m.lote_id, m.almacen_id) for m in movimientos])
    try:
        return libro.asentar(c, [libro.Linea(saldos[m.lote_id, m.almacen_id], -m.cantidad) for m in movimientos])
    except StockInsuficiente as error:
        raise ReversoImposible(
            _("Parte de lo que entró ya salió: no se puede revertir."), operacion=operacion.pk, **error.datos
        ) from error
