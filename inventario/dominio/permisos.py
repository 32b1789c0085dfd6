"""Who may do what. Services ask here, so that no door can forget."""

from typing import Any

from django.core.exceptions import PermissionDenied


def autorizar(usuario: Any, permiso: str) -> None:
    """Raise PermissionDenied (403) unless `usuario` is active and holds `permiso` ("app.codename")."""
    if not usuario.has_perm(permiso):
        raise PermissionDenied(permiso)
