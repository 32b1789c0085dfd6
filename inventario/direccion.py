"""Where a request comes from, when proxies stand in front."""

from django.conf import settings
from django.http import HttpRequest


def del_cliente(request: HttpRequest) -> str:
    """The address of the client. Each proxy of ours appends who called it to X-Forwarded-For, so with N of them the
    client is the Nth from the right; what stands to its left was written by the client and may be invented.
    """
    cadena = [x.strip() for x in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if x.strip()]
    if settings.DETRAS_DE_PROXY and len(cadena) >= settings.DETRAS_DE_PROXY:
        return cadena[-settings.DETRAS_DE_PROXY][:45]
    return request.META.get("REMOTE_ADDR", "")
