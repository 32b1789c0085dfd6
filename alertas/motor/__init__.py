"""How stored alerts are read and written when an operation moves stock: `postgres` in statements that travel with the
ledger's, `orm` in the ORM's (SQLite). The same tests hold on both engines.
"""

from inventario.plataforma.sql import es_postgres

from . import orm, postgres

elegido = postgres if es_postgres() else orm
