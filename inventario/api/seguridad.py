"""Who calls the API, what each may do, and how often."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from inventario.cuentas import tokens
from inventario.plataforma import ritmo

POR_ACCION = {
    "list": "view",
    "retrieve": "view",
    "create": "add",
    "update": "change",
    "partial_update": "change",
    "destroy": "delete",
}


class AutenticacionToken(BaseAuthentication):
    """`Authorization: Token <key>`. Knox's own class deletes an expired token on a read; this one only refuses it."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        partes = request.META.get("HTTP_AUTHORIZATION", "").split()
        if not partes:
            return None
        malo = AuthenticationFailed(
            _("El token no es válido, ha caducado o su usuario está inactivo."), "token_invalido"
        )
        if len(partes) != 2 or partes[0].lower() != "token" or not (partes[1].isascii() and len(partes[1]) <= 200):
            raise malo
        token = tokens.buscar(partes[1])
        if token is None:
            raise malo
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class PermisoPorAccion(BasePermission):
    """`view.permisos` maps an action to "app.codename"; the actions of a catalogue have Django's own of its model.

    What is not said is refused. DjangoModelPermissions would let whoever is logged in read everything.
    """

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


class LimitePorUsuario(BaseThrottle):
    """So many requests a minute for each user (API_LIMITE_POR_MINUTO; 0, no limit).

    One counter per user and minute: one round trip to the cache, where DRF's own throttles make two and keep a list of
    moments. A cache that is down limits nobody.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        limite = settings.API_LIMITE_POR_MINUTO
        if not limite:
            return True
        return ritmo.en_este_minuto("api:limite", request.user.pk) <= limite

    def wait(self) -> float:
        return ritmo.falta()
