"""The body of a request, read once and whole before anything looks at it, whichever door it comes by.

Django takes a body without Content-Length for an empty one, cuts a short one where it ends, and lets a form of any other
media type be an empty form: each time, what was sent is lost and the answer says that all went well.
"""

from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from inventario.api.errores import responder
from inventario.dominio.exceptions import CuerpoIlegible

from .archivos import RESTO, Archivo, Portero, conocido, demasiado, esperado
from .conexion import LEIDO

PIEZA = 64 * 1024
FORMULARIO, DE_ARCHIVOS = "application/x-www-form-urlencoded", "multipart/form-data"
ESCRIBEN = ("POST", "PUT", "PATCH")


def _sin_largo() -> CuerpoIlegible:
    return CuerpoIlegible(411, "falta_content_length", _("Diga cuánto mide el cuerpo, con Content-Length."))


def _mal(detalle: Any) -> CuerpoIlegible:
    return CuerpoIlegible(400, "cuerpo_ilegible", detalle)


def _largo(meta: dict[str, Any]) -> int:
    """What Content-Length says, 0 without one. Raises CuerpoIlegible where a body must be there."""
    texto = meta.get("CONTENT_LENGTH") or ""
    if not texto:
        # wsgiref writes text/plain where nothing was said.
        if meta["REQUEST_METHOD"] in ESCRIBEN and meta.get("CONTENT_TYPE") not in (None, "", "text/plain"):
            raise _sin_largo()
        return 0
    if not (texto.isascii() and texto.isdigit()):
        raise _mal(_("Content-Length no es un número."))
    return int(texto[:18])


def _recibir(meta: dict[str, Any], cuanto: int) -> bytes:
    """At most `cuanto` bytes of the body. How long it may take, the server says (inventario/plataforma/obrero.py)."""
    try:
        return meta["wsgi.input"].read(cuanto)
    except Exception as error:  # a chunk that is none, a client that hung up: gunicorn's have no ancestor of their own
        raise _mal(_("El cuerpo llegó incompleto.")) from error


def _guardar(meta: dict[str, Any], cuerpo: BinaryIO, limite: int, cuanto: int | None) -> None:
    """Into `cuerpo`, the next `cuanto` bytes of the body, or all that comes, if they are not over `limite`."""
    tope = limite + 1 if cuanto is None else cuanto
    while (llevo := cuerpo.tell()) < tope and (pieza := _recibir(meta, min(PIEZA, tope - llevo))):
        cuerpo.write(pieza)
    if cuerpo.tell() > limite:
        raise demasiado(limite)
    if cuanto is not None and cuerpo.tell() < cuanto:
        raise _mal(_("El cuerpo llegó incompleto."))


def _leer(request: HttpRequest, cuerpo: BinaryIO, limite: int) -> bool:
    """Put the body, of either framing, in `cuerpo`. Afterwards the request has it, and its length. Whether there is one."""
    meta = request.META
    if troceado := meta.get("HTTP_TRANSFER_ENCODING"):
        if troceado.strip().lower() != "chunked":
            raise _mal(_("No se admite esa codificación del cuerpo."))
        if not meta.get("wsgi.input_terminated"):  # runserver does not undo chunks
            raise _sin_largo()
        _guardar(meta, cuerpo, limite, None)
    elif largo := _largo(meta):
        if largo > limite:
            raise demasiado(limite)
        _guardar(meta, cuerpo, limite, largo)
    else:
        return False
    meta |= {"CONTENT_LENGTH": str(cuerpo.tell()), LEIDO: True}
    cuerpo.seek(0)
    if int(meta["CONTENT_LENGTH"]) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        request._body = cuerpo.read()  # where `request.body` keeps it: somebody may have read the request before
        cuerpo.seek(0)
    request._stream = cuerpo  # from where WSGIRequest reads
    return meta["CONTENT_LENGTH"] != "0"


def _revisar(request: HttpRequest, cuerpo: BinaryIO, archivo: Archivo | None) -> None:
    """Whether who reads `cuerpo` will see all of it. The API's parser is strict by itself, and takes no form but one of files."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise CuerpoIlegible(415, "tipo_no_admitido", _("No se admite un cuerpo comprimido."))
    tipo = (request.content_type or "").lower()
    if request.path_info.startswith("/api/") and not archivo:
        return
    if tipo == DE_ARCHIVOS:
        cuerpo.seek(-min(PIEZA, int(request.META["CONTENT_LENGTH"])), SEEK_END)
        if f"--{(request.content_params or {}).get('boundary', '')}--".encode() not in cuerpo.read():
            raise _mal(_("El cuerpo llegó incompleto."))
    elif tipo != FORMULARIO:
        raise CuerpoIlegible(415, "tipo_no_admitido", _("Solo se admite un formulario."))
    else:
        todo = cuerpo.read()
        if todo.startswith(BOM_UTF8) or b"\x00" in todo or not _es_utf8(todo):
            raise _mal(_("El formulario no es UTF-8."))
    cuerpo.seek(0)


def _abrir(request: HttpRequest, cuerpo: BinaryIO, archivo: Archivo | None) -> None:
    """See to it that no file of a form goes past the Portero, and take the form apart while nobody has touched it."""
    request.upload_handlers = [Portero(request, archivo), *(request.upload_handlers if archivo else ())]
    if not archivo and request.path_info.startswith("/api/"):  # it may still be a 401 or a 404
        return
    try:
        request.POST  # noqa: B018  reads it
    except Exception:  # Django closes only what had come whole
        for manejador in request.upload_handlers:
            manejador.upload_interrupted()
        raise


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
        with ExitStack() as pila:
            try:
                self._recibir(request, pila)
            except CuerpoIlegible as error:
                if request.path_info.startswith("/api/"):
                    return responder(request, error)
                return render(request, "400.html", {"error": error}, status=error.estado)
            return self.get_response(request)

    def _recibir(self, request: HttpRequest, pila: ExitStack) -> None:
        de_archivos = request.method in ESCRIBEN and (request.content_type or "").lower() == DE_ARCHIVOS
        archivo = esperado(request) if de_archivos else None
        if archivo and not conocido(request):
            archivo = None
        limite = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        cuerpo: Any = BytesIO()
        if archivo and archivo.maximo + RESTO > limite:
            # What is over a megabyte waits on disk, and goes with the request.
            cuerpo = pila.enter_context(SpooledTemporaryFile(limite))  # noqa: SIM115  it is one
            limite = archivo.maximo + RESTO
        if _leer(request, cuerpo, limite) and request.method in ESCRIBEN:
            _revisar(request, cuerpo, archivo)
            if de_archivos:
                _abrir(request, cuerpo, archivo)
