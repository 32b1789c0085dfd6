"""What ends with an access: API tokens, open sessions and links, so that nothing of before works when the access comes back.

| what happens to a user | tokens | sessions |
| --- | --- | --- |
| deactivated; password changed, by whoever; second factor set up | end | end (the one that asked goes on) |
| a role, a permission, `is_staff` or `is_superuser` taken from the user | end | go on, with what is left |

A permission taken from a role is gone from its users at once; their tokens hold what the users do.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import F
from django.db.models.signals import m2m_changed, post_save, pre_delete

from .models import Usuario

PODERES = ("is_active", "is_staff", "is_superuser")


def terminar_tokens(usuario: Usuario) -> int:
    """Revoke every API token of `usuario`; how many there were."""
    return usuario.auth_token_set.all().delete()[1].get("inventario.Token", 0)


def terminar_sesiones(usuario: Usuario) -> None:
    """End every session of `usuario` and every link made for them."""
    Usuario.objects.filter(pk=usuario.pk).update(epoca=F("epoca") + 1)
    usuario.epoca += 1


def al_guardar(*, instance: Usuario, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    antes = vars(instance).get("_antes")  # cuentas.auditoria has just read it
    if raw or not antes:
        return
    perdidos = {
        p for p in PODERES if antes[p] and not getattr(instance, p) and (update_fields is None or p in update_fields)
    }
    # Only set_password leaves the word there: a hash made anew at a login is no change of password.
    if perdidos or instance._password is not None:  # type: ignore[attr-defined]  # Django's own
        terminar_tokens(instance)
    if "is_active" in perdidos:
        terminar_sesiones(instance)


def al_quitar(*, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any) -> None:
    """A role or a permission taken from a user, from either side of the relation."""
    if action not in {"post_remove", "pre_clear"}:
        return
    if not reverse:
        usuarios = [instance]
    else:
        usuarios = list(instance.user_set.all() if pk_set is None else Usuario.objects.filter(pk__in=pk_set))
    for usuario in usuarios:
        terminar_tokens(usuario)


def al_borrar_papel(*, instance: Group, **kwargs: Any) -> None:
    for usuario in Usuario.objects.filter(groups=instance):
        terminar_tokens(usuario)


def conectar() -> None:
    """After `auditoria`, which says what a user was before."""
    post_save.connect(al_guardar, sender=Usuario)
    usuario = apps.get_model("inventario.usuario")
    for relacion in (usuario.groups.through, usuario.user_permissions.through):
        m2m_changed.connect(al_quitar, sender=relacion)
    pre_delete.connect(al_borrar_papel, sender=Group)
