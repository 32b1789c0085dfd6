"""Up to where the ledger may be walked: the ids below which nothing can still appear.

A row takes its id when it is written and is seen when its transaction commits, which may be later than that of a higher one.
Who walks the ids would pass over it, and never come back. So whoever writes announces, before taking an id, the lowest it
could be, as the key of an advisory lock that lasts until the end of the transaction; and whoever walks stops before the
lowest one announced. No clock and no number of a transaction is kept, so a restored or migrated database needs nothing.
SQLite writes one transaction at a time, in the order of its ids: there all that is seen is firm.
"""

from django.db import models

from inventario.plataforma.sql import Sentencia, es_postgres, juntas

from .models import Movimiento, Operacion

LUGAR = 1 << 48  # the keys of each table, far from any other's
_DE_TABLA = {modelo._meta.db_table: LUGAR * (i + 1) for i, modelo in enumerate((Operacion, Movimiento))}
# What `nextval` gives next is at least this.
_SIGUIENTE = "(SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {tabla}_id_seq)"
_CANDADOS = ", ".join(
    f"pg_advisory_xact_lock_shared({lugar} + {_SIGUIENTE.format(tabla=tabla)})" for tabla, lugar in _DE_TABLA.items()
)
ANUNCIAR: Sentencia = (f"SELECT {_CANDADOS}", [])
_ANUNCIADOS = """
SELECT min(((classid::bigint << 32) | objid::bigint) - %s) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND ((classid::bigint << 32) | objid::bigint) BETWEEN %s AND %s
"""


def limite(modelo: type[models.Model]) -> int | None:
    """The id of `modelo` from which rows are not firm yet; None where all that is seen is.

    What comes after it may be committed already and is shown a moment later. The next id is read before the locks, and the
    rows must be read after them: then whoever took a lower id is either still among the locks or seen.
    """
    if not es_postgres():
        return None
    tabla = modelo._meta.db_table
    lugar = _DE_TABLA[tabla]
    siguiente: Sentencia = (f"SELECT {_SIGUIENTE.format(tabla=tabla)}", [])
    anunciados: Sentencia = (_ANUNCIADOS, [lugar, lugar, lugar + LUGAR - 1])
    [[(proximo,)], [(anunciado,)]] = juntas(siguiente, anunciados)
    return proximo if anunciado is None else min(proximo, anunciado)


def solo_firme(filas: models.QuerySet) -> models.QuerySet:
    """Those of `filas` that may be walked."""
    hasta = limite(filas.model)
    return filas if hasta is None else filas.filter(pk__lt=hasta)
