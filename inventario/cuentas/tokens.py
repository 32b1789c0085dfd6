"""API tokens: made, shown once, found by their hash, revoked."""

from datetime import timedelta

from django.utils import timezone
from knox.crypto import hash_token

from . import quien
from .models import Token, Usuario


def crear(*, usuario: Usuario, nombre: str = "API", dias: int | None = None) -> tuple[Token, str]:
    """Return a new token of `usuario` and its key. The key is stored nowhere: show it once. It expires in `dias`; None: never."""
    vida = None if dias is None else timedelta(days=dias)
    return Token.objects.create(user=usuario, expiry=vida, nombre=nombre)


def revocar(*, token: Token) -> None:
    token.delete()


def buscar(clave: str) -> Token | None:
    """The token of `clave`, with its user, if it has not expired and the user is active. One query, no write."""
    token = quien.por_token(hash_token(clave))
    if token is None or (token.expiry is not None and token.expiry <= timezone.now()):
        return None
    return token
