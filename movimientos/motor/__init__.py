"""How an operation reads under its lock and how it is written: `postgres` in prepared statements that travel together, `orm` in
the ORM's (SQLite). Both have the same four functions, and tests run one against the other.
"""

from inventario.plataforma.sql import es_postgres

from . import orm, postgres

elegido = postgres if es_postgres() else orm
