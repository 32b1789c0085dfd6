"""How the region of the installation (`REGION`) writes numbers and dates, in whatever language its pages speak.

Pages write so (`inventario.formats`), and every form reads so. What may be two things is asked, never guessed.
"""

import calendar
import re
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext as _

from ..empresa.actual import moneda

# Region → separator of decimals, of thousands, and the order of a date's parts.
_PUNTO, _COMA = (".", ",", "dma"), (",", ".", "dma")
REGIONES: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(("es-MX", "es-DO", "es-GT", "es-HN", "es-NI", "es-PA", "es-PE", "es-PR", "es-SV", "en-GB"), _PUNTO),
    **dict.fromkeys(("es-AR", "es-BO", "es-CL", "es-CO", "es-EC", "es-ES", "es-PY", "es-UY", "es-VE"), _COMA),
    "es-CR": (",", "\u00a0", "dma"),
    "es-US": (".", ",", "mda"),
    "en-US": (".", ",", "mda"),
}
_NUMERO = re.compile(r"[0-9]+(?:[.,'’\u00a0\u202f ][0-9]+)*")
_FECHA = re.compile(r"([0-9]{1,4})[-/.]([0-9]{1,4})(?:[-/.]([0-9]{1,4}))?")


def partes() -> tuple[str, str, str]:
    """Of the region in force. Raises ImproperlyConfigured for one that is not known."""
    try:
        return REGIONES[settings.REGION]
    except KeyError as error:
        raise ImproperlyConfigured(f"REGION: {settings.REGION} is not one of {', '.join(sorted(REGIONES))}") from error


def leer_numero(texto: str, *, entero: bool = False) -> Decimal:
    """The number that `texto` writes in ASCII digits, with thousands apart or not, and the currency after it or not.

    A separator that comes once before three figures may be either kind. Where pages write just that, it is what they write:
    thousands in whole numbers, decimals in others. Else ValidationError says both readings (`doubtful`), as it does (`invalid`)
    for what is no number.
    """
    texto = texto.strip().removeprefix("$").removesuffix(moneda()).strip()
    if not _NUMERO.fullmatch(texto) or len(texto) > 40:
        raise ValidationError(_("Escriba un número."), code="invalid")
    punto, millar, _orden = partes()
    signos = re.findall("[^0-9]", texto)
    grupos = re.split("[^0-9]", texto)
    if not signos:
        return Decimal(texto)
    agrupa = len(set(signos)) == 1 and _agrupados(grupos)
    if len(signos) == 1 and signos[0] in ".,":
        decimal = Decimal(".".join(grupos))
        if not agrupa or (not entero and signos[0] == punto):
            return decimal
        if entero and signos[0] == millar:
            return Decimal("".join(grupos))
        raise _duda(texto, Decimal("".join(grupos)), decimal)
    if agrupa:
        return Decimal("".join(grupos))
    *antes, ultimo = signos
    if ultimo in ".," and ultimo not in antes and len(set(antes)) == 1 and _agrupados(grupos[:-1]):
        return Decimal("".join(grupos[:-1]) + "." + grupos[-1])
    raise ValidationError(_("Escriba un número."), code="invalid")


def _agrupados(grupos: list[str]) -> bool:
    """Whether these figures are thousands apart: one to three, then three each time."""
    return len(grupos[0]) <= 3 and grupos[0][0] != "0" and all(len(g) == 3 for g in grupos[1:])


def escribir(n: Decimal) -> str:
    """A number that `leer_numero` takes for no other: without thousands, and with four decimals if three could be thousands."""
    texto = f"{n:f}"
    decimales = texto.partition(".")[2]
    return (texto + "0" if len(decimales) == 3 else texto).replace(".", partes()[0])


def _duda(texto: str, *lecturas: Decimal) -> ValidationError:
    una, otra = map(escribir, lecturas)
    mensaje = _("«%(texto)s» puede ser %(una)s o %(otra)s: escríbalo de una de esas dos maneras.")
    return ValidationError(mensaje % {"texto": texto, "una": una, "otra": otra}, code="doubtful")


def leer_fecha(texto: str) -> tuple[date, bool]:
    """The day that `texto` writes: as ISO says or as the region does, with four figures of year. A month alone
    (`03/2028`, `2028-03`) is its last day: then the second value is true.

    Raises ValidationError: `doubtful` with the reading of what the region would not write so, `invalid` for what is no date.
    """
    hallado = _FECHA.fullmatch(texto.strip())
    if not hallado:
        raise _sin_fecha()
    a, b, c = hallado.groups()
    if c is None:
        anio, mes = (a, b) if len(a) == 4 else (b, a)
        return _fin_de_mes(anio, mes)
    if len(a) == 4:
        return _dia(a, b, c), False
    dia, mes = (a, b) if partes()[2] == "dma" else (b, a)
    if len(c) == 4 and int(mes) <= 12:
        return _dia(c, mes, dia), False
    anio = c if len(c) == 4 else f"20{c:0>2}"
    posible = _dia(anio, *((dia, mes) if int(mes) > 12 else (mes, dia)))
    mensaje = _("¿Es %(fecha)s? Escríbala con el año completo y en ese orden.") % {"fecha": decir(posible)}
    raise ValidationError(mensaje, code="doubtful")


def _fin_de_mes(anio: str, mes: str) -> tuple[date, bool]:
    if len(anio) != 4 or not 1 <= int(mes) <= 12:
        raise _sin_fecha()
    return _dia(anio, mes, str(calendar.monthrange(max(int(anio), 1), int(mes))[1])), True


def _dia(anio: str, mes: str, dia: str) -> date:
    try:
        return date(int(anio), int(mes), int(dia))
    except ValueError as error:
        raise _sin_fecha() from error


def _sin_fecha() -> ValidationError:
    return ValidationError(_("Escriba una fecha como %(hoy)s.") % {"hoy": decir(date(2027, 3, 31))}, code="invalid")


def decir(dia: date) -> str:
    """A day as the region writes it."""
    return f"{dia:%d/%m/%Y}" if partes()[2] == "dma" else f"{dia:%m/%d/%Y}"
