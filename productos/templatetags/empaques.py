"""Quantities as packs: the second figure beside what is in units."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..empaques import en_empaques
from ..models import Producto

register = template.Library()


@register.simple_tag
def empacada(n: int | None, producto: Producto) -> SafeString | str:
    """`n` units of `producto` in its packs («3 cajas × 100»), where it has some. A list fetches them first: `empaques`."""
    texto = en_empaques(n, producto.empaques.all()) if n else ""
    return format_html('<span class="empacada">{}</span>', texto) if texto else ""


@register.filter
def empaques_json(producto: Producto) -> str:
    """Its packs, for a script: [[name, units], …]."""
    return json.dumps([[e.nombre, e.unidades] for e in producto.empaques.all()], ensure_ascii=False)
