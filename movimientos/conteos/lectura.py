"""What is read of the lines of a session: what was counted, what the books say, and what moved since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from inventario.cuentas.models import Usuario
from lotes.models import Existencia

from ..correcciones import corregido_desde
from .models import Conteo, LineaDelConteo, NumeroContado


@dataclass(frozen=True, slots=True)
class Vista:
    """A line as `usuario` may see it: while the count is blind, without what the books say nor what others counted.

    `saldo` is what the books said when it was counted, or say now; `secuencia` that of now; `movido`, what moved since.
    """

    linea: LineaDelConteo
    numeros: Sequence[NumeroContado]
    secuencia: int
    saldo: int | None
    diferencia: int | None
    movido: int | None


def lineas(conteo: Conteo) -> QuerySet[LineaDelConteo]:
    numeros = Prefetch("numeros", NumeroContado.objects.select_related("usuario").order_by("pk"), to_attr="sus_numeros")
    return conteo.lineas.select_related("lote", "producto").prefetch_related(numeros)


def ver(conteo: Conteo, filas: Iterable[LineaDelConteo], usuario: Usuario) -> list[Vista]:
    """`filas`, which come from `lineas`, as `usuario` may see them. Two queries."""
    filas = list(filas)
    aqui = Existencia.objects.filter(almacen=conteo.almacen_id, lote__in=[x.lote_id for x in filas]).order_by()
    hay = {
        lote: (cantidad, secuencia) for lote, cantidad, secuencia in aqui.values_list("lote", "cantidad", "secuencia")
    }
    corregido = corregido_desde({(x.lote_id, conteo.almacen_id, x.secuencia) for x in filas if x.secuencia is not None})
    vistas = []
    for x in filas:
        numeros: list[NumeroContado] = x.sus_numeros  # type: ignore[attr-defined]  # of `lineas`
        cantidad, secuencia = hay.get(x.lote_id, (0, 0))
        if conteo.oculta_saldos:
            propios = [n for n in numeros if n.usuario_id == usuario.pk]
            vistas.append(Vista(x, propios, secuencia, None, None, None))
            continue
        movido = None
        if x.habia is not None:
            movido = cantidad - x.habia - corregido[x.lote_id, conteo.almacen_id, x.secuencia or 0]
        vistas.append(Vista(x, numeros, secuencia, cantidad if x.habia is None else x.habia, x.diferencia, movido))
    return vistas
