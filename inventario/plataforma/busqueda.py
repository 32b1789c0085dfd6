"""Searches that mind neither case nor accents, on both engines alike, whoever wrote the row and however.

Both engines get the function `inventario_plegar`, which says what `texto.plegar` does. PostgreSQL keeps it in the schema, made
from the same tables, and can index what it gives (`trigramas`); SQLite asks Python. Django's `icontains` and `istartswith`
compare what the function gives, so that no search, the admin's least of all, can forget.
"""

import unicodedata
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q
from django.db.models.lookups import Lookup

from ..dominio.texto import DOBLES, plegar, sobra

FUNCION = "inventario_plegar"


def en_sqlite(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give each new connection of SQLite the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            FUNCION, 1, lambda t: None if t is None else plegar(str(t)), deterministic=True
        )


def en_postgres(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """For RunPython: put the function in the schema. What changes it rebuilds the indexes over it."""
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute(_definicion())


def sin_postgres(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCION}(text)")


# `translate` looks for each character from the start: first what most texts are made of, marks of accents too.
_FRECUENTES = " eaoinrstlcdumpbgvfhqyzjxkw0123456789-./()\u0301\u0303\u0308EAOINRSTLCDUMPBGVFHQYZJXKW\u0300\u0302\u0327"
_NADA = "\x01"  # stands for what goes; no text has it


def _definicion() -> str:
    """`plegar` in SQL, whatever the locale of the server: what `translate` makes of each character, and what becomes two."""
    tabla = dict.fromkeys(_FRECUENTES, "")
    for c in (*_FRECUENTES, *map(chr, range(0x80, 0x110000))):
        if unicodedata.category(c) in ("Cs", "Cn", "Co") or unicodedata.normalize("NFKD", c) != c:
            continue
        plegado = _NADA if sobra(c) else plegar(c) or _NADA
        if len(plegado) > 1:
            plegado = "ß" if c in "ßẞ" else c.casefold()
        if plegado != c or c in tabla:
            tabla[c] = plegado
    de, a = ("".join(textos).replace("'", "''") for textos in (tabla, tabla.values()))
    expresion = f"translate(normalize(t, NFKD), '{de}', '{a}')"
    for una, varias in {_NADA: "", **DOBLES}.items():
        expresion = f"replace({expresion}, '{una}', '{varias}')"
    # In plpgsql it stays a function with a cost, which the planner weighs: as SQL it would be taken for a handful of operators.
    return (
        f"CREATE OR REPLACE FUNCTION {FUNCION}(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 50 AS "
        f"$p$ BEGIN RETURN CASE WHEN octet_length(t) = char_length(t) THEN lower(t) ELSE {expresion} END; END $p$"
    )


class _Plegada(Lookup):
    """LIKE over the folded text; what is looked for is text, also if it has `%`, `_` or a backslash."""

    patron: str

    def get_prep_lookup(self) -> str:
        return plegar(str(self.rhs))

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        izquierda, parametros = self.process_lhs(compiler, connection)
        texto = connection.ops.prep_for_like_query(self.rhs)
        escape = " ESCAPE '\\'" if connection.vendor == "sqlite" else ""
        return f"{FUNCION}({izquierda}) LIKE %s{escape}", (*parametros, self.patron.format(texto))


@models.CharField.register_lookup
@models.TextField.register_lookup
class Contiene(_Plegada):
    lookup_name, patron = "icontains", "%{}%"


@models.CharField.register_lookup
@models.TextField.register_lookup
class Empieza(_Plegada):
    lookup_name, patron = "istartswith", "{}%"


def que_contiene(texto: str, *campos: str) -> Q:
    """The rows in whose `campos`, some here and some there, every word of `texto` is. Without a word, none."""
    palabras = plegar(texto).split()
    if not palabras:
        return Q(pk__in=[])
    return reduce(and_, (reduce(or_, (Q(**{f"{c}__icontains": p}) for c in campos)) for p in palabras))
