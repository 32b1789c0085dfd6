"""The lines that put the books right, and moved nothing: counts, their reversals, and what was found where it was not expected.

A count says what was on the shelf at its moment. What moved since moved on the shelf as well, and stays moved. What was put
right since was the same mistake that this count may have seen: it must not be put right twice.
"""

from collections.abc import Collection

from django.db.models import Q

from .models import Movimiento, Tipo
from .motivos import HALLAZGO

Momento = tuple[int, int, int]  # lot, warehouse, and the sequence of its last line then

ES_CORRECCION = (
    Q(tipo=Tipo.AJUSTE)
    | Q(tipo=Tipo.TRASLADO, operacion__motivo__codigo=HALLAZGO)
    | Q(tipo=Tipo.REVERSO, operacion__revierte__tipo=Tipo.AJUSTE)
    | Q(tipo=Tipo.REVERSO, operacion__revierte__motivo__codigo=HALLAZGO)
)


def corregido_desde(momentos: Collection[Momento]) -> dict[Momento, int]:
    """How much the books of each lot and warehouse were put right after that moment. One query; none for no moments."""
    if not momentos:
        return {}
    lotes, almacenes, secuencias = ({m[i] for m in momentos} for i in range(3))
    lineas = Movimiento.objects.filter(lote__in=lotes, almacen__in=almacenes, secuencia__gt=min(secuencias))
    filas = lineas.filter(ES_CORRECCION).order_by().values_list("lote_id", "almacen_id", "secuencia", "cantidad")
    correcciones: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for lote, almacen, secuencia, cantidad in filas:
        correcciones.setdefault((lote, almacen), []).append((secuencia, cantidad))
    return {
        (lote, almacen, desde): sum(n for secuencia, n in correcciones.get((lote, almacen), ()) if secuencia > desde)
        for lote, almacen, desde in momentos
    }
