"""How permissions are read. Open sessions store the path of this class: moving it would sign everybody out."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class PermisosBackend(ModelBackend):
    """Django's own, but a user's permissions (own and of groups) come in one query, kept while the request lasts."""

    def get_user(self, user_id: Any) -> Any:
        """The user of a session, who brings along permissions and whether a second factor is needed, of this very request."""
        from inventario.cuentas import quien

        return quien.por_id(user_id)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        from inventario.cuentas import quien

        if not user_obj.is_active or user_obj.is_anonymous or obj is not None or user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = set(quien.permisos(user_obj.pk).values_list("valor", flat=True))
        return user_obj._perm_cache
