"""Refusals of the domain. They carry data: the page and the API say exactly what is missing."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ErrorDeDominio(Exception):
    """A refusal of the domain (409). `codigo` is stable; `datos` holds the numbers of the refusal, JSON-ready."""

    codigo = "error_de_dominio"
    mensaje: str | Promise = _("La operación no es posible.")

    def __init__(self, mensaje: str | Promise | None = None, **datos: Any) -> None:
        self.mensaje = mensaje or self.mensaje
        self.datos = datos
        super().__init__(self.codigo)

    def __str__(self) -> str:
        return str(self.mensaje)


class EnUso(ErrorDeDominio):
    codigo = "en_uso"
    mensaje = _("No se puede eliminar: otros registros dependen de él.")


class Conflicto(ErrorDeDominio):
    """Somebody else wrote the same, or what this rests on, at the same moment."""

    codigo = "conflicto"
    mensaje = _("Otra persona cambió lo mismo en ese momento: revíselo y vuelva a intentarlo.")


class CambioImposible(ErrorDeDominio):
    """What would change may not: operations were judged by it, or it depends on something else. `campo` says which."""

    codigo = "cambio_imposible"
    mensaje = _("Ese cambio ya no es posible.")


class BaseOcupada(Exception):
    """The database did not let the operation through in time (503, Retry-After): lock wait or repeated conflicts."""

    reintentar_en = 2  # seconds


class ClaveReutilizada(Exception):
    """The idempotency key was used before with another body (422)."""


class DatosInvalidos(Exception):
    """What was asked makes no sense as written (400): `errores` maps a field, or `lineas.N.campo`, to its messages."""

    def __init__(self, errores: dict[str, list[Any]]) -> None:
        self.errores = errores
        super().__init__(", ".join(errores))


class CuerpoIlegible(Exception):
    """The body of a request is refused as it came, before anything looks at it (`estado`: 400, 411, 413, 415)."""

    def __init__(self, estado: int, codigo: str, detalle: str) -> None:
        self.estado, self.codigo, self.detalle = estado, codigo, detalle
        super().__init__(detalle)
