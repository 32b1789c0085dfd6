"""An expiry date and the state of a lot as people see them: a word and a colour, by the rules of `lotes.caducidad`.

Tags and not included templates, because a list shows one in every row.
"""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..caducidad import Nivel, dias_restantes, nivel, situacion
from ..models import SITUACIONES, Lote

register = template.Library()


def _palabra(dias: int) -> str:
    if dias < 0:
        return ngettext("caducó hace %(n)s día", "caducó hace %(n)s días", -dias) % {"n": -dias}
    if dias == 0:
        return _("último día")
    return ngettext("queda %(n)s día", "quedan %(n)s días", dias) % {"n": dias}


def _tono(dias: int) -> str:
    """The class of the badge; "" for none: a notice is no reason to colour a list."""
    cual = nivel(dias)
    if cual == Nivel.CADUCADO:
        return "caducado"
    return cual.severidad if cual > Nivel.AVISO else ""


def _insignia(clase: str, contenido: str | Promise) -> SafeString:
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
    """Badge of a lot's state. One that is available but has expired, or of which nothing is left, says that instead."""
    if lote.estado == Lote.Estado.DISPONIBLE and getattr(lote, "cantidad", None) == 0:
        return _insignia("agotado", _("Agotado"))
    cual = situacion(lote.estado, lote.fecha_caducidad, hoy or timezone.localdate())
    return _insignia(cual, SITUACIONES[cual])
