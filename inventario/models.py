"""Where Django looks for the models of this app: people live in `cuentas`, the company in `empresa`."""

from .cuentas.models import Auditoria, RolSembrado, Token, Usuario
from .empresa.models import Empresa

__all__ = ["Auditoria", "Empresa", "RolSembrado", "Token", "Usuario"]
