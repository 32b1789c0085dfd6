"""What the database itself must refuse: triggers, constraints and foreign keys, by name, on both engines."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models

from inventario.plataforma import limites

from .. import candado
from .hallazgo import Hallazgo


def comprobar_esquema() -> Iterator[Hallazgo]:
    for nombre in sorted(candado.faltantes(connection)):
        yield Hallazgo("disparador_ausente", nombre, None, "the trigger that keeps history is missing or disabled")
    for app in ("inventario", *settings.DOMINIO):
        for modelo in apps.get_app_config(app).get_models():
            yield from restricciones_ausentes(modelo)
    for nombre in limites.faltantes(connection):
        yield Hallazgo("limite_ausente", nombre, None, "sessions through the pooler have no such limit: run migrate")
    try:
        # PostgreSQL always checks its foreign keys; SQLite only where somebody had them on.
        if connection.vendor == "sqlite":
            connection.check_constraints()
    except IntegrityError as error:
        yield Hallazgo("referencia_rota", "-", None, str(error))


def restricciones_ausentes(modelo: type[models.Model]) -> Iterator[Hallazgo]:
    tabla = modelo._meta.db_table
    with connection.cursor() as cursor:
        hay = connection.introspection.get_constraints(cursor, tabla)
    esperadas = [*modelo._meta.constraints, *modelo._meta.indexes]
    for nombre in sorted({x.name for x in esperadas} - set(hay)):
        yield Hallazgo("restriccion_ausente", tabla, None, f"{nombre} is missing")
    for campo in modelo._meta.local_concrete_fields:
        unica = campo.unique and not campo.primary_key
        if unica and not _hay(hay, campo.column, "unique"):
            yield Hallazgo("restriccion_ausente", tabla, None, f"{campo.column} is not unique")
        apunta = campo.remote_field and campo.db_constraint  # type: ignore[attr-defined]  # a stub without it
        if apunta and not _hay(hay, campo.column, "foreign_key"):
            yield Hallazgo("restriccion_ausente", tabla, None, f"{campo.column} has no foreign key")


def _hay(restricciones: dict[str, Any], columna: str | None, clase: str) -> bool:
    return any(r["columns"] == [columna] and r[clase] for r in restricciones.values())
