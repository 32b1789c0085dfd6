"""Text that a spreadsheet will open."""

from typing import Any

PELIGROSOS = ("=", "+", "-", "@", "\t", "\r")


def celda_segura(valor: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection)."""
    return f"'{valor}" if isinstance(valor, str) and valor.startswith(PELIGROSOS) else valor
