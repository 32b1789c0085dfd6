"""Goods out of a lot that somebody chose, and the write-off of what expired."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db.models import Q
from django.utils import timezone

from inventario.cuentas.models import Usuario
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.caducidad import ha_caducado, razon_no_despachable
from lotes.models import Existencia, Lote
from productos.bloqueo import bloquear

from .. import fefo, libro
from ..costeo import Linea
from ..exceptions import LoteNoDespachable, StockInsuficiente
from ..models import Operacion
from ..peticiones import LINEAS_MAXIMAS, Baja, Salida, desconocidos, sumar

PERMISO = "movimientos.registrar_salida"


@atomica
def registrar_salida(p: Salida, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Take the lines of `p` out of its warehouse. Expired or held stock leaves only for a reason that admits it.

    A consumption that passes over an earlier expiry is allowed and marked `excepcion_fefo`. Raises LoteNoDespachable,
    StockInsuficiente, DatosInvalidos.
    """
    autorizar(usuario, PERMISO)
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
    most 1000 lots, the longest expired first. Raises StockInsuficiente when there is nothing to write off.
    """
    autorizar(usuario, PERMISO)
    hoy = hoy or timezone.localdate()
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes=_caducados(p, hoy))
    if a.previa is not None:
        return a.previa
    pedidos = None if p.lotes is None else set(p.lotes)
    caducados = [
        s
        for s in sorted(a.saldos, key=fefo.Saldo.orden_fefo)
        if s.almacen == a.almacen.pk
        and s.cantidad
        and ha_caducado(s.fecha_caducidad, hoy)
        and (pedidos is None or s.lote in pedidos)
    ]
    if not caducados:
        raise StockInsuficiente(lineas=[])
    return libro.asentar(a, [Linea(s, -s.cantidad) for s in caducados[:LINEAS_MAXIMAS]])


@atomica
def dar_de_baja(
    p: Baja, lotes: Mapping[int, Sequence[int]], *, usuario: Usuario, hoy: date | None = None
) -> list[Operacion]:
    """Write off expired lots of several warehouses (`lotes`: their ids by warehouse), all or nothing, one operation each."""
    autorizar(usuario, PERMISO)
    todos = {x for de_uno in lotes.values() for x in de_uno}
    bloquear(
        Lote.objects.filter(pk__in=todos).values_list("producto", flat=True)
    )  # in order, not warehouse by warehouse
    return [
        dar_de_baja_caducados(
            replace(p, almacen=almacen, lotes=lotes[almacen], clave=_clave_en(p, almacen, len(lotes))),
            usuario=usuario,
            hoy=hoy,
        )
        for almacen in sorted(lotes)
    ]


def _clave_en(p: Baja, almacen: int, cuantos: int) -> str | None:
    """One request, several operations: the key of each."""
    return f"{p.clave[:40]}-{almacen}" if p.clave and cuantos > 1 else p.clave


def _caducados(p: Baja, hoy: date) -> list[int]:
    """The lots to look at under the lock."""
    aqui = Q(almacen__predeterminado=True) if p.almacen is None else Q(almacen=p.almacen)
    caducadas = Existencia.objects.caducadas(hoy).filter(aqui)
    if p.lotes is not None:
        caducadas = caducadas.filter(lote__in=p.lotes)
    return list(caducadas.en_orden_fefo().values_list("lote_id", flat=True)[:LINEAS_MAXIMAS])
