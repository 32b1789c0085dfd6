"""The approval of a session: what it found is posted by counts of at most a thousand lines, each in a transaction of its own, so
that no dispatch waits long. Interrupted, it goes on where it was.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from inventario.api import idempotencia
from inventario.cuentas.models import Usuario
from inventario.dominio.permisos import autorizar
from inventario.dominio.texto import componer
from inventario.dominio.transacciones import atomica

from .. import peticiones, repeticiones
from .. import services as stock
from ..exceptions import ConteoAbierto, ConteoCerrado, ConteoMismoUsuario, ConteoVacio, MovidoDesde, RecuentoPendiente
from ..models import Operacion
from . import numeros
from .models import Conteo, LineaDelConteo

LINEAS_POR_OPERACION = 1000
EJEMPLOS = 100  # lines that a refusal names


class _Pendiente(NamedTuple):
    pk: int
    lote: int
    cantidad: int
    secuencia: int


class _OtraVez(Exception):
    """Somebody else posted some of these lines meanwhile."""


def aprobar(
    conteo: Conteo, *, usuario: Usuario, nota: str = "", clave: str | None = None, resumen: str = ""
) -> list[Operacion]:
    """Post what `conteo` found against today's balances. Returns its operations; always one, though it may have no lines.

    Raises ConteoAbierto, ConteoCerrado, ConteoVacio, RecuentoPendiente (with the lines that somebody else must count),
    ConteoMismoUsuario (`usuario` counted something over a threshold), MovidoDesde (what left since would take a balance below
    zero: those lines must be counted again; what was posted before stays posted).
    """
    autorizar(usuario, "movimientos.ajustar")
    if previa := repeticiones.ya_registrada(usuario=usuario, clave=clave, resumen=resumen):
        if Conteo.objects.filter(pk=conteo.pk, estado=Conteo.Estado.APROBADO).exists():
            return [previa]
        clave, resumen = None, ""  # it was cut off after its first operation: it goes on
    numeros.poner_al_dia(conteo)
    _empezar(conteo, usuario=usuario, nota=nota)
    sello = idempotencia.Sello(clave=clave, resumen=resumen)
    try:
        pendientes = _pendientes(conteo)
        for i in range(0, len(pendientes), LINEAS_POR_OPERACION):
            tanda = pendientes[i : i + LINEAS_POR_OPERACION]
            try:
                _asentar(conteo, tanda, usuario=usuario, nota=nota, **sello)
            except _OtraVez:
                continue
            sello = idempotencia.Sello(clave=None, resumen="")
    except Exception as error:
        _volver(conteo, error)
        raise
    _acabar(conteo)
    return operaciones(conteo)


def operaciones(conteo: Conteo) -> list[Operacion]:
    """What was posted of `conteo`, in order."""
    suyas = conteo.lineas.filter(operacion__isnull=False).order_by().values("operacion")
    return list(Operacion.objects.filter(pk__in=suyas).select_related("motivo", "usuario").order_by("pk"))


@atomica
def _empezar(conteo: Conteo, *, usuario: Usuario, nota: str) -> None:
    """From here on no number comes in. A session that is already being approved goes on."""
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if conteo.estado == Conteo.Estado.ABIERTO:
        raise ConteoAbierto
    if conteo.estado not in (Conteo.Estado.CERRADO, Conteo.Estado.APROBANDO):
        raise ConteoCerrado(conteo_estado=conteo.estado)
    if not conteo.lineas.contadas().exists():
        raise ConteoVacio
    if falta := _lotes(conteo.lineas.por_resolver()):
        raise RecuentoPendiente(por_contar=falta)
    if propias := _lotes(conteo.lineas.filter(es_grande=True, operacion=None, numeros__usuario=usuario).distinct()):
        raise ConteoMismoUsuario(por_contar=propias)
    conteo.estado, conteo.aprobado_por = Conteo.Estado.APROBANDO, usuario
    conteo.nota_de_aprobacion = componer(nota)
    conteo.save(update_fields=["estado", "aprobado_por", "nota_de_aprobacion"])


def _lotes(lineas: QuerySet[LineaDelConteo]) -> list[dict[str, object]]:
    filas = lineas.order_by("orden", "pk").values("id", "lote", "lote__codigo", "diferencia", "estado")[:EJEMPLOS]
    return [{("lote_codigo" if k == "lote__codigo" else k): v for k, v in fila.items()} for fila in filas]


def _pendientes(conteo: Conteo) -> list[_Pendiente]:
    """What is left to post; of a session that found everything right, one line, so that there is an operation of it."""
    campos = ("pk", "lote", "cantidad", "secuencia")
    lineas = conteo.lineas.por_asentar().order_by("producto", "pk")
    filas = list(lineas.values_list(*campos))
    if not filas and not conteo.lineas.filter(operacion__isnull=False).exists():
        filas = list(conteo.lineas.contadas().order_by("orden", "pk").values_list(*campos)[:1])
    return [_Pendiente._make(fila) for fila in filas]


@atomica
def _asentar(
    conteo: Conteo,
    tanda: Sequence[_Pendiente],
    *,
    usuario: Usuario,
    nota: str,
    clave: str | None,
    resumen: str,
) -> None:
    """Post `tanda` in one operation. The products are locked first; who comes second finds its lines posted."""
    p = peticiones.Conteo(
        almacen=conteo.almacen_id,
        documento=str(conteo),
        nota=nota,
        lineas=[peticiones.LineaConteo(x.lote, x.cantidad, None, x.secuencia) for x in tanda],
        clave=clave,
        resumen=resumen,
    )
    operacion = stock.ajustar(p, usuario=usuario)
    if (estado := Conteo.objects.bloqueado(conteo.pk).estado) != Conteo.Estado.APROBANDO:
        raise ConteoCerrado(conteo_estado=estado)
    libres = LineaDelConteo.objects.filter(pk__in=[x.pk for x in tanda], operacion=None)
    if libres.update(operacion=operacion) != len(tanda):
        raise _OtraVez


@atomica
def _volver(conteo: Conteo, error: Exception) -> None:
    """Back to the review. What cannot be posted must be counted again."""
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if isinstance(error, MovidoDesde):
        lotes = [x["lote"] for x in error.datos["contadas"]]
        conteo.lineas.filter(lote__in=lotes).update(estado=LineaDelConteo.Estado.RECONTAR)
    if conteo.estado == Conteo.Estado.APROBANDO:
        conteo.estado = Conteo.Estado.CERRADO
        conteo.save(update_fields=["estado"])


@atomica
def _acabar(conteo: Conteo) -> None:
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if conteo.estado == Conteo.Estado.APROBANDO and not conteo.lineas.por_asentar().exists():
        conteo.estado, conteo.aprobado_en = Conteo.Estado.APROBADO, timezone.now()
        conteo.save(update_fields=["estado", "aprobado_en"])
