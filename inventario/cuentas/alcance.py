"""Who may manage whom: nobody grants, takes over an account with, or makes a key for, what they lack themselves.

Every door that edits a user, a role, a key or a second factor of somebody else asks here. Only a superuser may touch a superuser.
Whoever is deactivated counts with all that would come back with the access.
"""

from typing import Any, TypeVar

from django.contrib.auth.models import Group, Permission
from django.db.models import Model, Q, QuerySet

from .models import Usuario

M = TypeVar("M", bound=Model)
Actor = Any  # the Usuario of a request; types take it for an anonymous one too


def permisos_otorgables(actor: Actor) -> QuerySet[Permission]:
    """The permissions that `actor` holds, and so may put in a role."""
    if actor.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(group__user=actor) | Q(user=actor)).distinct()


def _ajenos(actor: Actor) -> QuerySet[Permission]:
    """The permissions that `actor` lacks."""
    return Permission.objects.order_by().exclude(pk__in=permisos_otorgables(actor).order_by().values("pk"))


def gestionables(actor: Actor, filas: QuerySet[M], usuario: str = "pk") -> QuerySet[M]:
    """Those of `filas` (users, or rows that lead to one by the field `usuario`) whose user holds nothing that `actor` lacks:
    whom `actor` may edit, deactivate or delete, and whose password, tokens and second factor `actor` may change.
    """
    if actor.is_superuser:
        return filas
    ajenos = _ajenos(actor)
    de_mas = Q(is_superuser=True) | Q(groups__permissions__in=ajenos) | Q(user_permissions__in=ajenos)
    if not actor.is_staff:
        de_mas |= Q(is_staff=True)
    return filas.exclude(**{f"{usuario}__in": Usuario.objects.filter(de_mas).values("pk")})


def otorgables(actor: Actor, grupos: QuerySet[Group] | None = None) -> QuerySet[Group]:
    """The roles that `actor` may give, take away, edit and delete: those that hold nothing that `actor` lacks."""
    grupos = Group.objects.all() if grupos is None else grupos
    if actor.is_superuser:
        return grupos
    return grupos.exclude(pk__in=Group.objects.filter(permissions__in=_ajenos(actor)).values("pk"))


def quienes_pueden(permiso: str) -> list[str]:
    """The first few people who hold `permiso`, as those who lack it know them. A superuser is named if there is nobody else."""
    personas = Usuario.objects.filter(is_active=True).order_by("is_superuser", "pk")
    pueden = Usuario.objects.with_perm(permiso, backend="inventario.permisos.PermisosBackend")
    return [u.get_full_name() or u.username for u in personas.filter(pk__in=pueden.order_by().values("pk"))[:3]]
