"""A database that would let history be rewritten says so."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from . import candado


@register(Tags.database)
def disparadores(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Asked with `check --database` and by `migrate`, which puts them back: so a warning, that does not stop it."""
    avisos: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        tablas = set(connection.introspection.table_names())
        faltan = [n for n in sorted(candado.faltantes(connection)) if any(n.startswith(t) for t in tablas)]
        if faltan and "movimientos_movimiento" in tablas:
            avisos.append(
                Warning(
                    f"The ledger can be rewritten: missing triggers {', '.join(faltan)}.",
                    hint="Run `manage.py migrate`, then `manage.py verificar`.",
                    id="movimientos.W001",
                )
            )
    return avisos
