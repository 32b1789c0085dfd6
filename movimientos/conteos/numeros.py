"""The numbers of a session: what somebody counted, against the balance of its moment, and what follows for its line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.campos import CANTIDAD_MAXIMA
from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Existencia, Lote

from ..correcciones import ES_CORRECCION, corregido_desde
from ..exceptions import ConteoCerrado
from ..models import Movimiento
from ..services.ajuste import saldos_de_entonces
from .models import Conteo, LineaDelConteo, NumeroContado
from .reglas import Decision, Numero, Umbral, decidir

NUMEROS_MAXIMOS = 500  # in one request
HACE_MAXIMO = 7 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Contado:
    """`cantidad` of a lot, when its last ledger line was `secuencia`, or `hace` so many seconds; neither: now."""

    lote: int
    cantidad: int
    secuencia: int | None = None
    hace: int | None = None
    clave: str | None = None
    resumen: str = ""


@atomica
def contar(conteo: Conteo, contados: Sequence[Contado], *, usuario: Usuario) -> list[NumeroContado]:
    """Keep what `usuario` counted, and decide anew about those lines: so many queries for one number as for hundreds.

    A lot that was not on the list joins it. A closed session takes what is counted again because it asks for it, and what says
    that it was counted before (`secuencia`, `hace`); one that was approved takes nothing. Raises ConteoCerrado, DatosInvalidos.
    """
    autorizar(usuario, "movimientos.contar")
    conteo = Conteo.objects.bloqueado(conteo.pk)
    claves = {c.clave: c.resumen for c in contados if c.clave}
    previos = _previos(usuario, claves)
    nuevos = [c for c in contados if c.clave not in previos]
    hechos: dict[Contado, NumeroContado] = {}
    if nuevos:
        _validar(nuevos)
        lineas = _lineas(conteo, nuevos)
        sin_contar = sum(x.estado == LineaDelConteo.Estado.SIN_CONTAR for x in lineas.values())
        hechos = _apuntar(conteo, lineas, nuevos, usuario)
        decidir_lineas(conteo, list(lineas.values()))
        if sin_contar:
            halladas = sum(x.recien_hallada for x in lineas.values())
            Conteo.objects.filter(pk=conteo.pk).update(
                num_lineas=F("num_lineas") + halladas, num_contadas=F("num_contadas") + sin_contar
            )
    return [previos[c.clave] if c.clave in previos else hechos[c] for c in contados]


def ya_apuntado(*, usuario: Usuario, clave: str | None, resumen: str) -> NumeroContado | None:
    """The number that this key made. Raises ClaveReutilizada if it said something else."""
    return _previos(usuario, {clave: resumen}).get(clave) if clave else None


def _previos(usuario: Usuario, claves: Mapping[str, str]) -> dict[str | None, NumeroContado]:
    """The numbers that those keys already made."""
    if not claves:
        return {}
    hallados = NumeroContado.objects.filter(usuario=usuario, clave_idempotencia__in=claves)
    previos: dict[str | None, NumeroContado] = {}
    for numero in hallados.select_related("linea"):
        if numero.resumen != claves[str(numero.clave_idempotencia)]:
            raise ClaveReutilizada
        numero.es_repeticion = True
        previos[numero.clave_idempotencia] = numero
    return previos


def _validar(contados: Sequence[Contado]) -> None:
    if len(contados) > NUMEROS_MAXIMOS:
        raise DatosInvalidos({"cantidad": [_("Como máximo %(n)s líneas.") % {"n": NUMEROS_MAXIMOS}]})
    fuera = _("Debe ser un entero entre %(min)s y %(max)s.")
    for c in contados:
        if type(c.cantidad) is not int or not 0 <= c.cantidad <= CANTIDAD_MAXIMA:
            raise DatosInvalidos({"cantidad": [fuera % {"min": 0, "max": CANTIDAD_MAXIMA}]})
        if c.hace is not None and not 0 <= c.hace <= HACE_MAXIMO:
            raise DatosInvalidos({"hace": [fuera % {"min": 0, "max": HACE_MAXIMO}]})


def _lineas(conteo: Conteo, contados: Sequence[Contado]) -> dict[int, LineaDelConteo]:
    """The lines of the lots counted, by lot: found lots get theirs."""
    pedidos = {c.lote for c in contados}
    lineas = {x.lote_id: x for x in conteo.lineas.filter(lote__in=pedidos)}
    if faltan := pedidos - lineas.keys():
        lotes = list(Lote.objects.filter(pk__in=faltan).order_by("producto__sku", "codigo"))
        if len(lotes) < len(faltan):
            raise DatosInvalidos({"lote": [_("No existe.")]})
        ultimo = conteo.lineas.aggregate(n=Max("orden", default=0))["n"]
        nuevas = [
            LineaDelConteo(
                conteo=conteo,
                lote=x,
                producto_id=x.producto_id,
                orden=ultimo + i,
                hallada=True,
                costo_unitario=x.costo_unitario,
            )
            for i, x in enumerate(lotes, start=1)
        ]
        for nueva in LineaDelConteo.objects.bulk_create(nuevas):
            nueva.recien_hallada = True
            lineas[nueva.lote_id] = nueva
    _admitir(conteo, lineas.values(), contados)
    return lineas


def _admitir(conteo: Conteo, lineas: Collection[LineaDelConteo], contados: Sequence[Contado]) -> None:
    """Raise ConteoCerrado unless the session takes these numbers in its state."""
    de_antes = {c.lote for c in contados if c.secuencia is not None or c.hace is not None}
    for linea in lineas:
        abierta = conteo.estado == Conteo.Estado.ABIERTO
        revisable = conteo.estado == Conteo.Estado.CERRADO and (
            linea.estado in LineaDelConteo.POR_RESOLVER or linea.lote_id in de_antes
        )
        if linea.operacion_id is not None or not (abierta or revisable):
            raise ConteoCerrado(conteo_estado=conteo.estado, lote=linea.lote_id)


def _apuntar(
    conteo: Conteo, lineas: Mapping[int, LineaDelConteo], contados: Sequence[Contado], usuario: Usuario
) -> dict[Contado, NumeroContado]:
    ahora = timezone.now()
    momentos = _momentos(conteo, contados, ahora)
    numeros = [
        NumeroContado(
            linea=lineas[c.lote],
            usuario=usuario,
            cantidad=c.cantidad,
            secuencia=secuencia,
            habia=habia,
            contado_en=ahora - timedelta(seconds=c.hace or 0),
            registrado_en=ahora,
            clave_idempotencia=c.clave or None,
            resumen=c.resumen,
        )
        for c, (secuencia, habia) in zip(contados, momentos, strict=True)
    ]
    return dict(zip(contados, NumeroContado.objects.bulk_create(numeros), strict=True))


def _momentos(conteo: Conteo, contados: Sequence[Contado], ahora: datetime) -> list[tuple[int, int]]:
    """Sequence and balance of the moment at which each was counted: by `secuencia`, else by its age. No clock but ours tells."""
    de_cada = {c.lote for c in contados}
    aqui = Existencia.objects.filter(almacen=conteo.almacen_id, lote__in=de_cada)
    saldos = {
        lote: (secuencia, cantidad) for lote, secuencia, cantidad in aqui.values_list("lote", "secuencia", "cantidad")
    }
    habia = saldos_de_entonces({(c.lote, conteo.almacen_id, c.secuencia) for c in contados if c.secuencia is not None})
    lineas = Movimiento.objects.filter(almacen=conteo.almacen_id, lote__in=de_cada).order_by("secuencia")
    desde = ahora - timedelta(seconds=max((c.hace or 0 for c in contados), default=0))
    hay_viejos = any(c.hace and c.secuencia is None for c in contados)
    recientes = lineas.filter(operacion__registrada_en__gt=desde) if hay_viejos else lineas.none()
    despues = list(recientes.values_list("lote", "secuencia", "saldo", "cantidad", "operacion__registrada_en"))
    momentos = []
    for c in contados:
        secuencia, saldo = saldos.get(c.lote, (0, 0))
        if c.secuencia is not None:
            if c.secuencia > secuencia:
                raise DatosInvalidos({"secuencia": [_("Ese lote no se ha movido tantas veces.")]})
            secuencia, saldo = c.secuencia, habia.get((c.lote, conteo.almacen_id, c.secuencia), 0)
        elif c.hace:
            entonces = ahora - timedelta(seconds=c.hace)
            primera = next((x for x in despues if x[0] == c.lote and x[4] > entonces), None)
            if primera is not None:
                secuencia, saldo = primera[1] - 1, primera[2] - primera[3]
        momentos.append((secuencia, saldo))
    return momentos


@atomica
def poner_al_dia(conteo: Conteo) -> None:
    """Decide anew about the lines whose books somebody else put right since they were counted."""
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if not conteo.sigue:
        return
    corregidas = Movimiento.objects.filter(
        ES_CORRECCION, lote=OuterRef("lote"), almacen=conteo.almacen_id, secuencia__gt=OuterRef("secuencia")
    )
    decidir_lineas(conteo, list(conteo.lineas.contadas().filter(Exists(corregidas), operacion=None)))


def decidir_lineas(conteo: Conteo, lineas: Collection[LineaDelConteo]) -> None:
    """Write on each of `lineas` what its numbers say now."""
    numeros = list(NumeroContado.objects.filter(linea__in=lineas).order_by("pk"))
    lote_de = {x.pk: x.lote_id for x in lineas}
    corregido = corregido_desde({(lote_de[n.linea_id], conteo.almacen_id, n.secuencia) for n in numeros})
    de_cada: dict[int, list[Numero]] = {}
    for n in numeros:
        despues = corregido[lote_de[n.linea_id], conteo.almacen_id, n.secuencia]
        de_cada.setdefault(n.linea_id, []).append(Numero(n.usuario_id, n.cantidad, n.secuencia, n.habia, despues))
    umbral = Umbral(conteo.umbral_unidades, conteo.umbral_valor)
    ultimo = conteo.desempate == Conteo.Desempate.ULTIMO
    for linea in lineas:
        _poner(linea, decidir(de_cada.get(linea.pk, []), umbral, linea.costo_unitario, vale_el_ultimo=ultimo))
    campos = ["estado", "personas", "es_grande", "cantidad", "secuencia", "habia", "diferencia"]
    LineaDelConteo.objects.bulk_update(lineas, campos)


def _poner(linea: LineaDelConteo, d: Decision) -> None:
    linea.estado, linea.personas, linea.es_grande = d.estado, d.personas, d.es_grande
    if d.vale is not None:
        linea.cantidad, linea.secuencia, linea.habia = d.vale.cantidad, d.vale.secuencia, d.vale.habia
        linea.diferencia = d.vale.diferencia
