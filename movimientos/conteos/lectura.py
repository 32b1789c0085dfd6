"""What is read of the lines of a session: what was counted, what the books say, and what moved since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from inventario.cuentas.models import Usuario
from inventario.dominio.dinero import Importe, SumaDinero
from lotes.models import Existencia

from ..correcciones import corregido_desde
from .models import Conteo, LineaDelConteo, NumeroContado


@dataclass(frozen=True, slots=True)
class Vista:
    """A line as `usuario` may see it: while the count is blind, without what the books say nor what others counted.

    `saldo` is what the books said when it was counted, or say now; `secuencia` that of now; `movido`, what moved since.
    """

    linea: LineaDelConteo
    estado: str
    numeros: Sequence[NumeroContado]
    secuencia: int
    saldo: int | None
    diferencia: int | None
    movido: int | None

    @property
    def estado_dicho(self) -> str:
        return str(LineaDelConteo.Estado(self.estado).label)


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
            vista = "contada" if x.personas else "sin_contar"
            vistas.append(Vista(x, vista, propios, secuencia, None, None, None))
            continue
        movido = None
        if x.habia is not None:
            movido = cantidad - x.habia - corregido[x.lote_id, conteo.almacen_id, x.secuencia or 0]
        habia = cantidad if x.habia is None else x.habia
        vistas.append(Vista(x, x.estado, numeros, secuencia, habia, x.diferencia, movido))
    return vistas


def avance(conteo: Conteo) -> dict[str, Any]:
    """How far it is, and, once that may be seen, what differs: units too many and missing, and what they are worth."""
    dicho: dict[str, Any] = {"lineas": conteo.num_lineas, "contadas": conteo.num_contadas}
    if conteo.oculta_saldos:
        return dicho
    valor = SumaDinero(Importe(F("diferencia"), F("costo_unitario")))
    sobran, faltan = Q(diferencia__gt=0), Q(diferencia__lt=0)
    return dicho | conteo.lineas.contadas().aggregate(
        por_resolver=Count("pk", filter=Q(estado__in=LineaDelConteo.POR_RESOLVER)),
        con_diferencia=Count("pk", filter=sobran | faltan),
        sobran=Sum("diferencia", filter=sobran, default=0),
        faltan=-Sum("diferencia", filter=faltan, default=0),
        valor=valor,
    )
