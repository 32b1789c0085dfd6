"""Goods out, first expired first."""

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen
from productos.models import Producto

from .. import fefo, libro
from ..costeo import Linea
from ..exceptions import StockInsuficiente
from ..models import Motivo, Operacion
from ..motor import elegido as motor
from ..peticiones import Despacho, desconocidos


@atomica
def despachar(p: Despacho, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Take the lines of `p` out of its warehouse in FEFO order, all or nothing unless `parcial`.

    Locks the products once, in primary key order, then reads and plans: two dispatches of the same product queue up and
    the second sees what the first left. Expiry is judged on the effective date. With `parcial` it takes what there is
    and the operation keeps what was missing in `faltantes`. Raises StockInsuficiente with the plan (also when a partial
    dispatch finds nothing at all).
    """
    autorizar(usuario, "movimientos.despachar")
    a = libro.abrir(p, usuario=usuario, hoy=hoy, productos={x.producto for x in p.lineas})
    if a.previa is not None:
        return a.previa
    pedidos = _pedidos(p, {producto.pk: producto.vida_minima_despacho for producto in a.productos})
    plan = fefo.planificar(pedidos, a.saldos, almacen=a.almacen.pk, hoy=a.fecha)
    if not plan.completo and not (p.parcial and plan.asignado):
        raise StockInsuficiente(lineas=plan.rechazo())
    tomas = [(toma, linea.pedido.vida_minima) for linea in plan.lineas for toma in linea.tomas]
    renglones = [Linea(toma.saldo, -toma.cantidad, vida_minima) for toma, vida_minima in tomas]
    return libro.asentar(a, renglones, faltantes=plan.faltantes() or None)


def planificar(p: Despacho, *, hoy: date | None = None) -> fefo.Plan:
    """The plan that `despachar` would carry out now: per product the lots taken, what is missing, and each lot passed
    over with its reason. Writes and locks nothing. Raises DatosInvalidos.
    """
    p.validar()
    almacen = Almacen.objects.filter(Q(predeterminado=True) if p.almacen is None else Q(pk=p.almacen)).first()
    if almacen is None:
        raise DatosInvalidos({"almacen": [_("No existe.")]})
    if p.motivo is not None and not Motivo.objects.filter(codigo=p.motivo).exists():
        raise DatosInvalidos({"motivo": [_("No existe.")]})
    vidas = dict(
        Producto.objects.filter(pk__in={x.producto for x in p.lineas}).values_list("pk", "vida_minima_despacho")
    )
    pedidos = _pedidos(p, vidas)
    dia = p.fecha_efectiva or hoy or timezone.localdate()
    return fefo.planificar(pedidos, motor.leer(vidas), almacen=almacen.pk, hoy=dia)


def _pedidos(p: Despacho, vidas: dict[int, int]) -> list[fefo.Pedido]:
    """What `p` asks for, by product; `vidas`: the days of life that each product asks for."""
    desconocidos("producto", p.lineas, set(vidas))
    return fefo.agrupar(
        fefo.Pedido(x.producto, x.cantidad, vidas[x.producto] if x.vida_minima is None else x.vida_minima)
        for x in p.lineas
    )
