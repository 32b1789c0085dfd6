"""What the database itself must refuse: triggers, constraints and foreign keys, by name, on both engines."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models
from django.db.backends.utils import CursorWrapper

from inventario.plataforma import limites
from productos import gtines
from productos.models import Empaque, Producto

from .. import candado
from .hallazgo import Hallazgo


def comprobar_esquema() -> Iterator[Hallazgo]:
    for nombre in sorted(candado.faltantes(connection)):
        yield Hallazgo("disparador_ausente", nombre, None, "the trigger that keeps history is missing or disabled")
    for nombre in sorted(gtines.faltantes(connection)):
        yield Hallazgo("disparador_ausente", nombre, None, "the trigger that keeps GTINs apart is missing or disabled")
    for pk, gtin in Producto.objects.filter(gtin__in=Empaque.objects.values("gtin")).values_list("pk", "gtin"):
        yield Hallazgo("gtin_repetido", "productos_producto", pk, f"{gtin} is also the GTIN of a pack")
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
        halladas = connection.introspection.get_constraints(cursor, tabla)
        hay: dict[str, Any] = {nombre: r for nombre, r in halladas.items() if nombre not in _sin_validar(cursor, tabla)}
    for x in sorted([*modelo._meta.constraints, *modelo._meta.indexes], key=lambda x: x.name):
        if x.name not in hay:
            yield Hallazgo("restriccion_ausente", tabla, None, f"{x.name} is missing")
        elif not _es(modelo, x, hay[x.name]):
            yield Hallazgo("restriccion_ausente", tabla, None, f"{x.name} is of another kind, or of other columns")
    for campo in modelo._meta.local_concrete_fields:
        unica = campo.unique and not campo.primary_key
        if unica and not _hay(hay, campo.column, "unique"):
            yield Hallazgo("restriccion_ausente", tabla, None, f"{campo.column} is not unique")
        apunta = campo.remote_field and campo.db_constraint  # type: ignore[attr-defined]  # a stub without it
        if apunta and not _hay(hay, campo.column, "foreign_key"):
            yield Hallazgo("restriccion_ausente", tabla, None, f"{campo.column} has no foreign key")


def _sin_validar(cursor: CursorWrapper, tabla: str) -> set[str]:
    """Constraints and indexes that PostgreSQL has by name and does not hold: NOT VALID, or an index that failed."""
    if connection.vendor != "postgresql":
        return set()
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%s) AND NOT convalidated UNION ALL "
        "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass(%s) AND NOT (indisvalid AND indisready)",
        [tabla, tabla],
    )
    return {fila[0] for fila in cursor.fetchall()}


def _es(modelo: type[models.Model], esperada: Any, hallada: Any) -> bool:
    """Whether what bears the name is of the kind and the columns that the model says."""

    def columnas(campos: Iterable[str]) -> list[str]:
        return [
            columna for c in campos if (columna := getattr(modelo._meta.get_field(c.removeprefix("-")), "column", None))
        ]

    if isinstance(esperada, models.CheckConstraint):
        dichas = getattr(esperada.condition, "referenced_base_fields", ())
        return hallada["check"] and {*columnas(dichas)} <= set(hallada["columns"] or ())
    unica = isinstance(esperada, models.UniqueConstraint)
    return (hallada["unique"] or not unica) and (not esperada.fields or hallada["columns"] == columnas(esperada.fields))


def _hay(restricciones: dict[str, Any], columna: str | None, clase: str) -> bool:
    return any(r["columns"] == [columna] and r[clase] for r in restricciones.values())
