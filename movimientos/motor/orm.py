"""The motor that any engine runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from inventario.plataforma.sql import Sentencia
from lotes.models import Almacen, Existencia, Lote
from productos.bloqueo import bloquear

from ..fefo import Saldo
from ..models import Motivo, Movimiento, Operacion
from .filas import DE_SALDO, VACIO, Leido, LoteRecibido, Recibido


def abrir(
    *,
    almacen: int | None,
    destino: int | None,
    motivo: str | None,
    usuario: int,
    clave: str | None,
    productos: Collection[int],
    lotes: Collection[int],
    con_stock: bool,
) -> Leido:
    """Lock `productos`, or those of `lotes`, in primary key order, and then read the rest."""
    # A lot never changes product, so it may be looked up before the lock.
    ids = set(productos) or set(Lote.objects.filter(pk__in=lotes).values_list("producto_id", flat=True))
    bloqueados = bloquear(ids)
    de_la_clave = (
        Operacion.objects.filter(usuario=usuario, clave_idempotencia=clave) if clave else Operacion.objects.none()
    )
    elegido = Q(predeterminado=True) if almacen is None else Q(pk=almacen)
    return Leido(
        Almacen.objects.filter(elegido).first(),
        Almacen.objects.filter(pk=destino).first() if destino is not None else None,
        Motivo.objects.filter(codigo=motivo).first(),
        de_la_clave.values_list("pk", flat=True).first(),
        bloqueados,
        leer(ids, lotes) if con_stock else [],
    )


def leer(productos: Collection[int], lotes: Collection[int] = ()) -> list[Saldo]:
    """Every balance with stock of `productos`, and those of `lotes` without it too."""
    existencias = Existencia.objects.filter(Q(producto__in=productos, cantidad__gt=0) | Q(lote__in=lotes)).order_by()
    saldos = [Saldo._make(fila) for fila in existencias.values_list(*DE_SALDO.values())]
    nunca = set(lotes) - {s.lote for s in saldos}
    return [*saldos, *(_vacio(lote) for lote in Lote.objects.filter(pk__in=nunca))]


def _vacio(lote: Lote) -> Saldo:
    rutas = {campo: ruta.removeprefix("lote__") for campo, ruta in DE_SALDO.items() if ruta.startswith("lote__")}
    return Saldo(existencia=None, **VACIO, **{campo: getattr(lote, columna) for campo, columna in rutas.items()})


def recibir(lotes: Sequence[LoteRecibido]) -> Recibido:
    """Find or create `lotes`, which differ in product or code. The products must be locked."""
    claves = {(lote.producto_id, lote.codigo) for lote in lotes}
    productos = {producto for producto, _codigo in claves}
    de_esos_codigos = Lote.objects.filter(producto__in=productos, codigo__in={codigo for _p, codigo in claves})
    hallados = {(x.producto_id, x.codigo): x for x in de_esos_codigos if (x.producto_id, x.codigo) in claves}
    nuevos = [Lote(**x._asdict()) for x in lotes if (x.producto_id, x.codigo) not in hallados]
    Lote.objects.bulk_create(nuevos)
    todos = {lote.pk for lote in (*hallados.values(), *nuevos)}
    return Recibido(leer(productos, todos), {lote.pk for lote in nuevos})


def costear(costos: Mapping[int, Decimal | None]) -> list[Sentencia]:
    """Set the unit cost of each lot; what is left to send to do so."""
    Lote.objects.bulk_update([Lote(pk=lote, costo_unitario=c) for lote, c in costos.items()], ["costo_unitario"])
    return []


def escribir(operacion: Operacion, movimientos: Sequence[Movimiento], sentencias: Iterable[Sentencia]) -> None:
    """Insert `operacion` and its lines, set each balance to what its line says, and run `sentencias`. All get their ids."""
    operacion.save(force_insert=True)
    for m in movimientos:
        m.operacion = operacion
    Movimiento.objects.bulk_create(movimientos)
    Existencia.objects.bulk_create(
        (
            Existencia(
                lote_id=m.lote_id,
                almacen_id=m.almacen_id,
                producto_id=m.producto_id,
                cantidad=m.saldo,
                con_costo=m.saldo_con_costo,
                secuencia=m.secuencia,
                huella=m.huella,
            )
            for m in movimientos
        ),
        update_conflicts=True,
        unique_fields=["lote", "almacen"],
        update_fields=["cantidad", "con_costo", "secuencia", "huella"],
    )
    with connection.cursor() as cursor:
        for sql, parametros in sentencias:
            cursor.execute(sql, parametros)
