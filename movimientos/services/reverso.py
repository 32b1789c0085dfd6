"""Undoing, by writing the opposite: nothing is ever erased."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.dinero import de_millonesimas
from inventario.dominio.permisos import Quien
from inventario.dominio.transacciones import atomica
from lotes.models import CambioDeLote

from .. import libro
from ..costeo import Historia, Linea, salen
from ..exceptions import ReversoImposible, StockInsuficiente, YaRevertida
from ..models import Movimiento, Operacion, Tipo
from ..peticiones import Reverso

REVERTIR = "movimientos.revertir"
REGISTRAR = {
    Tipo.ENTRADA: "movimientos.registrar_entrada",
    Tipo.SALIDA: "movimientos.registrar_salida",
    Tipo.DESPACHO: "movimientos.despachar",
    Tipo.AJUSTE: "movimientos.ajustar",
    Tipo.TRASLADO: "movimientos.trasladar",
}


def puede_revertir_alguna(usuario: Quien) -> bool:
    """Whether there may be an operation that `usuario` could undo."""
    return any(map(usuario.has_perm, (REVERTIR, *REGISTRAR.values())))


def puede_revertir(o: Operacion, usuario: Quien) -> bool:
    """Whether `usuario` may undo `o`: who holds the permission, and for MINUTOS_PARA_REVERTIR whoever registered it, may still
    register its like and has registered nothing since. Who has undone it already may ask again, to be answered the same.
    """
    if usuario.has_perm(REVERTIR):
        return True
    if o.usuario_id != usuario.pk or o.tipo not in REGISTRAR or not usuario.has_perm(REGISTRAR[Tipo(o.tipo)]):
        return False
    despues = Operacion.objects.filter(usuario=o.usuario_id, pk__gt=o.pk).order_by("pk").first()
    if despues is not None:
        return despues.revierte_id == o.pk
    return timezone.now() - o.registrada_en <= timedelta(minutes=settings.MINUTOS_PARA_REVERTIR)


@atomica
def revertir(p: Reverso, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Write the opposite lines of the operation that `p` names, once, dated today.

    `puede_revertir` says who may. Raises YaRevertida, ReversoImposible (a reversal, an operation without lines, or stock that
    has since left), DatosInvalidos.
    """
    o = p.operacion
    if not puede_revertir(o, usuario):
        raise PermissionDenied(REVERTIR)
    movimientos = list(Movimiento.objects.filter(operacion=o).order_by("pk"))
    p = replace(
        p,
        almacen=o.almacen_id,
        almacen_destino=o.almacen_destino_id,
        contraparte=o.contraparte,
        documento=o.documento,
    )
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes={m.lote_id for m in movimientos})
    if a.previa is not None:
        return a.previa
    if o.tipo == Tipo.REVERSO or not movimientos:
        raise ReversoImposible(operacion=o.pk)
    anterior = Operacion.objects.filter(revierte=o).values_list("pk", flat=True).first()
    if anterior is not None:
        raise YaRevertida(operacion=o.pk, revertida_por=anterior)
    lotes = {m.lote_id for m in movimientos}
    try:
        return libro.asentar(a, _opuestas(a, o, movimientos), revierte=o, costos=_costos_sin(o, lotes))
    except StockInsuficiente as error:
        raise ReversoImposible(
            _("Parte de lo que entró ya salió: no se puede revertir."), operacion=o.pk, **error.datos
        ) from error


def _opuestas(a: libro.Abierta, o: Operacion, movimientos: Sequence[Movimiento]) -> list[Linea]:
    """The opposite of each line, with as many units of known cost as it had, or as near as what is there allows."""
    lineas = [
        Linea(a.saldo(m.lote_id, m.almacen_id), -m.cantidad, con_costo=-m.con_costo, costo=m.costo_unitario)
        for m in movimientos
    ]
    if o.tipo == Tipo.TRASLADO:  # what comes back is what leaves
        vuelven = {x.saldo.lote: salen(x.saldo, -x.cantidad, -(x.con_costo or 0)) for x in lineas if x.cantidad < 0}
        for x in lineas:
            x.con_costo = vuelven[x.saldo.lote] * (1 if x.cantidad > 0 else -1)
    return lineas


def _precede(correccion: CambioDeLote, m: Movimiento) -> bool:
    """Whether `correccion`, of the cost of the lot of `m`, was made before that line."""
    ultima, *_unidades = (correccion.conocidas or {}).get(str(m.almacen_id), (0,))
    return m.secuencia > ultima


def _costos_sin(o: Operacion, lotes: Collection[int]) -> dict[int, Decimal | None]:
    """What each of `lotes` would cost if `o`, and what was undone before, had never been."""
    historias = {lote: Historia() for lote in lotes}
    correcciones: dict[int, list[CambioDeLote]] = {lote: [] for lote in lotes}
    de_costo = CambioDeLote.objects.filter(lote__in=lotes, tipo=CambioDeLote.Tipo.CORREGIR_COSTO)
    for cambio in de_costo.order_by("pk"):
        correcciones[cambio.lote_id].append(cambio)
    lineas = Movimiento.objects.filter(lote__in=lotes).order_by("pk")
    for m in lineas.annotate(deshecha=F("operacion__revertida_por")):
        pendientes, historia = correcciones[m.lote_id], historias[m.lote_id]
        while pendientes and _precede(pendientes[0], m):
            historia.corregir(pendientes.pop(0).costo_nuevo)
        if m.operacion_id != o.pk and m.deshecha is None and m.tipo != Tipo.REVERSO:
            historia.mover(m, es_entrada=m.tipo == Tipo.ENTRADA)
    for lote, pendientes in correcciones.items():
        for cambio in pendientes:
            historias[lote].corregir(cambio.costo_nuevo)
    return {lote: None if h.costo is None else de_millonesimas(h.costo) for lote, h in historias.items()}
