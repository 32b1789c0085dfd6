"""For migrations: bring what is stored to its one spelling, when the rule of that spelling changes."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

registro = logging.getLogger("inventario.unificar")
Migracion = Callable[[StateApps, BaseDatabaseSchemaEditor], None]


def unificar(
    modelo: str, campo: str, normalizar: Callable[[str], str], *, unico_con: tuple[str, ...] = ()
) -> Migracion:
    """For RunPython: write `campo` of `modelo` ("app.Model") as `normalizar` gives it.

    Two rows of a unique field (`unico_con`: within these) that turn out to be one are both kept, the second with a number at its
    end, and told in the log: which of them is right is for people to say. A text that would be empty or too long stays.
    """

    def adelante(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        filas: Any = apps.get_model(modelo)._default_manager.using(editor.connection.alias)
        tipo: Any = filas.model._meta.get_field(campo)
        unico = tipo.unique or unico_con
        for pk, valor, *ambito in filas.order_by("pk").values_list("pk", campo, *unico_con).iterator():
            nuevo = normalizar(valor)
            if nuevo == valor:
                continue
            if not nuevo or len(nuevo) > tipo.max_length:
                registro.warning("%s %s: %s %r stays as it was: it has no right spelling", modelo, pk, campo, valor)
                continue
            otras = filas.filter(**dict(zip(unico_con, ambito, strict=True))).exclude(pk=pk)
            if unico and otras.filter(**{campo: nuevo}).exists():
                nuevo = _libre(otras, campo, nuevo, tipo.max_length)
                registro.warning(
                    "%s %s: %s %r looks the same as another; both are kept, and this one is now %r",
                    *(modelo, pk, campo, valor, nuevo),
                )
            filas.filter(pk=pk).update(**{campo: nuevo})

    return adelante


def _libre(otras: models.QuerySet, campo: str, texto: str, largo: int) -> str:
    """The first of `texto-2`, `texto-3`… that no other row has."""
    n = 2
    while otras.filter(**{campo: (libre := f"{texto[: largo - len(str(n)) - 1]}-{n}")}).exists():
        n += 1
    return libre
