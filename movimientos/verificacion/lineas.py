"""Walk the ledger: every line against the one before it, its operation, its lot, and what could have served instead."""

from collections import namedtuple
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from inventario.plataforma.progreso import Progreso
from lotes.models import Existencia

from ..models import Movimiento
from .hallazgo import Hallazgo
from .producto import Recorrido, cargar

POR_PAGINA = 4000
EXISTENCIA, MOVIMIENTO = Existencia._meta.db_table, Movimiento._meta.db_table


_ORIGEN = {
    "o_tipo": "operacion__tipo",
    "o_fecha": "operacion__fecha_efectiva",
    "o_sello": "operacion__sello",
    "o_consumo": "operacion__motivo__es_consumo",
}
_PROPIAS = ("pk", "operacion_id", *Movimiento.ENCADENADAS, "huella")
_COLUMNAS = (*_PROPIAS, *_ORIGEN.values())
# A line as the walk sees it: its own columns, and what its operation says.
Linea = namedtuple("Linea", (*_PROPIAS, *_ORIGEN))  # type: ignore[misc]  # mypy wants them written out


def _todas(producto: int | None) -> QuerySet[Movimiento]:
    filtro = {} if producto is None else {"producto": producto}
    return Movimiento.objects.filter(**filtro)


def contar_lineas(producto: int | None) -> int:
    return _todas(producto).order_by().count()


def _paginas(producto: int | None) -> Iterator[list[Any]]:
    consulta = _todas(producto).order_by("producto_id", "pk").values_list(*_COLUMNAS)
    tras_producto = tras_id = 0
    while True:
        # Written so that the index on the product carries it: `producto >= x AND (producto > x OR id > y)`.
        resto = consulta.filter(Q(producto_id__gt=tras_producto) | Q(pk__gt=tras_id), producto_id__gte=tras_producto)
        pagina: list[Any] = [Linea._make(fila) for fila in resto[:POR_PAGINA]]
        if not pagina:
            return
        yield pagina
        tras_producto, tras_id = pagina[-1].producto_id, pagina[-1].pk


def comprobar_versiones() -> Iterator[Hallazgo]:
    """Lines of version 1 were there before any other: none comes later."""
    primera = Movimiento.objects.filter(version__gt=1).order_by("pk").values_list("pk", flat=True).first()
    if primera is not None:
        for pk in (
            Movimiento.objects.filter(version=1, pk__gt=primera).order_by("pk").values_list("pk", flat=True)[:100]
        ):
            yield Hallazgo("version_anterior", MOVIMIENTO, pk, "an older version than that of the lines before it")


def comprobar_lineas(producto: int | None, progreso: Progreso) -> Iterator[Hallazgo]:
    """Balances, sequences, chain, copies, signs, expired or held dispatches, unexplained FEFO inversions."""
    recorrido: Recorrido | None = None
    for pagina in _paginas(producto):
        nuevos = {x.producto_id for x in pagina} - {recorrido.producto if recorrido else 0}
        datos = cargar(nuevos)
        for linea in pagina:
            if recorrido is None or linea.producto_id != recorrido.producto:
                if recorrido:
                    yield from recorrido.acabar()
                recorrido = Recorrido(linea.producto_id, datos[linea.producto_id])
            yield from recorrido.avanzar(linea)
        progreso.avanzar(len(pagina))
    if recorrido:
        yield from recorrido.acabar()
    yield from _saldos_sin_historia(producto)


def _saldos_sin_historia(producto: int | None) -> Iterator[Hallazgo]:
    existencias = Existencia.objects.order_by("pk")
    if producto is not None:
        existencias = existencias.filter(lote__producto=producto)
    historia = Movimiento.objects.filter(lote=OuterRef("lote"), almacen=OuterRef("almacen"))
    for pk, cantidad in existencias.filter(~Exists(historia)).values_list("pk", "cantidad").iterator():
        yield Hallazgo("saldo_sin_historia", EXISTENCIA, pk, f"holds {cantidad} without a ledger line")
    for pk in existencias.exclude(producto=F("lote__producto")).values_list("pk", flat=True).iterator():
        yield Hallazgo("producto_distinto", EXISTENCIA, pk, "its product is not its lot's")
