"""Undoing, by writing the opposite: nothing is ever erased."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica

from .. import libro
from ..exceptions import ReversoImposible, StockInsuficiente, YaRevertida
from ..models import Movimiento, Operacion, Tipo
from ..peticiones import Reverso


@atomica
def revertir(p: Reverso, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Write the opposite lines of the operation that `p` names, once, dated today.

    Raises YaRevertida, ReversoImposible (a reversal, an operation without lines, or stock that has since left),
    DatosInvalidos.
    """
    autorizar(usuario, "movimientos.revertir")
    p.validar()
    o = p.operacion
    movimientos = list(Movimiento.objects.filter(operacion=o).order_by("pk"))
    if o.tipo == Tipo.REVERSO or not movimientos:
        raise ReversoImposible(operacion=o.pk)
    p = replace(
        p,
        almacen=o.almacen_id,
        almacen_destino=o.almacen_destino_id,
        contraparte=o.contraparte,
        documento=o.documento,
    )
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes={m.lote_id for m in movimientos})
    if a.previa is not None:
        return a.previa
    anterior = Operacion.objects.filter(revierte=o).values_list("pk", flat=True).first()
    if anterior is not None:
        raise YaRevertida(operacion=o.pk, revertida_por=anterior)
    try:
        return libro.asentar(
            a, [libro.Linea(a.saldo(m.lote_id, m.almacen_id), -m.cantidad) for m in movimientos], revierte=o
        )
    except StockInsuficiente as error:
        raise ReversoImposible(
            _("Parte de lo que entró ya salió: no se puede revertir."), operacion=o.pk, **error.datos
        ) from error
