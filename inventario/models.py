"""Where Django looks for the models of this app: people live in `cuentas`."""

from .cuentas.models import Auditoria, RolSembrado, Token, Usuario

__all__ = ["Auditoria", "RolSembrado", "Token", "Usuario"]
