"""One GTIN, one thing: triggers that refuse, on both engines, a product the GTIN of a pack and a pack that of a product.

SQLite drops a table's triggers when a migration rebuilds it, so they are taken off before every migration and put back after
it (`apps.py`). On PostgreSQL two transactions that give one GTIN to a product and to a pack wait for each other.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

TABLAS = {"productos_producto": "productos_empaque", "productos_empaque": "productos_producto"}
_FUNCION = "inventario_gtin_unico"
_CUERPO = """ DECLARE ajeno boolean; BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('inventario gtin ' || NEW.gtin, 0));
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE gtin = $1)', TG_ARGV[0]) INTO ajeno USING NEW.gtin;
  IF ajeno THEN RAISE EXCEPTION 'gtin repetido: %', NEW.gtin USING ERRCODE = 'unique_violation'; END IF;
  RETURN NEW;
END """


def _sentencias(connection: BaseDatabaseWrapper, tabla: str, otra: str) -> dict[str, str]:
    """The triggers of `tabla`, by name: as the database itself tells them, so that they may be compared whole."""
    if connection.vendor == "postgresql":
        return {
            f"{tabla}_gtin": f"CREATE TRIGGER {tabla}_gtin BEFORE INSERT OR UPDATE OF gtin ON {tabla} "
            f"FOR EACH ROW WHEN (new.gtin IS NOT NULL) EXECUTE FUNCTION {_FUNCION}('{otra}')"
        }
    return {
        f"{tabla}_gtin_{nombre}": f"CREATE TRIGGER {tabla}_gtin_{nombre} BEFORE {suceso} ON {tabla} "  # noqa: S608  our own names
        f"WHEN EXISTS (SELECT 1 FROM {otra} WHERE gtin = NEW.gtin) "
        f"BEGIN SELECT RAISE(ABORT, 'gtin repetido'); END"
        for nombre, suceso in (("alta", "INSERT"), ("cambio", "UPDATE OF gtin"))
    }


def instalar(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing. Idempotent; nothing while one of the tables does not exist (a partial migration)."""
    faltan = faltantes(connection)
    with connection.cursor() as cursor:
        if faltan and connection.vendor == "postgresql":
            cursor.execute(f"CREATE OR REPLACE FUNCTION {_FUNCION}() RETURNS trigger LANGUAGE plpgsql AS $${_CUERPO}$$")
        for tabla, otra in TABLAS.items():
            for nombre, sentencia in _sentencias(connection, tabla, otra).items():
                if nombre in faltan:
                    _quitar(cursor, connection, tabla, nombre)
                    cursor.execute(sentencia)


def quitar(connection: BaseDatabaseWrapper) -> None:
    """Take them off, for migrations."""
    existentes = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for tabla, otra in TABLAS.items():
            for nombre in _sentencias(connection, tabla, otra) if tabla in existentes else ():
                _quitar(cursor, connection, tabla, nombre)


def faltantes(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should be there, and are not, are disabled, or say another thing."""
    existentes = set(connection.introspection.table_names())
    if not existentes >= set(TABLAS):
        return set()
    puestos = _puestos(connection)
    return {
        nombre
        for tabla, otra in TABLAS.items()
        for nombre, sentencia in _sentencias(connection, tabla, otra).items()
        if puestos.get(nombre) != (sentencia, _CUERPO if connection.vendor == "postgresql" else "")
    }


def _quitar(cursor: CursorWrapper, connection: BaseDatabaseWrapper, tabla: str, nombre: str) -> None:
    cursor.execute(f"DROP TRIGGER IF EXISTS {nombre}" + (f" ON {tabla}" if connection.vendor == "postgresql" else ""))


def _puestos(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Of each trigger of the tables that is enabled, its statement and the body of its function (SQLite has none)."""
    consulta = (
        "SELECT name, sql, '' FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)"
        if connection.vendor == "sqlite"
        else "SELECT t.tgname, pg_get_triggerdef(t.oid, true), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgrelid IN (to_regclass(%s), to_regclass(%s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(consulta, list(TABLAS))
        return {nombre: (sentencia, cuerpo) for nombre, sentencia, cuerpo in cursor.fetchall()}
