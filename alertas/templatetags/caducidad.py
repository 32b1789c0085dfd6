"""Expiry as people see it: the date, its word and its colour, from the same rules that decide alerts."""

from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lotes.caducidad import dias_restantes, ha_caducado

from ..models import DIAS_CRITICA, DIAS_IMPORTANTE

register = template.Library()


def _palabra(dias: int) -> str:
    if dias < 0:
        return ngettext("caducó hace %(n)s día", "caducó hace %(n)s días", -dias) % {"n": -dias}
    if dias == 0:
        return _("último día")
    return ngettext("queda %(n)s día", "quedan %(n)s días", dias) % {"n": dias}


def _tono(dias: int) -> str:
    if dias < 0:
        return "caducado"
    if dias <= DIAS_CRITICA:
        return "critica"
    return "importante" if dias <= DIAS_IMPORTANTE else ""


@register.filter
def vencida(fecha: date | None) -> bool:
    """Whether a lot with this expiry has expired today."""
    return ha_caducado(fecha, timezone.localdate())


@register.inclusion_tag("componentes/caducidad.html")
def caducidad(fecha: date | None, hoy: date | None = None, dias: bool = True) -> dict[str, Any]:
    """The expiry `fecha` with a badge of the days left. `dias=False` leaves the badge out unless it is near."""
    quedan = dias_restantes(fecha, hoy or timezone.localdate())
    if quedan is None:
        return {"fecha": None}
    tono = _tono(quedan)
    return {"fecha": fecha, "tono": tono, "palabra": _palabra(quedan) if dias or tono else ""}
