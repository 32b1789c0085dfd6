"""The lock on history: triggers that refuse UPDATE, DELETE and TRUNCATE on the ledger, on both engines, whatever the client sets.

SQLite rebuilds a table when a migration alters it and drops its triggers silently, so they are taken off before every
migration and put back after it (`apps.py`), and a system check and `verificar` look for them. They are looked for on the very
table that our own statements reach, and compared whole: one that is disabled, that has a condition, or whose function does
nothing is as good as none.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLAS = (
    "movimientos_operacion",
    "movimientos_movimiento",
    "movimientos_numerocontado",
    "lotes_cambiodelote",
    "inventario_auditoria",
)
_FUNCION = "inventario_inmutable"
_CUERPO = (
    " BEGIN RAISE EXCEPTION 'el libro es inmutable: % en %', TG_OP, TG_TABLE_NAME "
    "USING ERRCODE = 'restrict_violation'; END "
)
# What pg_trigger must say: ALWAYS, so that session_replication_role does not pass by; without condition nor list of columns;
# the bits of BEFORE EACH ROW UPDATE OR DELETE, and of BEFORE TRUNCATE; the body of its function.
_POSTGRES = {"sin_cambios": ("A", False, 0, 27, _CUERPO), "sin_truncate": ("A", False, 0, 34, _CUERPO)}

Definiciones = dict[str, Any]  # trigger name → what must be exactly so: its statement (SQLite) or what pg_trigger says


def _esperadas(connection: BaseDatabaseWrapper, tabla: str) -> Definiciones:
    if connection.vendor == "postgresql":
        return {f"{tabla}_{nombre}": como for nombre, como in _POSTGRES.items()}
    return {
        f"{tabla}_sin_{nombre}": (
            f"CREATE TRIGGER {tabla}_sin_{nombre} BEFORE {suceso} ON {tabla} {cuando}"
            f"BEGIN SELECT RAISE(ABORT, 'el libro es inmutable: {suceso} en {tabla}'); END"
        )
        for nombre, suceso, cuando in (
            ("update", "UPDATE", ""),
            ("delete", "DELETE", ""),
            ("reemplazo", "INSERT", f"WHEN {_ya_esta(connection, tabla)} "),
        )
    }


def _ya_esta(connection: BaseDatabaseWrapper, tabla: str) -> str:
    """The condition that a row with a unique key of the new one exists. INSERT OR REPLACE deletes that row, and tells no DELETE
    trigger unless the client has recursive_triggers on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT i.name, c.name FROM pragma_index_list(%s) i, pragma_index_info(i.name) c WHERE i."unique" '
            "UNION ALL SELECT 'pk', name FROM pragma_table_info(%s) WHERE pk ORDER BY 1, 2",
            [tabla, tabla],
        )
        columnas: dict[str, list[str]] = {}
        for indice, columna in cursor.fetchall():
            columnas.setdefault(indice, []).append(columna)
    claves = sorted(map(tuple, columnas.values()))
    iguales = [" AND ".join(f'"{c}" = NEW."{c}"' for c in clave) for clave in claves]
    return " OR ".join(f"EXISTS (SELECT 1 FROM {tabla} WHERE {x})" for x in iguales)  # noqa: S608  names of our own schema


def instalar(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing or not as it should be. Idempotent; leaves out tables that do not exist (a partial migration)."""
    faltan = faltantes(connection)
    existentes = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if faltan and connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE refuses a table with checks still pending
            cursor.execute(f"CREATE OR REPLACE FUNCTION {_FUNCION}() RETURNS trigger LANGUAGE plpgsql AS $${_CUERPO}$$")
        for tabla in TABLAS:
            if tabla in existentes:
                for nombre, como in _esperadas(connection, tabla).items():
                    if nombre in faltan:
                        for sentencia in _sentencias(connection, tabla, nombre, como):
                            cursor.execute(sentencia)


def _sentencias(connection: BaseDatabaseWrapper, tabla: str, nombre: str, como: Any) -> list[str]:
    if connection.vendor == "sqlite":
        return [_quitar(connection, tabla, nombre), como]
    suceso = "TRUNCATE" if nombre.endswith("truncate") else "UPDATE OR DELETE"
    cada = "STATEMENT" if nombre.endswith("truncate") else "ROW"
    return [
        _quitar(connection, tabla, nombre),
        f"CREATE TRIGGER {nombre} BEFORE {suceso} ON {tabla} FOR EACH {cada} EXECUTE FUNCTION {_FUNCION}()",
        f"ALTER TABLE {tabla} ENABLE ALWAYS TRIGGER {nombre}",
    ]


def _quitar(connection: BaseDatabaseWrapper, tabla: str, nombre: str) -> str:
    return f"DROP TRIGGER IF EXISTS {nombre}" + (f" ON {tabla}" if connection.vendor == "postgresql" else "")


def quitar(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for migrations, and for tests that must empty the tables."""
    with connection.cursor() as cursor:
        for tabla in TABLAS:
            puestos = _puestos(connection, tabla)
            for nombre in puestos.keys() & _esperadas(connection, tabla).keys():
                cursor.execute(_quitar(connection, tabla, nombre))


def faltantes(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should be there, exactly as they should be, and are not."""
    faltan: set[str] = set()
    for tabla in TABLAS:
        puestos = _puestos(connection, tabla)
        faltan |= {n for n, como in _esperadas(connection, tabla).items() if puestos.get(n) != como}
    return faltan


def _puestos(connection: BaseDatabaseWrapper, tabla: str) -> Definiciones:
    """The triggers of the table that the bare name means here: in PostgreSQL, by the search_path, as in our statements."""
    consulta = (
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT t.tgname, t.tgenabled::text, t.tgqual IS NOT NULL, array_length(t.tgattr::int2[], 1), t.tgtype, p.prosrc "
        "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgrelid = to_regclass(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(consulta, [tabla])
        filas = cursor.fetchall()
    if connection.vendor == "sqlite":
        return dict(filas)
    return {nombre: (activo, si, columnas or 0, tipo, cuerpo) for nombre, activo, si, columnas, tipo, cuerpo in filas}
