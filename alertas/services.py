"""Keep the alerts true: recompute them for the products touched, and their life cycle."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.exceptions import DatosInvalidos
from inventario.permisos import autorizar
from inventario.transacciones import atomica
from lotes.models import Existencia
from productos.models import Producto

from . import cache
from .exceptions import AlertaResuelta
from .models import Alerta, EventoAlerta
from .reglas import Clave, Condicion, LoteConStock, Umbrales, condiciones

CAMPOS = ("activa_desde", "termina", "vence", "cantidad", "valor")


@dataclass(slots=True)
class Cambios:
    """What has to be written for the stored alerts to be the expected ones."""

    nuevas: list[Alerta] = field(default_factory=list)
    modificadas: list[Alerta] = field(default_factory=list)
    resueltas: list[Alerta] = field(default_factory=list)
    borradas: list[Alerta] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.nuevas or self.modificadas or self.resueltas or self.borradas)


def recalcular(producto_ids: Iterable[int], hoy: date) -> Cambios:
    """Bring the alerts of `producto_ids` up to date, in the caller's transaction; return what changed.

    Locks the products first, in primary key order. A constant number of statements, whatever the number of products.
    """
    with transaction.atomic():
        productos = list(
            Producto.objects.bloqueados(producto_ids)
            .select_related("categoria")
            .only("stock_minimo", "stock_maximo", "dias_aviso", "categoria__dias_aviso")
        )
        cambios = comparar(productos, hoy)
        _escribir(cambios)
    if cambios:
        transaction.on_commit(cache.invalidar)
    return cambios


def comparar(productos: Sequence[Producto], hoy: date) -> Cambios:
    """Stored alerts of `productos` against the expected ones. Reads only (`verificar` calls it too)."""
    ids = [p.pk for p in productos]
    esperadas = _esperadas(productos, hoy)
    cambios = Cambios()
    for alerta in Alerta.objects.sin_resolver().filter(producto__in=ids):
        clave = (alerta.tipo, alerta.producto_id, alerta.lote_id)
        _contrastar(cambios, alerta, esperadas.pop(clave, None), hoy)
    cambios.nuevas += [_alerta(clave, c) for clave, c in esperadas.items()]
    return cambios


def _esperadas(productos: Sequence[Producto], hoy: date) -> dict[Clave, Condicion]:
    filas = (
        Existencia.objects.con_stock()
        .filter(producto__in=[p.pk for p in productos])
        .order_by()
        .values_list("producto_id", "lote_id", "lote__fecha_caducidad", "lote__estado", "lote__costo_unitario")
        .annotate(Sum("cantidad"))
    )
    lotes: dict[int, list[LoteConStock]] = {}
    for producto, *lote in filas:
        lotes.setdefault(producto, []).append(LoteConStock(*lote))
    resultado: dict[Clave, Condicion] = {}
    for p in productos:
        umbrales = Umbrales(p.pk, p.stock_minimo, p.stock_maximo, p.horizonte)
        resultado |= condiciones(umbrales, lotes.get(p.pk, []), hoy)
    return resultado


def _alerta(clave: Clave, c: Condicion) -> Alerta:
    tipo, producto, lote = clave
    return Alerta(tipo=tipo, producto_id=producto, lote_id=lote, **asdict(c))


def _contrastar(cambios: Cambios, alerta: Alerta, c: Condicion | None, hoy: date) -> None:
    """One stored row against its condition: the same episode goes on, or it ended and another may begin."""
    empezada = alerta.activa_desde <= hoy
    terminada = alerta.termina is not None and alerta.termina <= hoy
    if c is not None and empezada and (terminada or c.activa_desde > hoy):
        cambios.nuevas.append(_alerta((alerta.tipo, alerta.producto_id, alerta.lote_id), c))
        c = None
    if c is None:
        (cambios.resueltas if empezada else cambios.borradas).append(alerta)
        return
    nueva = asdict(c)
    if empezada:
        nueva["activa_desde"] = alerta.activa_desde
    if any(getattr(alerta, campo) != nueva[campo] for campo in CAMPOS):
        for campo in CAMPOS:
            setattr(alerta, campo, nueva[campo])
        cambios.modificadas.append(alerta)


def _escribir(c: Cambios) -> None:
    """Ended rows first: a new one of the same kind takes their place."""
    if c.resueltas:
        Alerta.objects.filter(pk__in=[a.pk for a in c.resueltas]).update(resuelta_en=timezone.now())
        EventoAlerta.objects.bulk_create(EventoAlerta(alerta=a, tipo=EventoAlerta.Tipo.RESUELTA) for a in c.resueltas)
    if c.borradas:
        Alerta.objects.filter(pk__in=[a.pk for a in c.borradas]).delete()
    if c.modificadas:
        Alerta.objects.bulk_update(c.modificadas, CAMPOS, batch_size=500)
    if c.nuevas:
        Alerta.objects.bulk_create(c.nuevas, batch_size=1000)


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
