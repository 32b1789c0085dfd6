"""Who asks: a user with the permissions and the second factor of this very moment, in one query whose text is made once.

Every request reads it anew, so that what is taken from somebody is gone at once. To compile the two queries that it takes the
ORM would need longer than PostgreSQL to answer them.
"""

import functools
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat

from inventario.plataforma.sql import Preparada

from .dos_factores.services import con_segundo_factor
from .models import Token, Usuario

_DE_USUARIO = [f.attname for f in Usuario._meta.concrete_fields]
_DE_TOKEN = [f.attname for f in Token._meta.concrete_fields]
_ADEMAS = ["usa_segundo_factor", "debe_segundo_factor", "permisos_leidos"]


class _Juntos(Subquery):
    """The only column, `valor`, of a query as one text: its values with a space between them; NULL of none."""

    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="(SELECT string_agg(x.valor, ' ') FROM (%(subquery)s) x)")

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="(SELECT group_concat(x.valor, ' ') FROM (%(subquery)s) x)")


def permisos(usuario: Any) -> QuerySet:
    """The permissions of `usuario`, its own and of its groups, as "app.codename" in `valor`."""
    directos = Usuario.user_permissions.through.objects.filter(usuario_id=usuario).values("permission_id")
    de_grupos = Permission.group_set.through.objects.filter(group__user=usuario).values("permission_id")
    return (
        Permission.objects.filter(Q(pk__in=de_grupos) | Q(pk__in=directos))
        .order_by()
        .values(valor=Concat("content_type__app_label", Value("."), "codename"))
    )


@functools.cache
def _consulta(de: type[Model], motor: str, obligatorio: tuple[str, ...]) -> Preparada:
    """By what an engine and the settings make of it: tests change both."""
    usuario, propios = ("user", _DE_TOKEN) if de is Token else ("", [])
    antes = f"{usuario}__" if usuario else ""
    filas = con_segundo_factor(de._base_manager.filter(**{f"{antes}is_active": True}), usuario or "pk").annotate(
        permisos_leidos=_Juntos(permisos(OuterRef(OuterRef(usuario or "pk"))))
    )
    columnas = [f"{antes}{campo}" for campo in _DE_USUARIO]
    return Preparada(filas.values_list(*columnas, *_ADEMAS, *propios), "pk", "" if usuario else 1)


def _leer(de: type[Model], clave: Any) -> tuple[Usuario, Sequence[Any]] | None:
    fila = _consulta(de, connection.vendor, tuple(settings.DOS_FACTORES_OBLIGATORIO)).primera(clave)
    if fila is None:
        return None
    n = len(_DE_USUARIO)
    usuario = Usuario.from_db(connection.alias, _DE_USUARIO, fila[:n])
    ademas = dict(zip(_ADEMAS, fila[n:], strict=False))
    permisos_leidos = ademas.pop("permisos_leidos") or ""
    if not usuario.is_superuser:  # who has them all
        ademas["_perm_cache"] = set(permisos_leidos.split())
    vars(usuario).update(ademas)
    return usuario, fila[n + len(_ADEMAS) :]


def por_id(pk: int) -> Usuario | None:
    """The user, if active."""
    leido = _leer(Usuario, pk)
    return leido and leido[0]


def por_token(resumen: str) -> Token | None:
    """The token of that hash, with its user, if active."""
    leido = _leer(Token, resumen)
    if leido is None:
        return None
    token = Token.from_db(connection.alias, _DE_TOKEN, leido[1])
    token.user = leido[0]
    return token
