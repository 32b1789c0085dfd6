"""How permissions are read. Open sessions store the path of this class: moving it would sign everybody out."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class PermisosBackend(ModelBackend):
    """Django's own, but a user's permissions (own and of groups) come in one query, kept while the request lasts."""

    def get_user(self, user_id: Any) -> Any:
        """The user of a session, who brings along whether a second factor is needed: true of this very request, at no query."""
        from inventario.cuentas.dos_factores import services

        usuario = services.con_segundo_factor(get_user_model()._default_manager.all()).filter(pk=user_id).first()
        return usuario if self.user_can_authenticate(usuario) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None or user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            grupos = user_obj.groups.through.objects.filter(usuario_id=user_obj.pk).values("group_id")
            directos = user_obj.user_permissions.through.objects.filter(usuario_id=user_obj.pk).values("permission_id")
            de_grupos = Permission.group_set.through.objects.filter(group_id__in=grupos).values("permission_id")
            pares = (
                Permission.objects.filter(Q(pk__in=de_grupos) | Q(pk__in=directos))
                .order_by()
                .values_list("content_type__app_label", "codename")
            )
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in pares}
        return user_obj._perm_cache
