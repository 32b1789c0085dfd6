"""Whether this code and the schema of its database fit each other, also when one changes under a running server."""

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

Migraciones = frozenset[tuple[str, str]]
_sabido: dict[tuple[str, Migraciones], tuple[list[str], list[str], list[str]]] = {}


def mirar(connection: BaseDatabaseWrapper) -> tuple[list[str], list[str], list[str]]:
    """Migrations of this code that the database lacks; those it has that this code does not know; and what makes them unfit:
    columns that it reads and are not there, or that must be written and it does not know.

    Asked in one query while nothing changes: what a set of applied migrations leads to is worked out once.
    """
    aplicadas: Migraciones = frozenset(MigrationRecorder(connection).applied_migrations())
    clave = (connection.alias, aplicadas)
    if clave not in _sabido:
        ejecutor = MigrationExecutor(connection)
        plan = ejecutor.migration_plan(ejecutor.loader.graph.leaf_nodes())
        propias, conocidas = ejecutor.loader.migrated_apps, set(ejecutor.loader.disk_migrations)
        ajenas = sorted(f"{app}.{nombre}" for app, nombre in aplicadas - conocidas if app in propias)
        faltan = [f"{m.app_label}.{m.name}" for m, _atras in plan]
        _sabido.clear()
        _sabido[clave] = faltan, ajenas, [] if faltan or not ajenas else _impedimentos(connection)
    return _sabido[clave]


def _impedimentos(connection: BaseDatabaseWrapper) -> list[str]:
    hallados = []
    with connection.cursor() as cursor:
        for modelo in apps.get_models(include_auto_created=True):
            if not modelo._meta.managed or modelo._meta.proxy:
                continue
            tabla = modelo._meta.db_table
            hay = {c.name: c for c in connection.introspection.get_table_description(cursor, tabla)}
            usadas = {str(f.column) for f in modelo._meta.local_concrete_fields}
            exigidas = {nombre for nombre, c in hay.items() if not c.null_ok and c.default is None}
            hallados += [f"{tabla}.{x}" for x in sorted((usadas - set(hay)) | (exigidas - usadas))]
    return hallados
