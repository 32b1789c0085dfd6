"""Indexes for «contains» searches on PostgreSQL: trigrams (pg_trgm). Elsewhere, or where the extension may not be created,
the same searches read the whole table and give the same rows.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

registro = logging.getLogger("inventario.trigramas")
Migracion = Callable[[StateApps, BaseDatabaseSchemaEditor], None]


def crear(tabla: str, indices: dict[str, str]) -> Migracion:
    """For RunPython: create `indices` (name → expression) over `tabla`, and the extension if need be."""

    def adelante(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        conexion = editor.connection
        if conexion.vendor != "postgresql":
            return
        with conexion.cursor() as cursor:
            try:
                with transaction.atomic(using=conexion.alias):
                    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            except DatabaseError as error:  # not allowed, or not installed in the server
                registro.warning("without pg_trgm, searching reads whole tables: %s", error)
                return
            for nombre, expresion in indices.items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {nombre} ON {tabla} USING gin ({expresion} gin_trgm_ops)")

    return adelante


def quitar(indices: dict[str, str]) -> Migracion:
    def atras(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            with editor.connection.cursor() as cursor:
                for nombre in indices:
                    cursor.execute(f"DROP INDEX IF EXISTS {nombre}")

    return atras
