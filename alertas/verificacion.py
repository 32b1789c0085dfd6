"""Compare the stored alerts with those that the stock gives now. Reads only."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from inventario.plataforma.progreso import Progreso
from lotes.caducidad import ha_caducado
from lotes.models import Existencia, Lote
from movimientos.verificacion import Hallazgo
from productos.models import Producto

from . import services
from .models import Alerta, Tipo
from .motor.filas import CAMPOS, Guardada

POR_TANDA = 500
TABLA = Alerta._meta.db_table


def tandas(producto: int | None = None) -> Iterator[list[Producto]]:
    """Every product, in batches, with what the rules ask of it."""
    consulta = Producto.objects.select_related("categoria").order_by("pk")
    if producto is not None:
        consulta = consulta.filter(pk=producto)
    ultimo = 0
    while tanda := list(consulta.filter(pk__gt=ultimo)[:POR_TANDA]):
        yield tanda
        ultimo = tanda[-1].pk


def verificar(*, hoy: date, producto: int | None = None) -> Iterator[Hallazgo]:
    """Alerts that are missing, left over or different.

    An alert whose `termina` has passed is no finding: it stays until the next change of its product resolves it.
    """
    total = 1 if producto is not None else Producto.objects.count()
    with Progreso("alertas", total) as progreso:
        for tanda in tandas(producto):
            yield from _tanda(tanda, hoy)
            progreso.avanzar(len(tanda))


def _tanda(productos: Sequence[Producto], hoy: date) -> Iterator[Hallazgo]:
    cambios = services.comparar(productos, hoy)
    for nueva in cambios.nuevas:
        que = f"{nueva.tipo} of product {nueva.producto_id}, lot {nueva.lote_id}"
        yield Hallazgo("alerta_ausente", TABLA, None, que)
    for a in cambios.borradas + [a for a in cambios.resueltas if a.termina is None or a.termina > hoy]:
        yield Hallazgo("alerta_sobrante", TABLA, a.pk, f"{a.tipo} of product {a.producto_id} has no cause")
    for a in cambios.modificadas:
        if not _solo_paso_el_tiempo(a, hoy):
            yield Hallazgo("alerta_distinta", TABLA, a.pk, f"{a.tipo} of product {a.producto_id} says something else")


def _solo_paso_el_tiempo(nueva: Guardada, hoy: date) -> bool:
    """Whether `nueva` differs from the stored alert only in the quantity of a shortage, and only because lots have expired
    since it was stored.
    """
    guardada = Alerta.objects.get(pk=nueva.pk)
    iguales = all(getattr(guardada, c) == getattr(nueva, c) for c in CAMPOS if c != "cantidad")
    if not iguales or nueva.tipo != Tipo.STOCK_BAJO:
        return False
    lotes = list(
        Existencia.objects.con_stock()
        .filter(producto=nueva.producto_id, lote__estado=Lote.Estado.DISPONIBLE)
        .values_list("lote__fecha_caducidad", "cantidad")
    )
    desde = guardada.activa_desde
    dias = {desde} | {d + timedelta(days=1) for d, _q in lotes if d and desde <= d < hoy}
    return guardada.cantidad in {sum(q for d, q in lotes if not ha_caducado(d, dia)) for dia in dias}
