"""What every template needs: icons, the menu, numbers as people read them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import lucide
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import date_format, number_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from ..dominio import unidades
from ..dominio.dinero import redondear
from ..empresa.actual import empresa as empresa_actual
from ..empresa.actual import moneda
from ..paginas import navegacion

register = template.Library()


@register.simple_tag
@cache  # the package parses and writes XML each time, and every row of a list has icons
def icono(nombre: str, clase: str = "icono") -> SafeString:
    """A Lucide icon as inline SVG, hidden from screen readers: the words beside it say what it means."""
    svg = lucide._render_icon(str(nombre), None, **{"class": str(clase), "aria-hidden": "true", "focusable": "false"})
    return mark_safe(svg)  # noqa: S308 (from the package; its attributes are escaped there)


@register.simple_tag(takes_context=True)
def menu(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections of the menu that this user may see."""
    return navegacion.menu(context["request"])


@register.simple_tag(takes_context=True)
def menu_movil(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The places that the phone's bar shows."""
    return navegacion.menu_movil(context["request"])


@register.simple_tag(takes_context=True)
def tema(context: dict[str, Any]) -> str:
    """The theme of the page: the user's own, else the cookie's (on the login page), else the system's."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return "sistema"
    # Only a user already read: the page that says that the database is down must not query it.
    usuario = getattr(request, "_cached_user", None)
    elegido = getattr(usuario, "tema", "") or request.COOKIES.get("tema", "")
    return elegido if elegido in ("claro", "oscuro") else "sistema"


@register.simple_tag
def region() -> str:
    """How scripts write numbers."""
    return settings.REGION


@register.simple_tag
def empresa() -> Any:
    """Whose stock this is: name, address, logo, as printed pages show them."""
    return empresa_actual()


@register.simple_tag
def idioma() -> str:
    return get_language() or settings.LANGUAGE_CODE


class Numero(int):
    """A number that is written as people read it: still a number, so that a sentence can count it."""

    def __str__(self) -> str:
        return number_format(int(self), use_l10n=True, force_grouping=True)


@register.filter
def numero(valor: Any) -> Any:
    """An integer for people, with its thousands apart; what is not one stays as it is."""
    return Numero(valor) if isinstance(valor, int) and not isinstance(valor, bool) else valor


@register.simple_tag
def momento(valor: datetime, hoy: date) -> SafeString:
    """A moment, as a clock and a calendar on the wall of the shop show it: the time if it was `hoy`, else the day."""
    local = localtime(valor)
    texto = time_format(local, "TIME_FORMAT") if local.date() == hoy else date_format(local, "SHORT_DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), texto)


@register.simple_tag
def cantidad(valor: int | None, unidad: str = "", signo: bool = False) -> SafeString:
    """A quantity in base units with its unit; `signo` writes the plus of what came in."""
    if valor is None:
        return format_html('<span class="tenue">{}</span>', "—")
    prefijo = "−" if valor < 0 else "+" if signo and valor > 0 else ""
    tono = (" negativo" if valor < 0 else " positivo") if signo and valor else ""
    cola = format_html(' <span class="unidad">{}</span>', unidades.nombre(unidad, valor)) if unidad else ""
    return format_html('<span class="cantidad{}">{}{}{}</span>', tono, prefijo, Numero(abs(valor)), cola)


@register.filter
def unidad(nombre: str, n: int | None = 2) -> str:
    """What so many of a unit are called: in the plural, unless it is one."""
    return unidades.nombre(nombre, 2 if n is None else n)


@register.filter
def contar(n: int, unidad: str) -> str:
    """How many of which unit, as plain text."""
    return unidades.contar(n, unidad)


@register.filter
def dinero(valor: Decimal | int | None) -> str:
    """Money with its currency and two decimals; a dash when the cost is not known."""
    if valor is None:
        return "—"
    return f"{number_format(redondear(valor), 2, use_l10n=True, force_grouping=True)} {moneda()}"


@register.filter
def costo(valor: Decimal | None) -> str:
    """A unit cost, with as many decimals as it has (two at least)."""
    if valor is None:
        return "—"
    decimales = max(2, -int(Decimal(valor).normalize().as_tuple().exponent))
    return f"{number_format(valor, decimales, use_l10n=True, force_grouping=True)} {moneda()}"
