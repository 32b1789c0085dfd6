"""Operations as a whole: their seal, what their lines add up to, reversals, idempotency keys."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Max, QuerySet

from inventario.plataforma.progreso import Progreso

from .. import cadena
from ..models import Movimiento, Operacion, Tipo
from .hallazgo import Hallazgo

POR_PAGINA = 500
TABLA = Operacion._meta.db_table
CAMPOS = ("pk", *Operacion.SELLADAS, "sello")
Lineas = Counter[tuple[int, int, int]]  # (lot, warehouse, quantity)


def _operaciones(producto: int | None) -> QuerySet[Operacion]:
    consulta = Operacion.objects.order_by("pk")
    if producto is not None:
        consulta = consulta.filter(pk__in=Movimiento.objects.filter(producto=producto).order_by().values("operacion"))
    return consulta


def contar_operaciones(producto: int | None) -> int:
    return _operaciones(producto).count()


def comprobar_operaciones(producto: int | None, progreso: Progreso) -> Iterator[Hallazgo]:
    ultima = 0
    while pagina := list(_operaciones(producto).filter(pk__gt=ultima).values_list(*CAMPOS, named=True)[:POR_PAGINA]):
        ultima = pagina[-1].pk
        lineas = _lineas({o.pk for o in pagina} | {o.revierte_id for o in pagina if o.revierte_id})
        for o in pagina:
            yield from _una(o, lineas)
        progreso.avanzar(len(pagina))


def _lineas(ids: set[int]) -> dict[int, Lineas]:
    resultado: dict[int, Lineas] = {}
    filas = Movimiento.objects.filter(operacion__in=ids).order_by()
    for operacion, lote, almacen, cantidad in filas.values_list("operacion_id", "lote_id", "almacen_id", "cantidad"):
        resultado.setdefault(operacion, Counter())[lote, almacen, cantidad] += 1
    return resultado


def _una(o: Any, todas: dict[int, Lineas]) -> Iterator[Hallazgo]:
    lineas = todas.get(o.pk, Counter())
    if cadena.sello(o) != o.sello:
        yield Hallazgo("sello_roto", TABLA, o.pk, "its content does not match its seal")
    if not lineas and o.tipo != Tipo.AJUSTE:  # a count that found everything right leaves no line
        yield Hallazgo("operacion_sin_lineas", TABLA, o.pk, f"a {o.tipo} without lines")
    if o.tipo == Tipo.TRASLADO:
        yield from _traslado(o, lineas)
    elif o.tipo == Tipo.REVERSO:
        opuestas = Counter({(lote, a, -q): n for (lote, a, q), n in todas.get(o.revierte_id, Counter()).items()})
        if lineas != opuestas:
            yield Hallazgo("reverso_distinto", TABLA, o.pk, f"not the exact opposite of operation {o.revierte_id}")
    elif any(almacen != o.almacen_id for _lote, almacen, _q in lineas) and o.tipo != Tipo.AJUSTE:
        yield Hallazgo("almacen_distinto", TABLA, o.pk, "a line lies in another warehouse")


def _traslado(o: Any, lineas: Lineas) -> Iterator[Hallazgo]:
    suma: dict[int, int] = {}
    for (lote, almacen, cantidad), n in lineas.items():
        suma[lote] = suma.get(lote, 0) + cantidad * n
        if almacen != (o.almacen_id if cantidad < 0 else o.almacen_destino_id):
            yield Hallazgo("almacen_distinto", TABLA, o.pk, f"lot {lote} moved through warehouse {almacen}")
    for lote, total in suma.items():
        if total:
            yield Hallazgo("traslado_no_suma_cero", TABLA, o.pk, f"lot {lote}: {total:+d}")


def comprobar_claves() -> Iterator[Hallazgo]:
    repetidas = (
        Operacion.objects.filter(clave_idempotencia__isnull=False)
        .order_by()
        .values("usuario", "clave_idempotencia")
        .annotate(n=Count("pk"), ultima=Max("pk"))
        .filter(n__gt=1)
    )
    for r in repetidas.iterator():
        yield Hallazgo("clave_repetida", TABLA, r["ultima"], f"{r['n']} operations with one key of user {r['usuario']}")
