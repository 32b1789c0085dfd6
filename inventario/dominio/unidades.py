"""Units of count in words: «1 caja», «53 cajas», "15 boxes". One place for pages, alerts, e-mails, charts and refusals.

A unit is what a person typed of a product. Those of the table are translated, and told in singular and plural however they
were typed. Any other stays in the customer's own words and takes the plural of Spanish, since names of things are written
in the language of the installation; abbreviations (`kg`, `ml`), and what has figures in it, take none.
"""

import re
from functools import lru_cache
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import get_language, npgettext_lazy

from .texto import plegar

# Each unit by its Spanish singular. `% n` gives it in the language in force.
UNIDADES: dict[str, Any] = {
    "ampolleta": npgettext_lazy("unidad", "ampolleta", "ampolletas"),
    "bolsa": npgettext_lazy("unidad", "bolsa", "bolsas"),
    "bote": npgettext_lazy("unidad", "bote", "botes"),
    "botella": npgettext_lazy("unidad", "botella", "botellas"),
    "caja": npgettext_lazy("unidad", "caja", "cajas"),
    "cápsula": npgettext_lazy("unidad", "cápsula", "cápsulas"),
    "día": npgettext_lazy("unidad", "día", "días"),
    "frasco": npgettext_lazy("unidad", "frasco", "frascos"),
    "galón": npgettext_lazy("unidad", "galón", "galones"),
    "gramo": npgettext_lazy("unidad", "gramo", "gramos"),
    "jeringa": npgettext_lazy("unidad", "jeringa", "jeringas"),
    "kilogramo": npgettext_lazy("unidad", "kilogramo", "kilogramos"),
    "kilo": npgettext_lazy("unidad", "kilo", "kilos"),
    "lata": npgettext_lazy("unidad", "lata", "latas"),
    "litro": npgettext_lazy("unidad", "litro", "litros"),
    "metro": npgettext_lazy("unidad", "metro", "metros"),
    "mililitro": npgettext_lazy("unidad", "mililitro", "mililitros"),
    "paquete": npgettext_lazy("unidad", "paquete", "paquetes"),
    "par": npgettext_lazy("unidad", "par", "pares"),
    "pieza": npgettext_lazy("unidad", "pieza", "piezas"),
    "rollo": npgettext_lazy("unidad", "rollo", "rollos"),
    "sobre": npgettext_lazy("unidad", "sobre", "sobres"),
    "tableta": npgettext_lazy("unidad", "tableta", "tabletas"),
    "tubo": npgettext_lazy("unidad", "tubo", "tubos"),
    "unidad": npgettext_lazy("unidad", "unidad", "unidades"),
    "vial": npgettext_lazy("unidad", "vial", "viales"),
}


def nombre(unidad: str, n: int) -> str:
    """The name of so many `unidad`."""
    return _nombre(unidad, 1 if abs(n) == 1 else 2, get_language() or "")


def contar(n: int, unidad: str) -> str:
    """«53 cajas»."""
    return f"{number_format(n, force_grouping=True)} {nombre(unidad, n)}".strip()


@lru_cache(maxsize=4096)  # every row of every list says its unit
def _nombre(unidad: str, n: int, idioma: str) -> str:
    conocida = _por_escrito().get(plegar(unidad))
    if conocida:
        return _como(unidad, UNIDADES[conocida] % n)
    return unidad if n == 1 else plural(unidad)


@lru_cache(maxsize=1)
def _por_escrito() -> dict[str, str]:
    """Every way to write a unit of the table, without case or accents."""
    return {plegar(forma): una for una in UNIDADES for forma in (una, plural(una))}


def _como(modelo: str, palabra: str) -> str:
    """`palabra` with capitals where `modelo` has them."""
    if modelo.isupper():
        return palabra.upper()
    return palabra[:1].upper() + palabra[1:] if modelo[:1].isupper() else palabra


# Each unit of the table, as it is and as it is read: what labels a column.
OPCIONES = {una: lazy(nombre, str)(una, 1) for una in UNIDADES}
_LLANAS = str.maketrans("áéíóú", "aeiou")


def plural(unidad: str) -> str:
    """The Spanish plural of what was typed: of its first word («caja de 12», «cajas de 12»)."""
    palabra, espacio, resto = unidad.partition(" ")
    minuscula = palabra.lower()
    if len(palabra) < 3 or not palabra.isalpha() or not re.search("[aeiouáéíóú]", minuscula):
        return unidad  # an abbreviation
    if minuscula[-1] in "aeiouáéíóú":
        fin = palabra + "s"
    elif minuscula[-1] == "z":
        fin = palabra[:-1] + "ces"
    elif minuscula[-1] in "sx" and minuscula[-2] not in "áéíóú":
        fin = palabra  # «dosis», and what was typed in the plural
    elif minuscula[-2] in "áéíóú" and minuscula[-1] in "ns":
        fin = palabra[:-2] + palabra[-2].translate(_LLANAS) + palabra[-1] + "es"  # «camión», «camiones»
    elif minuscula[-1] in "dlnrj":
        fin = palabra + "es"
    else:
        fin = palabra + "s"  # «kit», «pack»
    return (fin.upper() if palabra.isupper() else fin) + espacio + resto
