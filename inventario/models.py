"""Where Django looks for the models of this app: people live in `cuentas`."""

from .cuentas.models import Auditoria, Token, Usuario

__all__ = ["Auditoria", "Token", "Usuario"]
