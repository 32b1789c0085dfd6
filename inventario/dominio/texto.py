"""The one home of how text is spelled, compared and searched, for every door and both engines.

A *code* (sku, lot, warehouse, GTIN) has one spelling, so that two that look alike are one. A *name* keeps what its language
needs, and is found by plain typing: `plegar` says what two texts share once case, accents and what cannot be seen are gone.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Default_Ignorable_Code_Point of Unicode, and the blank of Braille, which has no ink either.
SIN_TINTA = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ESPACIOS = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_SIN_FORMA = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}  # never text of one line
_ANOTACION = re.compile("[\ufff9-\ufffb]")
# What a language or an emoji needs, and only where it needs it: joiners between letters that join (none does before Hebrew in
# Unicode) or emoji, selectors after a sign (also in 1️⃣) or an ideograph, and the letters of a flag's tag. Marks of direction
# need a letter that is written from the right.
_UNIDO = re.compile(
    "(?<=[\u0590-\U0010ffff])[\u200c\u200d](?=[\u0590-\U0010ffff])|(?<=[0-9#*©®\u203c-\U0010ffff])[\ufe00-\ufe0f]"
    "|(?<=[\u2e80-\U0010ffff])[\U000e0100-\U000e01ef]|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
)
_DIRECCION = re.compile("[\u200e\u200f\u061c]")


def espaciar(texto: str) -> str:
    """One plain space where there was any number of them, of whatever width; none at the ends."""
    return _ESPACIOS.sub(" ", texto).strip(" \r\n")


def componer(texto: str) -> str:
    """The one spelling of what has lines: letters and accents composed (NFC)."""
    return unicodedata.normalize("NFC", texto)


def normalizar_texto(texto: str) -> str:
    """The one spelling of a name: composed, its spaces plain and single."""
    return espaciar(componer(texto))


def normalizar_codigo(texto: str) -> str:
    """The one spelling of a code: compatible forms (full width, ligatures) as plain ones, spaces as in names, in capitals.

    By way of case folding (ß is SS, and the dotless i is an I), again and again, for one step may undo what another did.
    """
    if texto.isascii():
        return espaciar(texto).upper()
    previo = None
    while texto != previo:
        previo = texto
        texto = unicodedata.normalize("NFKC", espaciar(unicodedata.normalize("NFKC", texto)).casefold().upper())
    return texto


def normalizar_clave(texto: str) -> str:
    """The one spelling of a word by which programs name something, such as a reason: as a code, in small letters."""
    return normalizar_codigo(texto).lower()


def normalizar_gtin(texto: str) -> str:
    """GTIN-8, -12, -13 or -14 as the 14 digits of GS1 General Specifications 3.1 (zero-padded left), however it was spaced."""
    texto = normalizar_codigo(texto).replace(" ", "")
    return texto.zfill(14) if texto else texto


def _rechazar() -> None:
    raise ValidationError(_("Contiene caracteres invisibles o de control."), code="caracteres_invisibles")


def _se_ve(texto: str) -> bool:
    return any(unicodedata.category(c)[0] not in "CMZ" for c in con_tinta(texto))


def validar_codigo(valor: str) -> None:
    """Refuse a code with anything that cannot be seen: nobody could type it again from a label."""
    if valor.isascii() and valor.isprintable():
        return
    invisible = any(unicodedata.category(c) in _SIN_FORMA or unicodedata.category(c) == "Cf" for c in valor)
    if invisible or SIN_TINTA.search(valor) or not _se_ve(valor):
        _rechazar()


def validar_texto(valor: str) -> None:
    """Refuse a line with what cannot be seen, but for what its language needs; and one of which nothing can be seen.

    Line breaks and tabs too: multi-line fields use `validar_texto_largo`.
    """
    if not valor or (valor.isascii() and valor.isprintable()):
        return
    queda = _UNIDO.sub("", valor)
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in _DIRECCION.sub("", valor)):
        queda = _DIRECCION.sub("", queda)
    raros = any(unicodedata.category(c) in _SIN_FORMA for c in queda)
    if raros or SIN_TINTA.search(queda) or _ANOTACION.search(queda) or not (_se_ve(queda) or not espaciar(valor)):
        _rechazar()


def validar_texto_largo(valor: str) -> None:
    validar_texto(re.sub("\r\n|[\n\t]", " ", valor))


def con_tinta(texto: str) -> str:
    """The same without what cannot be seen."""
    return SIN_TINTA.sub("", texto)


# Searching --------------------------------------------------------------------------------------------

# Letters that only a stroke tells from plain ones, letters that two keyboards write each its way, and signs that keyboards lack.
PLANAS = {
    **dict(zip("ıłøđðħŧيك", "iloddhtیک", strict=True)),
    **dict.fromkeys("ʼ’‘‛′", "'"),
    **dict.fromkeys("“”«»„", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "×": "x",
    "\u0640": "",
}
DOBLES = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
_PLANAS = str.maketrans(PLANAS | DOBLES)
_ACENTO = (
    10  # the combining class from which marks are accents; below are those that make another letter (in Hindi, in kana)
)


def sobra(c: str) -> bool:
    """Whether a search does without character `c` of a decomposed text: an accent, or what cannot be seen."""
    return unicodedata.combining(c) >= _ACENTO or SIN_TINTA.match(c) is not None


def plegar(texto: str) -> str:
    """What a search compares: decomposed, without accents, case or what cannot be seen; «PIÑÓN» and «pinon» are one.

    PostgreSQL has the same as a function (`inventario.plataforma.busqueda`), made from the same tables.
    """
    if texto.isascii():
        return texto.lower()
    plana = "".join(c for c in unicodedata.normalize("NFKD", texto) if not sobra(c))
    return plana.casefold().translate(_PLANAS)
