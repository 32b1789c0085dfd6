"""Which permission each action of a view asks for. What is not said is refused."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

POR_ACCION = {
    "list": "view",
    "retrieve": "view",
    "create": "add",
    "update": "change",
    "partial_update": "change",
    "destroy": "delete",
}


class PermisoPorAccion(BasePermission):
    """`view.permisos` maps an action to "app.codename"; the actions of a catalogue have Django's own of its model."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        accion = getattr(view, "action", None)
        if accion in (None, "metadata"):  # a method the path does not have: 405, told only to those who may come in
            return True
        permiso = getattr(view, "permisos", {}).get(accion)
        if permiso is None and accion in POR_ACCION and getattr(view, "queryset", None) is not None:
            meta = view.queryset.model._meta
            permiso = f"{meta.app_label}.{POR_ACCION[accion]}_{meta.model_name}"
        return permiso is not None and request.user.has_perm(permiso)
