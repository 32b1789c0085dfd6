"""Which views take a file, how big and of what kind. Everything else refuses one before it is read.

A view says so itself; nobody else needs to be told. A function, or the method of a viewset:

    @require_POST
    @recibe_archivo(maximo=20 * MEGA, tipos=("csv", "xlsx"))
    def subir(request): ...

    class ImportacionViewSet(GenericViewSet):
        parser_classes = [MultiPartParser]

        @recibe_archivo(maximo=20 * MEGA, tipos=("csv", "xlsx"))
        def create(self, request): ...

and finds it, already whole and looked at, in `request.FILES`: one file, in a form of multipart/form-data, of at most
`maximo` bytes, whose first bytes are those of one of `tipos` (whatever name and type its sender gave it). Above 2.5 MB it lies
in a temporary file, which goes with the request. What is not so never reaches the view: 413 (size) or 415 (kind). So does any
file of somebody who has not signed in. `request.body` is there up to a megabyte; of a bigger form, hash the file itself.
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth import get_user
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from inventario.dominio.exceptions import CuerpoIlegible

MEGA = 1024 * 1024
RESTO = 64 * 1024  # of a form with a file: its other fields, and what stands between them
BINARIOS = {*range(9), *range(14, 32)}  # control characters that no text has
Vista = TypeVar("Vista", bound=Callable[..., Any])


def _es_texto(inicio: bytes) -> bool:
    return BINARIOS.isdisjoint(inicio) or inicio.startswith((BOM_UTF16_LE, BOM_UTF16_BE))


TIPOS: dict[str, Callable[[bytes], bool]] = {
    "csv": _es_texto,
    "xlsx": lambda inicio: inicio.startswith(b"PK\x03\x04"),
    "jpeg": lambda inicio: inicio.startswith(b"\xff\xd8\xff"),
    "pgm": lambda inicio: inicio.startswith(b"P5\n"),
    "png": lambda inicio: inicio.startswith(b"\x89PNG\r\n\x1a\n"),
    "webp": lambda inicio: inicio[:4] == b"RIFF" and inicio[8:12] == b"WEBP",
}


@dataclass(frozen=True)
class Archivo:
    maximo: int
    tipos: tuple[str, ...]


def recibe_archivo(*, maximo: int, tipos: tuple[str, ...]) -> Callable[[Vista], Vista]:
    """Say that a view takes one file of at most `maximo` bytes, of one of `tipos` (names of TIPOS)."""
    archivo = Archivo(maximo, tipos)
    if not set(tipos) <= set(TIPOS):
        raise ValueError(tipos)

    def anotar(vista: Vista) -> Vista:
        vista.archivo = archivo  # type: ignore[attr-defined]  # read by `esperado`; decorators above it keep it
        return vista

    return anotar


def esperado(request: HttpRequest) -> Archivo | None:
    """What the view of `request` takes by its method."""
    try:
        vista = resolve(request.path_info).func
    except Resolver404:
        return None
    if acciones := getattr(vista, "actions", None):  # of a viewset
        vista = getattr(vista.cls, acciones.get((request.method or "").lower(), ""), vista)  # type: ignore[attr-defined]
    return getattr(vista, "archivo", None)


def conocido(request: HttpRequest) -> bool:
    """Whether somebody who may come in sent `request`. What they may do here, the view says."""
    from rest_framework.exceptions import AuthenticationFailed

    from inventario.api.seguridad import AutenticacionToken

    if request.path_info.startswith("/api/") and "HTTP_AUTHORIZATION" in request.META:
        try:
            return AutenticacionToken().authenticate(request) is not None  # type: ignore[arg-type]  # it reads its META alone
        except AuthenticationFailed:
            return False
    return get_user(request).is_authenticated


def demasiado(limite: int) -> CuerpoIlegible:
    return CuerpoIlegible(413, "cuerpo_demasiado_grande", _("El cuerpo pasa de %(n)s bytes.") % {"n": limite})


class Portero(FileUploadHandler):
    """Looks at each file of a form before anything keeps it. Raises CuerpoIlegible (413, 415)."""

    def __init__(self, request: HttpRequest, archivo: Archivo | None) -> None:
        super().__init__(request)
        self.archivo, self.vistos = archivo, 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.vistos += 1
        if self.archivo is None:
            raise CuerpoIlegible(415, "tipo_no_admitido", _("Aquí no se admite ningún archivo."))
        if self.vistos > 1:
            raise CuerpoIlegible(415, "tipo_no_admitido", _("Solo se admite un archivo."))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        assert self.archivo  # noqa: S101  it stopped at `new_file` otherwise
        if start == 0 and not any(TIPOS[tipo](raw_data) for tipo in self.archivo.tipos):
            tipos = ", ".join(tipo.upper() for tipo in self.archivo.tipos)
            raise CuerpoIlegible(
                415,
                "tipo_no_admitido",
                _("Ese archivo no es de un tipo que se admita: %(tipos)s.") % {"tipos": tipos},
            )
        if start + len(raw_data) > self.archivo.maximo:
            raise demasiado(self.archivo.maximo)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Those after it keep the file."""

    def upload_complete(self) -> None:
        self.vistos = 0  # DRF's parser goes over a small form again
