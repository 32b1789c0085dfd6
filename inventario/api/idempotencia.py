"""The `Idempotency-Key` header, and what tells a request from another with the same key."""

import base64
import hashlib
import re
from typing import Any, TypedDict

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.dominio.campos import CLAVE_DE_IDEMPOTENCIA

CABECERA = "Idempotency-Key"


class Sello(TypedDict):
    """What a request brings to be known again by."""

    clave: str | None
    resumen: str


def sello(request: Request) -> Sello:
    """The key of `request`, and the hash of its method, path and raw body. Raises ValidationError (400)."""
    de_django = request._request
    return {"clave": clave(request), "resumen": resumir(request.method or "", request.path, de_django.body)}


def resumir(metodo: str, ruta: str, cuerpo: bytes) -> str:
    """What tells a request from another, byte for byte. It is shorter than the hash of a content in hexadecimal, and so never
    equal to one.
    """
    hecho = hashlib.sha256(b"%s %s\n%s" % (metodo.encode(), ruta.encode(), cuerpo)).digest()
    return base64.urlsafe_b64encode(hecho).decode().rstrip("=")


def clave(request: Request) -> str | None:
    valor = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if valor is not None and not re.fullmatch(CLAVE_DE_IDEMPOTENCIA, valor):
        raise ValidationError({CABECERA: [_("De 1 a 64 letras ASCII, cifras, guiones y guiones bajos.")]})
    return valor


def responder(cuerpo: Any, *, repetida: bool) -> Response:
    """201, and whether it had been answered before."""
    return Response(cuerpo, status=201, headers={"Idempotency-Replayed": "true"} if repetida else None)
