"""Goods out of a lot that somebody chose, and the write-off of what expired."""

from datetime import date

from django.utils import timezone

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import ClaveReutilizada
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.caducidad import razon_no_despachable
from lotes.models import Almacen, Existencia

from .. import fefo, libro
from ..costeo import Linea
from ..exceptions import LoteNoDespachable, StockInsuficiente
from ..models import Operacion, Tipo
from ..peticiones import LINEAS_MAXIMAS, Baja, LineaDeLote, Salida, desconocidos, sumar

PERMISO = "movimientos.registrar_salida"
MOTIVO_DE_BAJA = "caducado"


@atomica
def registrar_salida(p: Salida, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Take the lines of `p` out of its warehouse. Expired or held stock leaves only for a reason that admits it.

    A consumption that passes over an earlier expiry is allowed and marked `excepcion_fefo`. Raises LoteNoDespachable,
    StockInsuficiente, DatosInvalidos.
    """
    autorizar(usuario, PERMISO)
    p.validar()
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes={x.lote for x in p.lineas})
    if a.previa is not None:
        return a.previa
    desconocidos("lote", p.lineas, {s.lote for s in a.saldos})
    cantidades = sumar((x.lote, x.cantidad) for x in p.lineas)
    aqui = [s for s in a.saldos if s.almacen == a.almacen.pk]
    renglones = []
    for lote, cantidad in cantidades.items():
        saldo = a.saldo(lote, a.almacen.pk)
        if not a.motivo.admite_no_disponible:
            _exigir_despachable(saldo, a.fecha)
        mejor = a.motivo.es_consumo and fefo.habia_mejor(saldo, aqui, cantidades, a.fecha)
        renglones.append(Linea(saldo, -cantidad, excepcion_fefo=mejor))
    return libro.asentar(a, renglones)


def _exigir_despachable(saldo: fefo.Saldo, dia: date) -> None:
    razon = razon_no_despachable(saldo.estado, saldo.fecha_caducidad, dia)
    if razon is not None:
        raise LoteNoDespachable(
            lote=saldo.lote, lote_codigo=saldo.lote_codigo, fecha_caducidad=saldo.fecha_caducidad, razon=str(razon)
        )


@atomica
def dar_de_baja_caducados(p: Baja, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Write off everything that the warehouse holds expired (or of `p.lotes` only, which must be), in one operation of at
    most 1000 lots, the longest expired first. Raises StockInsuficiente when there is nothing to write off, ClaveReutilizada
    when its key wrote off other lots.
    """
    autorizar(usuario, PERMISO)
    hoy = hoy or timezone.localdate()
    almacen = p.almacen if p.almacen is not None else Almacen.objects.predeterminado().pk
    caducadas = Existencia.objects.caducadas(hoy).filter(almacen=almacen).en_orden_fefo()
    if p.lotes is not None:
        caducadas = caducadas.filter(lote__in=p.lotes)
    if (previa := libro.ya_registrada(p.clave, usuario)) is not None:
        hechos = {m.lote_id for m in previa.lineas}
        pendientes = p.lotes is not None and (not hechos <= set(p.lotes) or caducadas.exists())
        otra = previa.tipo != Tipo.SALIDA or previa.motivo.codigo != MOTIVO_DE_BAJA or previa.almacen_id != almacen
        if otra or pendientes:
            raise ClaveReutilizada
        return previa
    lineas = [LineaDeLote(lote, q) for lote, q in caducadas.values_list("lote_id", "cantidad")[:LINEAS_MAXIMAS]]
    if not lineas:
        raise StockInsuficiente(lineas=[])
    salida = Salida(
        motivo=MOTIVO_DE_BAJA,
        almacen=almacen,
        lineas=lineas,
        contraparte=p.contraparte,
        documento=p.documento,
        nota=p.nota,
        fecha_efectiva=p.fecha_efectiva,
        clave=p.clave,
        registrada_en=p.registrada_en,
    )
    return registrar_salida(salida, usuario=usuario, hoy=hoy)
