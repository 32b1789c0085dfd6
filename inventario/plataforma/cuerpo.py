"""The body of a request, read once and whole before anything looks at it, whichever door it comes by.

Django takes a body without Content-Length for an empty one, cuts a short one where it ends, and lets a form of any other
media type be an empty form: each time, what was sent is lost and the answer says that all went well.
"""

from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from inventario.api.errores import responder
from inventario.dominio.exceptions import CuerpoIlegible

from .conexion import LEIDO

ESPERA = 20  # seconds without a byte after which nobody waits for the rest of a body
SOBRANTE = (
    8 * 1024 * 1024
)  # of a body that is too big, what is read and thrown away, so that its sender hears the answer
PIEZA = 64 * 1024
FORMULARIOS = ("application/x-www-form-urlencoded", "multipart/form-data")
ESCRIBEN = ("POST", "PUT", "PATCH")


def _demasiado() -> CuerpoIlegible:
    limite = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return CuerpoIlegible(413, "cuerpo_demasiado_grande", _("El cuerpo pasa de %(n)s bytes.") % {"n": limite})


def _sin_largo() -> CuerpoIlegible:
    return CuerpoIlegible(411, "falta_content_length", _("Diga cuánto mide el cuerpo, con Content-Length."))


def _mal(detalle: Any) -> CuerpoIlegible:
    return CuerpoIlegible(400, "cuerpo_ilegible", detalle)


def _largo(meta: dict[str, Any]) -> int:
    """What Content-Length says, 0 without one. Raises CuerpoIlegible where a body must be there, or is too big."""
    texto = meta.get("CONTENT_LENGTH") or ""
    if not texto:
        # wsgiref writes text/plain where nothing was said.
        if meta["REQUEST_METHOD"] in ESCRIBEN and meta.get("CONTENT_TYPE") not in (None, "", "text/plain"):
            raise _sin_largo()
        return 0
    if not (texto.isascii() and texto.isdigit()):
        raise _mal(_("Content-Length no es un número."))
    if len(texto) > 18 or int(texto) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        _descartar(meta, int(texto[:18]))
        raise _demasiado()
    return int(texto)


def _recibir(meta: dict[str, Any], cuanto: int, espera: float = ESPERA) -> bytes:
    """At most `cuanto` bytes of the body; a client that stops in the middle does not keep its thread for ever."""
    enchufe = meta.get("gunicorn.socket")
    if enchufe:
        enchufe.settimeout(espera)
    try:
        return meta["wsgi.input"].read(cuanto)
    except Exception as error:  # a chunk that is none, a client that hung up: gunicorn's have no ancestor of their own
        raise _mal(_("El cuerpo llegó incompleto.")) from error
    finally:
        if enchufe:
            enchufe.settimeout(None)


def _descartar(meta: dict[str, Any], cuanto: int) -> None:
    """Read on for a while: who is still sending when the connection ends would see it break, and no answer. (runserver
    does so by itself, after answering.)
    """
    if "gunicorn.socket" not in meta:
        return
    with suppress(CuerpoIlegible):
        for _n in range(0, min(cuanto, SOBRANTE), PIEZA):
            if not _recibir(meta, PIEZA, espera=1):
                break


def _leer(request: HttpRequest) -> bytes:
    """The body, of either framing. Afterwards the request has it, and its length."""
    meta, limite = request.META, settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if troceado := meta.get("HTTP_TRANSFER_ENCODING"):
        if troceado.strip().lower() != "chunked":
            raise _mal(_("No se admite esa codificación del cuerpo."))
        if not meta.get("wsgi.input_terminated"):  # runserver does not undo chunks
            raise _sin_largo()
        cuerpo = _recibir(meta, limite + 1)
        if len(cuerpo) > limite:
            _descartar(meta, SOBRANTE)
            raise _demasiado()
    elif largo := _largo(meta):
        cuerpo = _recibir(meta, largo)
        if len(cuerpo) < largo:
            raise _mal(_("El cuerpo llegó incompleto."))
    else:
        return b""
    meta |= {"CONTENT_LENGTH": str(len(cuerpo)), LEIDO: True}
    request._stream = BytesIO(cuerpo)  # from where WSGIRequest reads
    return cuerpo


def _revisar(request: HttpRequest, cuerpo: bytes) -> None:
    """Whether who reads `cuerpo` will see all of it. The API's parser is strict by itself."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise CuerpoIlegible(415, "tipo_no_admitido", _("No se admite un cuerpo comprimido."))
    if request.path_info.startswith("/api/"):
        return
    tipo = (request.content_type or "").lower()
    if tipo not in FORMULARIOS:
        raise CuerpoIlegible(415, "tipo_no_admitido", _("Solo se admite un formulario."))
    if tipo == FORMULARIOS[0]:
        if cuerpo.startswith(BOM_UTF8) or b"\x00" in cuerpo or not _es_utf8(cuerpo):
            raise _mal(_("El formulario no es UTF-8."))
    elif f"--{(request.content_params or {}).get('boundary', '')}--".encode() not in cuerpo:
        raise _mal(_("El cuerpo llegó incompleto."))


def _es_utf8(cuerpo: bytes) -> bool:
    try:
        cuerpo.decode()
    except UnicodeDecodeError:
        return False
    return True


class CuerpoMiddleware:
    """Read the body, or refuse it: 400, 411, 413 or 415."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            cuerpo = _leer(request)
            if cuerpo and request.method in ESCRIBEN:
                _revisar(request, cuerpo)
        except CuerpoIlegible as error:
            if request.path_info.startswith("/api/"):
                return responder(request, error)
            return render(request, "400.html", {"error": error}, status=error.estado)
        return self.get_response(request)
