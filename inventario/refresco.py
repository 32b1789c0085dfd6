"""Fragments that refresh themselves: when what they show has not changed, the answer is an empty 304.

The fragment carries its own mark (`data-huella`), made from the data and not from the HTML; static/js/refresco.js sends
it back as If-None-Match. So a poll that finds nothing new renders nothing and touches nothing on the page.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language

from .htmx import pide_fragmento


def huella(request: HttpRequest, *datos: Any) -> str:
    """A mark of `datos` as this user reads them: rows with the related rows they brought, dataclasses, collections."""
    partes = (request.user.pk, get_language(), _plano(datos))
    return hashlib.sha256(repr(partes).encode()).hexdigest()[:32]


def responder(request: HttpRequest, marca: str, pintar: Callable[[], HttpResponse]) -> HttpResponse:
    """`pintar()`; but 304 to who asks for the fragment and already shows `marca`."""
    if not pide_fragmento(request):
        return pintar()
    etag = f'"{marca}"'
    respuesta = HttpResponseNotModified() if request.headers.get("If-None-Match") == etag else pintar()
    respuesta["ETag"], respuesta["Cache-Control"] = etag, "private, no-cache"
    return respuesta


def _plano(x: Any) -> Any:
    if isinstance(x, Model):
        propio = [(k, str(v)) for k, v in vars(x).items() if not k.startswith("_")]
        return propio, [_plano(y) for y in x._state.fields_cache.values()]
    if is_dataclass(x):
        return [_plano(getattr(x, f.name)) for f in fields(x)]
    if isinstance(x, Mapping):
        return [(k, _plano(v)) for k, v in x.items()]
    if isinstance(x, Iterable) and not isinstance(x, str):
        return [_plano(y) for y in x]
    return str(x)
