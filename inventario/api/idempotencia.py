"""The `Idempotency-Key` header."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.dominio.campos import CLAVE_DE_IDEMPOTENCIA

CABECERA = "Idempotency-Key"


def clave(request: Request) -> str | None:
    valor = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if valor is not None and not re.fullmatch(CLAVE_DE_IDEMPOTENCIA, valor):
        raise ValidationError({CABECERA: [_("De 1 a 64 letras ASCII, cifras, guiones y guiones bajos.")]})
    return valor


def responder(cuerpo: Any, *, repetida: bool) -> Response:
    """201, and whether it had been answered before."""
    return Response(cuerpo, status=201, headers={"Idempotency-Replayed": "true"} if repetida else None)
