"""ETags: a copy that is still good is not sent again (304), a change over an old copy is refused (412)."""

import hashlib
import json
from typing import Any

from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from .errores import Precondicion


def etag(cuerpo: Any) -> str:
    texto = json.dumps(cuerpo, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return f'"{hashlib.sha256(texto.encode()).hexdigest()[:32]}"'


def responder(request: Request, cuerpo: Any) -> Response:
    """`cuerpo` with its ETag, or 304 when the caller has it already."""
    propia = etag(cuerpo)
    if request.method in ("GET", "HEAD"):
        ajenas = [e.removeprefix("W/") for e in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))]
        if "*" in ajenas or propia in ajenas:
            return Response(status=304, headers={"ETag": propia})
    respuesta = Response(cuerpo, headers={"ETag": propia, "Cache-Control": "private, no-cache"})
    patch_vary_headers(respuesta, ["Authorization", "Cookie", "Accept-Language"])
    return respuesta


def exigir(request: Request, cuerpo: Any) -> None:
    """Raise Precondicion (412) unless `If-Match`, when given, names what `cuerpo` is now. Call it after the lock."""
    cabecera = request.META.get("HTTP_IF_MATCH")
    if cabecera is not None and cabecera.strip() != "*" and etag(cuerpo) not in parse_etags(cabecera):
        raise Precondicion
