"""The lock on history: triggers that refuse UPDATE, DELETE and TRUNCATE on the ledger, on both engines.

SQLite rebuilds a table when a migration alters it and drops its triggers silently, so they are taken off before every
migration and put back after it (`apps.py`), and a system check and `verificar` look for them.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLAS = ("movimientos_operacion", "movimientos_movimiento", "lotes_cambiodelote", "inventario_auditoria")
_FUNCION = "inventario_inmutable"


def _nombres(tabla: str, vendor: str) -> dict[str, str]:
    """Trigger name → statement that creates it."""
    if vendor == "sqlite":
        return {
            f"{tabla}_sin_{suceso.lower()}": (
                f"CREATE TRIGGER {tabla}_sin_{suceso.lower()} BEFORE {suceso} ON {tabla} "
                f"BEGIN SELECT RAISE(ABORT, 'el libro es inmutable: {suceso} en {tabla}'); END"
            )
            for suceso in ("UPDATE", "DELETE")
        }
    return {
        f"{tabla}_sin_cambios": (
            f"CREATE TRIGGER {tabla}_sin_cambios BEFORE UPDATE OR DELETE ON {tabla} "
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCION}()"
        ),
        f"{tabla}_sin_truncate": (
            f"CREATE TRIGGER {tabla}_sin_truncate BEFORE TRUNCATE ON {tabla} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCION}()"
        ),
    }


def instalar(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing. Idempotent; leaves out tables that do not exist (a partial migration)."""
    existentes = set(connection.introspection.table_names())
    faltan = faltantes(connection)
    with connection.cursor() as cursor:
        if faltan and connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'el libro es inmutable: % en %', TG_OP, TG_TABLE_NAME "
                "USING ERRCODE = 'restrict_violation'; END $$"
            )
        for tabla in TABLAS:
            if tabla in existentes:
                for nombre, sentencia in _nombres(tabla, connection.vendor).items():
                    if nombre in faltan:
                        cursor.execute(sentencia)


def quitar(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for migrations, and for tests that must empty the tables."""
    puestos = _puestos(connection)
    with connection.cursor() as cursor:
        for tabla in TABLAS:
            for nombre in _nombres(tabla, connection.vendor):
                if nombre in puestos:
                    en = "" if connection.vendor == "sqlite" else f" ON {tabla}"
                    cursor.execute(f"DROP TRIGGER {nombre}{en}")


def faltantes(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should be there, enabled, and are not."""
    puestos = _puestos(connection)
    return {n for t in TABLAS for n in _nombres(t, connection.vendor) if n not in puestos}


def _puestos(connection: BaseDatabaseWrapper) -> set[str]:
    consulta = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(consulta)
        return {fila[0] for fila in cursor.fetchall()}
