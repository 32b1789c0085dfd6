"""Ids as those of a shop that is years old: high, and different in each table.

In a new database the first product, its first lot and its first alert are all number 1, and a page that takes one for
another, or that cannot read an id of four digits, looks right. Demo and tests begin where an old shop is.
"""

from django.apps import apps
from django.db import connection
from django.db.models import AutoField

PRIMERO, SALTO, MILLON = 5_000, 1_117, 1_000_000


def envejecer() -> None:
    """Let the next row of each table be number 5,000 or higher, in every third table beyond a million. Never goes back."""
    with connection.cursor() as cursor:
        for n, modelo in enumerate(sorted(apps.get_models(include_auto_created=True), key=lambda m: m._meta.label)):
            meta = modelo._meta
            if meta.managed and not meta.proxy and isinstance(meta.pk, AutoField):
                ultimo = (0 if n % 3 else MILLON) + PRIMERO + SALTO * n
                sentencias = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
                for sql in sentencias:
                    cursor.execute(sql.format(tabla=meta.db_table, pk=meta.pk.column), {"ultimo": ultimo})


_POSTGRES = (
    "SELECT setval(s, greatest(%(ultimo)s, pg_sequence_last_value(s)))"
    " FROM (SELECT pg_get_serial_sequence('{tabla}', '{pk}')::regclass AS s) AS x",
)
_SQLITE = (
    "INSERT INTO sqlite_sequence (name, seq) SELECT '{tabla}', 0"
    " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{tabla}')",
    "UPDATE sqlite_sequence SET seq = max(seq, %(ultimo)s) WHERE name = '{tabla}'",
)
