"""JSON read strictly: what a lenient parser would guess is refused."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.utils.mediatypes import _MediaType

PROFUNDIDAD_MAXIMA = 20
CIFRAS_MAXIMAS = 30  # of a number: nothing here needs more, and int() of thousands is slow


def _mal(mensaje: str) -> NoReturn:
    raise ParseError(mensaje, "json_invalido")


def _objeto(pares: list[tuple[str, Any]]) -> dict[str, Any]:
    objeto = dict(pares)
    if len(objeto) != len(pares):
        _mal(_("Hay una clave repetida."))
    return objeto


def _entero(cifras: str) -> int:
    if len(cifras) > CIFRAS_MAXIMAS:
        _mal(_("Hay un número demasiado largo."))
    return int(cifras)


def _constante(nombre: str) -> NoReturn:
    _mal(_("%(valor)s no es JSON.") % {"valor": nombre})


def _revisar(valor: Any, nivel: int = 1) -> None:
    if nivel > PROFUNDIDAD_MAXIMA and isinstance(valor, dict | list):
        _mal(_("Demasiados niveles: como máximo %(n)s.") % {"n": PROFUNDIDAD_MAXIMA})
    if isinstance(valor, str):
        if "\x00" in valor or any("\ud800" <= c <= "\udfff" for c in valor):
            _mal(_("Hay un texto con caracteres que no se pueden guardar."))
    elif isinstance(valor, dict):
        for clave, hijo in valor.items():
            _revisar(clave, nivel + 1)
            _revisar(hijo, nivel + 1)
    elif isinstance(valor, list):
        for hijo in valor:
            _revisar(hijo, nivel + 1)


def leer(cuerpo: bytes) -> Any:
    """The value in `cuerpo`. Raises ParseError on what is not UTF-8 JSON, repeats a key or nests too deep."""
    try:
        valor = json.loads(
            cuerpo.decode("utf-8"),
            object_pairs_hook=_objeto,
            parse_int=_entero,
            parse_constant=_constante,
        )
    except UnicodeDecodeError:
        _mal(_("El cuerpo no es UTF-8."))
    except RecursionError:
        _mal(_("Demasiados niveles: como máximo %(n)s.") % {"n": PROFUNDIDAD_MAXIMA})
    except ValueError as error:
        donde = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "?"
        _mal(_("El cuerpo no es JSON (línea:columna %(donde)s).") % {"donde": donde})
    _revisar(valor)
    return valor


class JSONEstricto(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping | None = None) -> Any:
        if media_type:
            juego = _MediaType(media_type).params.get("charset", "utf-8")
            if str(juego).strip("\"'").lower() not in ("utf-8", "utf8"):
                raise UnsupportedMediaType(media_type)
        return leer(stream.read())


class SiempreJSON(BaseContentNegotiation):
    """JSON, whatever `Accept` says. DRF's own would answer 406 to a browser, indent for `indent=4`, read `?format=` as a
    choice of renderer, and parse a body of type `*/*`; no setting turns that off.
    """

    def select_parser(self, request: Request, parsers: Any) -> Any:
        tipo = (request.content_type or "").split(";")[0].strip().lower()
        return next((p for p in parsers if p.media_type == tipo), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
