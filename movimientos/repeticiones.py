"""A request that comes again: what tells it from another with its key, and the operation that it made the first time."""

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import ClaveReutilizada

from . import cadena
from .models import Motivo, Operacion
from .peticiones import Peticion


def ya_registrada(*, usuario: Usuario, clave: str | None, resumen: str) -> Operacion | None:
    """What `usuario` made with `clave` and a request of that `resumen`, for a door that cannot make a request of what it
    received: what it said may have made sense when it came first. None when the key is new. Raises ClaveReutilizada.
    """
    de_la_clave = Operacion.objects.select_related("motivo", "usuario").filter(usuario=usuario)
    previa = de_la_clave.filter(clave_idempotencia=clave).first() if clave else None
    if previa is None or not cadena.es_de_solicitud(previa.resumen):
        return None
    if previa.resumen != resumen:
        raise ClaveReutilizada
    return _repetida(previa)


def la_misma(p: Peticion, pk: int, motivo: Motivo | None) -> Operacion:
    """The operation `pk`, which `p` (with its reason, `motivo`) made. What `p` leaves unsaid means what it meant then, whatever
    is usual now. Raises ClaveReutilizada if another request made it.
    """
    previa = _repetida(Operacion.objects.select_related("almacen", "motivo", "usuario").get(pk=pk))
    almacen = previa.almacen_id if p.almacen is None else p.almacen
    codigo = previa.motivo_id if p.motivo is None else motivo.pk if motivo else 0
    suyos = [cadena.resumen(p, almacen, codigo, contenido) for contenido in p.contenidos(previa.lineas)]
    if previa.resumen not in ([p.resumen] if cadena.es_de_solicitud(previa.resumen) else suyos):
        raise ClaveReutilizada
    return previa


def _repetida(previa: Operacion) -> Operacion:
    previa.es_repeticion = True
    previa.lineas = list(previa.movimientos.order_by("pk"))
    return previa
