"""What was counted where the books have it elsewhere: proposed as a transfer, not as units out of nowhere and others lost."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Existencia

from .. import peticiones, repeticiones
from .. import services as stock
from ..exceptions import ConteoCerrado
from ..models import Operacion
from ..motivos import HALLAZGO
from .models import Conteo, LineaDelConteo
from .numeros import decidir_lineas

PROPUESTAS_MAXIMAS = 200


@dataclass(frozen=True, slots=True)
class Propuesta:
    """`cantidad` units of the lot of `linea`, which the books have in the warehouse of `existencia`."""

    linea: LineaDelConteo
    existencia: Existencia
    cantidad: int


def propuestas(conteo: Conteo) -> list[Propuesta]:
    """What the session, under review, found too many of and another warehouse holds: at most 200."""
    if conteo.estado != Conteo.Estado.CERRADO:
        return []
    sobran = (
        conteo.lineas.filter(diferencia__gt=0, operacion=None)
        .select_related("lote", "producto")
        .order_by("orden", "pk")
    )
    fuera = Existencia.objects.con_stock().exclude(almacen=conteo.almacen_id).filter(lote__in=sobran.values("lote"))
    lineas = {x.lote_id: x for x in sobran.filter(lote__in=fuera.values("lote"))[:PROPUESTAS_MAXIMAS]}
    halladas = fuera.filter(lote__in=lineas).select_related("almacen").order_by("lote", "-cantidad", "pk")
    return [Propuesta(lineas[e.lote_id], e, min(e.cantidad, lineas[e.lote_id].diferencia or 0)) for e in halladas]


@atomica
def trasladar(
    linea: LineaDelConteo, *, desde: int, usuario: Usuario, clave: str | None = None, resumen: str = ""
) -> Operacion:
    """Bring in the books what `linea` found too many of from the warehouse `desde`, as far as that has it. What is left of
    the difference waits for the approval. Raises ConteoCerrado, DatosInvalidos, PermissionDenied.
    """
    autorizar(usuario, "movimientos.ajustar")
    if previa := repeticiones.ya_registrada(usuario=usuario, clave=clave, resumen=resumen):
        return previa
    conteo = linea.conteo
    alli = (
        Existencia.objects.con_stock()
        .filter(lote=linea.lote_id, almacen=desde)
        .exclude(almacen=conteo.almacen_id)
        .first()
    )
    if alli is None or (linea.diferencia or 0) <= 0:
        raise DatosInvalidos({"almacen": [_("Ese almacén no tiene lo que aquí sobra.")]})
    p = peticiones.Traslado(
        almacen=desde,
        almacen_destino=conteo.almacen_id,
        motivo=HALLAZGO,
        documento=str(conteo),
        lineas=[peticiones.LineaDeLote(linea.lote_id, min(alli.cantidad, linea.diferencia or 0))],
        clave=clave,
        resumen=resumen,
    )
    operacion = stock.trasladar(p, usuario=usuario)
    conteo = Conteo.objects.bloqueado(conteo.pk)
    anterior = linea.diferencia
    linea.refresh_from_db()
    if conteo.estado != Conteo.Estado.CERRADO or linea.operacion_id is not None or linea.diferencia != anterior:
        raise ConteoCerrado(conteo_estado=conteo.estado)
    decidir_lineas(conteo, [linea])
    return operacion
