"""The severity of an alert as people see it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventario.templatetags.interfaz import icono

from ..tipos import Severidad

register = template.Library()

ICONOS = {Severidad.CRITICA: "octagon-alert", Severidad.IMPORTANTE: "triangle-alert", Severidad.AVISO: "info"}


@register.simple_tag
def severidad(cual: str) -> SafeString:
    """Badge of a severity: icon, word and colour."""
    cual = Severidad(cual)
    return format_html('<span class="insignia insignia-{}">{}{}</span>', cual.value, icono(ICONOS[cual]), cual.label)
