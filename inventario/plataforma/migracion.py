"""Operations of migrations that several apps need."""

from typing import Any

from django.db import migrations

from inventario.dominio.dinero import UNIDAD

MAXIMO = 10**18 - 1  # millionths


class DeDecimalADinero(migrations.AlterField):
    """From a DecimalField of six decimals to a DineroField, and back, with the amounts that are stored.

    PostgreSQL rewrites the table once. SQLite rebuilds it, as for any altered field, and then counts in millionths: what it kept
    as a REAL is read at the six decimals that were shown.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        tabla, columna = self._donde(app_label, to_state)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"ALTER TABLE {tabla} ALTER COLUMN {columna} TYPE bigint USING "
                f"CASE WHEN {columna} IS NOT NULL THEN least(round({columna} * {UNIDAD}), {MAXIMO})::bigint END"
            )
            return
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute(
            f"UPDATE {tabla} SET {columna} = min(CAST(round({columna} * {UNIDAD}.0) AS INTEGER), {MAXIMO})"  # noqa: S608
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        tabla, columna = self._donde(app_label, to_state)
        if schema_editor.connection.vendor == "postgresql":
            tipo = to_state.apps.get_model(app_label, self.model_name)._meta.get_field(self.name)
            schema_editor.execute(
                f"ALTER TABLE {tabla} ALTER COLUMN {columna} TYPE {tipo.db_type(schema_editor.connection)} "
                f"USING {columna}::numeric / {UNIDAD}"
            )
            return
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute(f"UPDATE {tabla} SET {columna} = {columna} / {UNIDAD}.0")  # noqa: S608

    def _donde(self, app_label: str, estado: Any) -> tuple[str, str]:
        modelo = estado.apps.get_model(app_label, self.model_name)
        return modelo._meta.db_table, modelo._meta.get_field(self.name).column
