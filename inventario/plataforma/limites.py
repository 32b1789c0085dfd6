"""Time limits of a session behind a pooler in transaction mode.

Such a pooler refuses start-up options, and SET would last for whoever gets that server connection next. SET LOCAL at
the start of each transaction would cost a round trip in every dispatch. So the role carries them: PostgreSQL applies
the settings of a role in a database to each session it opens there, the pooler's too, and they cost nothing.
"""

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper


def fijar(connection: BaseDatabaseWrapper) -> None:
    """Give our role its limits in our database. A role may do this to itself. Sessions already open keep theirs."""
    if not settings.PGBOUNCER or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        base = connection.ops.quote_name(connection.settings_dict["NAME"])
        for nombre, valor in settings.LIMITES_DE_SESION.items():
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {base} SET {nombre} = {int(valor)}")


def faltantes(connection: BaseDatabaseWrapper) -> list[str]:
    """Limits that a session through the pooler would not have: neither this one, nor what the role or the database carries.

    A command that goes round the pooler has limits of its own: there only what they carry counts. A restore brings neither.
    """
    if connection.vendor != "postgresql" or not settings.PGBOUNCER:
        return []
    pedidos = sorted(nombre for nombre, valor in settings.LIMITES_DE_SESION.items() if valor)
    with connection.cursor() as cursor:
        if not settings.ORDEN:
            cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting::bigint > 0", [pedidos])
        else:
            cursor.execute(
                "SELECT split_part(x, '=', 1) FROM pg_db_role_setting s, unnest(s.setconfig) x "
                "WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) "
                "AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user)) AND split_part(x, '=', 2) <> '0' "
                "UNION SELECT name FROM pg_settings WHERE name = ANY(%s) AND source = 'configuration file' AND setting <> '0'",
                [pedidos],
            )
        hay = {fila[0] for fila in cursor.fetchall()}
    return [nombre for nombre in pedidos if nombre not in hay]
