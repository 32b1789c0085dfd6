"""Keep the alerts true: recompute them for the products touched, and their life cycle."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from inventario.plataforma.sql import arreglo, consultar, es_postgres
from lotes.models import Existencia
from movimientos.signals import Leido
from productos.bloqueo import ProductoBloqueado, bloquear
from productos.models import Producto

from . import cache
from .escritura import Cambios, Guardada, escribir, proseguir
from .exceptions import AlertaResuelta
from .models import Alerta, EventoAlerta
from .reglas import (
    Clave,
    Condicion,
    ConStock,
    LoteConStock,
    Stock,
    Umbrales,
    condiciones,
    de_lotes,
    de_producto,
    prosigue,
)

_COLUMNAS = ", ".join(("id", *Guardada._fields[1:]))
# Two halves, since each has its own partial index.
_DE_LO_TOCADO = f"""
SELECT {_COLUMNAS} FROM alertas_alerta
WHERE resuelta_en IS NULL AND lote_id IS NULL AND producto_id = ANY(%s::bigint[])
UNION ALL
SELECT {_COLUMNAS} FROM alertas_alerta
WHERE resuelta_en IS NULL AND lote_id IS NOT NULL AND producto_id = ANY(%s::bigint[]) AND lote_id = ANY(%s::bigint[])
"""  # noqa: S608  column names of this module


def recalcular(producto_ids: Iterable[int], hoy: date) -> Cambios:
    """Bring the alerts of `producto_ids` up to date, in the caller's transaction; return what changed.

    Locks the products first, in primary key order. A constant number of statements, whatever the number of products.
    """
    with transaction.atomic():
        return _aplicar(comparar(bloquear(producto_ids), hoy))


def seguir(leido: Leido, hoy: date) -> None:
    """The same after an operation that read, under its lock, all that its products hold: what it did not touch has the
    alerts it had, and the rules say what it did to the others, so stored rows are read only where an episode may end or begin.
    """
    antes, ahora = _antes_y_ahora(leido, hoy)
    cambian = {clave for clave in antes.keys() | ahora.keys() if antes.get(clave) != ahora.get(clave)}
    if not cambian:
        return
    if es_postgres() and all(
        prosigue(antes.get(clave), ahora.get(clave), hoy) or (clave[2] is not None and clave not in antes)
        for clave in cambian
    ):
        proseguir({clave: ahora[clave] for clave in cambian}, hoy)
        transaction.on_commit(cache.invalidar)
        return
    productos = [p.pk for p in leido.productos]
    tocados = {s.lote for _antes, s in leido.movidos}
    if es_postgres():
        suyos = arreglo(productos)
        filas: Iterable[tuple] = consultar(_DE_LO_TOCADO, [suyos, suyos, arreglo(tocados)])
    else:
        filas = (
            Alerta.objects.sin_resolver()
            .filter(Q(lote=None) | Q(lote__in=tocados), producto__in=productos)
            .values_list(*Guardada._fields)
        )
    _aplicar(_diferencias(map(Guardada._make, filas), ahora, hoy))


def _antes_y_ahora(leido: Leido, hoy: date) -> tuple[dict[Clave, Condicion], dict[Clave, Condicion]]:
    """The conditions of the products read and of the lots moved, before and after. What stood still is summed once."""
    movidos = {s.existencia for s, _despues in leido.movidos}
    tocados = {s.lote for s, _despues in leido.movidos}
    quietos = _por_producto(s for s in leido.saldos if s.existencia not in movidos)
    antes: dict[Clave, Condicion] = {}
    ahora: dict[Clave, Condicion] = {}
    momentos = [
        (_por_producto(a for a, _d in leido.movidos), antes),
        (_por_producto(d for _a, d in leido.movidos), ahora),
    ]
    for p in leido.productos:
        umbrales, suyos = _umbrales(p), quietos.get(p.pk, [])
        stock = Stock().mas(suyos, hoy)
        de_tocados = [s for s in suyos if s.lote in tocados]  # the same lots in other warehouses
        for saldos, resultado in momentos:
            movido = saldos.get(p.pk, [])
            resultado |= de_lotes(umbrales, _por_lote([*de_tocados, *movido]))
            resultado |= de_producto(umbrales, stock.mas(movido, hoy), hoy)
    return antes, ahora


def _aplicar(cambios: Cambios) -> Cambios:
    escribir(cambios)
    if cambios:
        transaction.on_commit(cache.invalidar)
    return cambios


def comparar(productos: Sequence[Producto | ProductoBloqueado], hoy: date) -> Cambios:
    """Stored alerts of `productos` against the expected ones. Reads only (`verificar` calls it too)."""
    ids = [p.pk for p in productos]
    filas = Alerta.objects.sin_resolver().filter(producto__in=ids).values_list(*Guardada._fields)
    return _diferencias(map(Guardada._make, filas), _esperadas(productos, hoy), hoy)


def _diferencias(guardadas: Iterable[Guardada], esperadas: dict[Clave, Condicion], hoy: date) -> Cambios:
    cambios = Cambios()
    for fila in guardadas:
        _contrastar(cambios, fila, esperadas.pop(fila[1:4], None), hoy)
    cambios.nuevas += [_alerta(clave, c) for clave, c in esperadas.items()]
    return cambios


def _umbrales(p: Producto | ProductoBloqueado) -> Umbrales:
    return Umbrales(p.pk, p.stock_minimo, p.stock_maximo, p.horizonte)


def _esperadas(productos: Sequence[Producto | ProductoBloqueado], hoy: date) -> dict[Clave, Condicion]:
    filas = (
        Existencia.objects.con_stock()
        .filter(producto__in=[p.pk for p in productos])
        .order_by()
        .values_list(
            "producto_id", "lote_id", "lote__fecha_caducidad", "lote__estado", "lote__costo_unitario", "cantidad"
        )
    )
    lotes = _por_producto(map(LoteConStock._make, filas))
    resultado: dict[Clave, Condicion] = {}
    for p in productos:
        resultado |= condiciones(_umbrales(p), _por_lote(lotes.get(p.pk, [])), hoy)
    return resultado


def _por_producto(saldos: Iterable[ConStock]) -> dict[int, list[ConStock]]:
    """Those with stock, by product."""
    suyos: dict[int, list[ConStock]] = {}
    for x in saldos:
        if x.cantidad:
            suyos.setdefault(x.producto, []).append(x)
    return suyos


def _por_lote(saldos: Iterable[ConStock]) -> list[ConStock]:
    """What several warehouses hold of one lot, as one."""
    lotes: dict[int, ConStock] = {}
    for x in saldos:
        previo = lotes.get(x.lote)
        lotes[x.lote] = x if previo is None else x._replace(cantidad=previo.cantidad + x.cantidad)
    return list(lotes.values())


def _alerta(clave: Clave, c: Condicion) -> Alerta:
    tipo, producto, lote = clave
    return Alerta(tipo=tipo, producto_id=producto, lote_id=lote, **c._asdict())


def _contrastar(cambios: Cambios, fila: Guardada, c: Condicion | None, hoy: date) -> None:
    """One stored row against its condition: the same episode goes on, or it ended and another may begin."""
    empezada = fila.activa_desde <= hoy
    terminada = fila.termina is not None and fila.termina <= hoy
    if c is not None and empezada and (terminada or c.activa_desde > hoy):
        cambios.nuevas.append(_alerta(fila[1:4], c))
        c = None
    if c is None:
        (cambios.resueltas if empezada else cambios.borradas).append(fila)
        return
    if empezada:
        c = c._replace(activa_desde=fila.activa_desde)
    if fila[4:] != c:
        cambios.modificadas.append(Guardada._make((*fila[:4], *c)))


@atomica
def reconocer(*, alertas: Sequence[int], usuario: Any, nota: str = "", hoy: date | None = None) -> list[Alerta]:
    """Acknowledge open alerts (ids): seen, in hand. A worse severity opens them again by itself.

    Raises AlertaResuelta if any has ended, PermissionDenied.
    """
    return _atender(alertas, usuario, nota, hoy or timezone.localdate(), EventoAlerta.Tipo.RECONOCIDA, None)


@atomica
def posponer(
    *, alertas: Sequence[int], usuario: Any, hasta: date, nota: str = "", hoy: date | None = None
) -> list[Alerta]:
    """Put alerts (ids) off until `hasta`, when they open again; a worse severity opens them before.

    Raises DatosInvalidos unless `hasta` is after today and at most a year ahead, AlertaResuelta, PermissionDenied.
    """
    hoy = hoy or timezone.localdate()
    if not 0 < (hasta - hoy).days <= 366:
        raise DatosInvalidos({"hasta": [_("Debe ser una fecha futura, como mucho dentro de un año.")]})
    return _atender(alertas, usuario, nota, hoy, EventoAlerta.Tipo.POSPUESTA, hasta)


def _atender(
    ids: Sequence[int], usuario: Any, nota: str, hoy: date, tipo: EventoAlerta.Tipo, hasta: date | None
) -> list[Alerta]:
    autorizar(usuario, "alertas.atender_alerta")
    productos = Alerta.objects.filter(pk__in=ids).values_list("producto_id", flat=True)
    list(Producto.objects.bloqueados(productos).only("pk"))
    alertas = list(Alerta.objects.con_derivados(hoy).filter(pk__in=ids).order_by("pk"))
    ahora = timezone.now()
    for a in alertas:
        if a.resuelta_en is not None:
            raise AlertaResuelta(alerta=a.pk)
        a.nivel_atendido = a.nivel
        a.pospuesta_hasta = hasta
        a.reconocida_en, a.reconocida_por, a.nota = ahora, usuario, nota
    Alerta.objects.bulk_update(
        alertas, ["nivel_atendido", "pospuesta_hasta", "reconocida_en", "reconocida_por", "nota"], batch_size=500
    )
    EventoAlerta.objects.bulk_create(
        EventoAlerta(alerta=a, tipo=tipo, usuario=usuario, nota=nota, hasta=hasta) for a in alertas
    )
    transaction.on_commit(cache.invalidar)
    return alertas
