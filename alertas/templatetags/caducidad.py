"""Expiry, states and severities as people see them: the word and its colour, from the same rules that decide alerts.

Functions and not included templates: a list shows them in every row.
"""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventario.templatetags.interfaz import icono
from lotes.caducidad import dias_restantes, ha_caducado
from lotes.models import Lote

from ..models import DIAS_CRITICA, DIAS_IMPORTANTE, Severidad

register = template.Library()

ICONOS = {Severidad.CRITICA: "octagon-alert", Severidad.IMPORTANTE: "triangle-alert", Severidad.AVISO: "info"}


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


def _insignia(clase: str, contenido: str) -> SafeString:
    return format_html('<span class="insignia insignia-{}">{}</span>', clase, contenido)


@register.simple_tag
def caducidad(fecha: date | None, hoy: date | None = None, dias: bool = True) -> SafeString:
    """The expiry `fecha` with the days left, as a badge when they are few; `dias=False` says them only then."""
    quedan = dias_restantes(fecha, hoy or timezone.localdate())
    if fecha is None or quedan is None:
        return format_html('<span class="tenue">{}</span>', _("No caduca"))
    palabra, tono = _palabra(quedan), _tono(quedan)
    cola = format_html('<span class="chico tenue nowrap">{}</span>', palabra) if dias else ""
    if tono:
        cola = _insignia(tono, palabra)
    return format_html('<span class="nowrap">{}</span> {}', date_format(fecha, "SHORT_DATE_FORMAT"), cola)


@register.simple_tag
def estado_lote(lote: Lote, hoy: date | None = None) -> SafeString:
    """Badge of a lot's state. An available lot of which nothing is left, or that has expired, says so: it is neither
    to be dispatched nor, when there is none, to worry about.
    """
    if lote.estado == Lote.Estado.DISPONIBLE:
        if getattr(lote, "cantidad", None) == 0:
            return _insignia("agotado", _("Agotado"))
        if ha_caducado(lote.fecha_caducidad, hoy or timezone.localdate()):
            return _insignia("caducado", _("Caducado"))
    return _insignia(lote.estado, Lote.Estado(lote.estado).label)


@register.simple_tag
def severidad(cual: str) -> SafeString:
    """Badge of a severity: icon, word and colour."""
    cual = Severidad(cual)
    return _insignia(cual.value, icono(ICONOS[cual]) + format_html("{}", cual.label))
