"""Who may do what. Services ask here, so that no door can forget."""

from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied

Quien = PermissionsMixin | AnonymousUser  # whoever asks


def autorizar(usuario: Quien, permiso: str) -> None:
    """Raise PermissionDenied (403) unless `usuario` is active and holds `permiso` ("app.codename")."""
    if not usuario.has_perm(permiso):
        raise PermissionDenied(permiso)
