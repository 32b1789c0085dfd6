"""The first page: what needs attention today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alertas import cache
from alertas.models import Alerta, Severidad, Tipo
from inventario.cuentas.alcance import quienes_pueden
from inventario.dominio.dinero import SumaDinero
from inventario.dominio.permisos import Quien
from inventario.paginas import fragmentos
from lotes.caducidad import UMBRALES, Nivel, nivel
from lotes.models import Existencia, Lote
from movimientos.clases import DE_TIPO
from movimientos.models import Movimiento, Operacion

from ..graficas import Grafica, Serie
from ..sumas import DE_SALDO
from . import guia

SEMANAS = 12
FILAS = 8
NADA = (0, Decimal(0))  # units and cost


@require_GET
def ver(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    contexto = {"hoy": hoy, **_bloques(request.user, hoy)}
    marca = fragmentos.marca(request, contexto, hoy=hoy)
    contexto["marca"] = marca
    if "operaciones" in contexto:  # without them nothing says whether the shop is at work already
        contexto["guia"] = guia.guia(request.user, [o for o, _icono in contexto["operaciones"]])
    plantilla = "reportes/fichas/panel.html"
    if fragmentos.pide_fragmento(request):
        plantilla += "#vivo"
    return fragmentos.responder_si_cambio(request, marca, lambda: render(request, plantilla, contexto))


def _bloques(usuario: Quien, hoy: date) -> dict[str, Any]:
    """What each block shows, of those that `usuario` may see; to whoever may see none, whom to ask for a role."""
    bloques: dict[str, Any] = {}
    if usuario.has_perm("alertas.view_alerta"):
        bloques |= {"grupos": grupos(hoy), "urgentes": urgentes(hoy), "sin_stock": sin_stock(hoy)}
    if usuario.has_perm("lotes.view_existencia"):
        bloques["grafica"] = por_caducar(hoy)
    if usuario.has_perm("movimientos.view_operacion"):
        bloques["operaciones"] = ultimas_operaciones()
    return bloques or {"a_quien": quienes_pueden("inventario.change_usuario")}


@dataclass(frozen=True, slots=True)
class Grupo:
    """How many alerts of one severity are open, and the cost of their stock."""

    severidad: str
    titulo: str | Promise
    cuantas: int
    valor: Decimal | None


def grupos(hoy: date) -> list[Grupo]:
    """Open alerts by severity, the worst first. Cached with the alerts."""
    filas = cache.recordar("panel:grupos", hoy, lambda: _contar(hoy))
    return [
        Grupo(s.value, s.label, *filas.get(s.value, (0, None)))
        for s in (Severidad.CRITICA, Severidad.IMPORTANTE, Severidad.AVISO)
    ]


def _contar(hoy: date) -> dict[str, tuple[int, Decimal | None]]:
    filas = (
        Alerta.objects.abiertas(hoy)
        .order_by()
        .values("severidad")
        .annotate(cuantas=Count("pk"), suma=SumaDinero("valor", default=None))
    )
    return {f["severidad"]: (f["cuantas"], f["suma"]) for f in filas}


def urgentes(hoy: date) -> Sequence[Alerta]:
    """The open alerts to look at first: the worst, then the dearest."""
    return list(
        Alerta.objects.abiertas(hoy)
        .select_related("producto", "lote")
        .order_by("-nivel", F("valor").desc(nulls_last=True), F("vence").asc(nulls_last=True), "pk")[:FILAS]
    )


def sin_stock(hoy: date) -> int:
    return cache.recordar(
        "panel:sin_stock", hoy, lambda: Alerta.objects.vigentes(hoy).filter(tipo=Tipo.SIN_STOCK).count()
    )


def por_caducar(hoy: date) -> Grafica:
    """Value (or units, where no lot has a cost) of what expires in each of the coming weeks, by severity.

    A week may hold lots of two severities (days 7 and 8, days 30 and 31): its bar is a stack of both.
    """
    celdas = cache.recordar("panel:por_nivel", hoy, lambda: _por_semana(hoy))
    medida = 1 if any(valor for _unidades, valor in celdas.values()) else 0
    hasta = {cual: _("%(n)s días o menos") % {"n": dias} for dias, cual in UMBRALES}
    leyenda = {Nivel.CRITICO: hasta[Nivel.CRITICO], Nivel.IMPORTANTE: hasta[Nivel.IMPORTANTE], Nivel.AVISO: _("más")}
    series = [
        Serie(nombre, [celdas.get((i, cual), NADA)[medida] for i in range(SEMANAS)], cual.severidad)
        for cual, nombre in leyenda.items()
    ]
    etiquetas = [date_format(hoy + timedelta(weeks=i), "j M") for i in range(SEMANAS)]
    titulo = _("Valor que caduca por semana") if medida else _("Unidades que caducan por semana")
    semanas = [(hoy + timedelta(weeks=i), hoy + timedelta(weeks=i, days=6)) for i in range(SEMANAS)]
    enlaces = [
        f"{reverse('lotes:lista')}?con_existencias=true&estado=disponible&caduca_desde={a}&caduca_hasta={b}"
        for a, b in semanas
    ]
    return Grafica(titulo, etiquetas, series, tipo="apiladas", en_dinero=bool(medida), enlaces=enlaces)


def _por_semana(hoy: date) -> dict[tuple[int, Nivel], tuple[int, Decimal]]:
    """Units and cost by week and level. SQL sums by day, which is the same on both engines; weeks are made here."""
    filas = (
        Existencia.objects.con_stock()
        .filter(
            lote__fecha_caducidad__gte=hoy,
            lote__fecha_caducidad__lt=hoy + timedelta(weeks=SEMANAS),
            lote__estado=Lote.Estado.DISPONIBLE,
        )
        .order_by()
        .values_list("lote__fecha_caducidad")
        .annotate(
            unidades=Sum("cantidad"),
            valor=SumaDinero(DE_SALDO),
        )
    )
    celdas: dict[tuple[int, Nivel], tuple[int, Decimal]] = {}
    for dia, unidades, valor in filas:
        dias = (dia - hoy).days
        celda = dias // 7, nivel(dias)
        antes = celdas.get(celda, NADA)
        celdas[celda] = antes[0] + unidades, antes[1] + valor
    return celdas


def ultimas_operaciones() -> list[tuple[Operacion, str]]:
    """Each with the icon of its kind."""
    # A subquery counts the lines of these few; a join would group the whole ledger first.
    cuenta = Movimiento.objects.filter(operacion=OuterRef("pk")).order_by().values("operacion").annotate(n=Count("pk"))
    operaciones = (
        Operacion.objects.select_related("motivo", "usuario")
        .annotate(lineas_escritas=Coalesce(Subquery(cuenta.values("n")), 0))
        .order_by("-pk")[:FILAS]
    )
    return [(o, DE_TIPO[o.tipo].icono if o.tipo in DE_TIPO else "undo-2") for o in operaciones]
