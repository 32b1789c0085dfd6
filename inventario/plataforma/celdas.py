"""Text that a spreadsheet will open, whatever list separator it reads with.

A cell that begins like a formula gets an apostrophe in front (OWASP, CSV injection), and so does each piece of it that would
begin a cell where the text is split at another separator: `a;=1+1` is a cell of ours, and two where `;` separates. To read such
a file again, take away one apostrophe that stands before a sign, at the start or after a separator.
"""

import re
from collections.abc import Iterable
from typing import Any

_SEPARADORES = frozenset(",;|\t\r\n")
_SIGNOS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"  # full width, small, and the true minus, too
_ANTES = "\\s\\x00-\\x20\u00a0\u200b\ufeff\"'"  # what a spreadsheet skips, or might, before the sign
_FORMULA = re.compile(f"(^|[,;|\\t\\r\\n])(?=[{_ANTES}]*[{_SIGNOS}])")
_DESARMADA = re.compile(f"(^|[,;|\\t\\r\\n])'(?=[{_ANTES}]*[{_SIGNOS}])")
_INICIO = re.compile(f"[{_ANTES}{_SIGNOS}]")


def celda_segura(valor: Any) -> Any:
    """`valor`, disarmed where it is text. A number stays one, negative ones too."""
    if not isinstance(valor, str) or not valor or (not _INICIO.match(valor) and _SEPARADORES.isdisjoint(valor)):
        return valor
    return _FORMULA.sub(r"\1'", valor)


def celda_leida(texto: str) -> str:
    """A text as it was before `celda_segura`."""
    return _DESARMADA.sub(r"\1", texto) if "'" in texto else texto


def se_parte(fila: Iterable[Any]) -> bool:
    """Whether some separator would split a text of `fila`."""
    return any(isinstance(x, str) and not _SEPARADORES.isdisjoint(x) for x in fila)


def linea_citada(fila: Iterable[Any]) -> str:
    """`fila` with every cell between quotes: csv's own writer quotes only what its own separator would split."""
    return ",".join('"' + ("" if x is None else str(x)).replace('"', '""') + '"' for x in fila) + "\r\n"
