"""What htmx needs from the server: fragments of a page, and those that refresh themselves.

A fragment that polls carries a mark of the data it shows (`data-marca`); static/js/refresco.js sends it back as If-None-Match.
While the data are the same the answer is an empty 304: nothing is rendered, and nothing on the page is touched.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, urlencode
from django.utils.translation import get_language
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from ..plataforma.cache import edicion
from .solicitud import Solicitud


def pide_fragmento(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment of the page, and not for the whole."""
    htmx = cast(Solicitud, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def avisar(texto: str, suceso: str, deshacer: Sequence[Mapping[str, str]] = ()) -> HttpResponse:
    """The answer to what was done in place: nothing to swap, a toast that says it (`deshacer`: what to post to take it back,
    each with its `url`), and `suceso`, which whatever shows the data listens for.
    """
    respuesta = HttpResponse(status=204)
    trigger_client_event(respuesta, "aviso", {"texto": texto, "nivel": "exito", "deshacer": list(deshacer)})
    return trigger_client_event(respuesta, suceso)


class AccesoMiddleware(LoginRequiredMiddleware):
    """Every page needs a login unless it says otherwise. XHR would follow a redirect and put the login page inside a
    fragment, so htmx is told to go there (204 and HX-Redirect, with the page the user was on as `next`).
    """

    def handle_no_permission(  # type: ignore[override]  # the stub knows but one way to redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        if "HX-Request" not in request.headers:
            return super().handle_no_permission(request, view_func)
        volver = request.headers.get("HX-Current-URL", request.get_full_path())
        respuesta = HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': volver})}")
        respuesta.status_code = 204
        return respuesta


def marca(request: HttpRequest, *datos: Any, hoy: date) -> str:
    """A mark of `datos` (rows with the related rows they brought, dataclasses, collections) as they read on `hoy` ("20 days
    left" is another text tomorrow), to this user in this language, with what they may do, as this edition paints it.
    """
    puede = request.user.is_superuser or sorted(request.user.get_all_permissions())
    partes = (edicion(), request.user.pk, puede, get_language(), hoy, _plano(datos))
    return hashlib.sha256(repr(partes).encode()).hexdigest()[:32]


def con_marca(request: HttpRequest, propia: str, pintar: Callable[[], HttpResponse]) -> HttpResponse:
    """`pintar()` with the mark `propia` as its ETag, or 304 when the browser already shows that mark."""
    etag = quote_etag(propia)
    respuesta = get_conditional_response(request, etag=etag) or pintar()
    respuesta["ETag"], respuesta["Cache-Control"] = etag, "private, no-cache"
    return respuesta


def responder_si_cambio(request: HttpRequest, propia: str, pintar: Callable[[], HttpResponse]) -> HttpResponse:
    """`con_marca` for a fragment; the whole page is always rendered."""
    return con_marca(request, propia, pintar) if pide_fragmento(request) else pintar()


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
