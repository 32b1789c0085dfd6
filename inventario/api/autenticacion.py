"""Who calls the API: a token, else the browser's session (then with CSRF)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from inventario.cuentas import tokens


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
