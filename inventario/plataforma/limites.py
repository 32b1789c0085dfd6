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
    """Limits that do not hold in this session."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting::bigint = 0",
            [[n for n, valor in settings.LIMITES_DE_SESION.items() if valor]],
        )
        return sorted(fila[0] for fila in cursor.fetchall())
