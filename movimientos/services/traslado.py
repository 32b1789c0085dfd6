"""From one warehouse to another."""

from datetime import date

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica

from .. import libro
from ..costeo import Linea, salen
from ..models import Operacion
from ..peticiones import Traslado, desconocidos, sumar


@atomica
def trasladar(p: Traslado, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Move the lines of `p` from its warehouse to another: two ledger lines each, which sum to zero.

    Expired and held lots may move: that is how they reach quarantine. Raises StockInsuficiente, AlmacenInactivo,
    DatosInvalidos.
    """
    autorizar(usuario, "movimientos.trasladar")
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes={x.lote for x in p.lineas})
    if a.previa is not None:
        return a.previa
    desconocidos("lote", p.lineas, {s.lote for s in a.saldos})
    origen, destino = a.almacen.pk, p.almacen_destino
    if origen == destino:
        raise DatosInvalidos({"almacen_destino": [_("Debe ser otro almacén.")]})
    renglones: list[Linea] = []
    for lote, cantidad in sumar((x.lote, x.cantidad) for x in p.lineas).items():
        sale = a.saldo(lote, origen)
        # The same units arrive: as many of them with a known cost.
        llega = Linea(a.saldo(lote, destino), cantidad, con_costo=salen(sale, cantidad))
        renglones += [Linea(sale, -cantidad), llega]
    return libro.asentar(a, renglones)
