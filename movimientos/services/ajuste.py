"""What was counted."""

from datetime import date

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from .. import libro
from ..costeo import Linea
from ..exceptions import RetroactivoImposible
from ..models import Operacion
from ..peticiones import Conteo, desconocidos


@atomica
def ajustar(p: Conteo, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Set each balance to the quantity counted. What was right leaves no line; the count is recorded all the same.

    A lot counted twice in one request with different quantities is refused. Counts cannot be backdated. Raises
    DatosInvalidos, RetroactivoImposible.
    """
    autorizar(usuario, "movimientos.ajustar")
    p.validar()
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes={x.lote for x in p.lineas})
    if a.previa is not None:
        return a.previa
    if a.fecha < a.hoy:
        raise RetroactivoImposible(_("Un conteo dice lo que hay hoy: no puede llevar fecha pasada."))
    desconocidos("lote", p.lineas, {s.lote for s in a.saldos})
    almacenes = {x.almacen for x in p.lineas if x.almacen is not None}
    conocidos = set(Almacen.objects.filter(pk__in=almacenes).values_list("pk", flat=True)) if almacenes else set()
    desconocidos("almacen", p.lineas, {None, *conocidos})
    contado: dict[tuple[int, int], int] = {}
    for i, x in enumerate(p.lineas):
        if contado.setdefault((x.lote, x.almacen or a.almacen.pk), x.cantidad) != x.cantidad:
            raise DatosInvalidos({f"lineas.{i}.cantidad": [_("El mismo lote viene contado con otra cantidad.")]})
    saldos = [(a.saldo(*par), cantidad) for par, cantidad in contado.items()]
    return libro.asentar(a, [Linea(s, n - s.cantidad) for s, n in saldos if n != s.cantidad])
