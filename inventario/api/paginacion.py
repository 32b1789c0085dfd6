"""Pages with a total, a walk by key beside them, and cursors without a total."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from inventario.dominio.campos import entero_ascii
from inventario.plataforma.conteo import contar

from .recorrido import CursorAjeno, Recorrido

POR_PAGINA = 50
POR_PAGINA_MAXIMO = 500
CURSOR_MAXIMO = 2000  # characters
_CURSOR = re.compile(r"([da])([0-9]{1,18})")


def _entero(request: Request, nombre: str, por_omision: int, maximo: int) -> int:
    texto = request.query_params.get(nombre)
    if texto is None:
        return por_omision
    numero = entero_ascii(texto, maximo)
    if not numero:
        raise ValidationError({nombre: [_("Debe ser un entero entre 1 y %(max)s.") % {"max": maximo}]})
    return numero


def _parametro(nombre: str, descripcion: str, **esquema: Any) -> dict[str, Any]:
    return {"name": nombre, "in": "query", "required": False, "schema": esquema, "description": descripcion}


class _PorPagina:
    """What both have: `?por_pagina=` and the words of the answer. DRF would ignore a size that makes no sense."""

    con_total = False
    parametros: list[dict[str, Any]]

    def get_page_size(self, request: Request) -> int:
        return _entero(request, "por_pagina", POR_PAGINA, POR_PAGINA_MAXIMO)

    def get_paginated_response(self: Any, data: Any) -> Response:
        total = {"total": self.total} if self.con_total else {}
        enlaces = {"siguiente": self.get_next_link(), "anterior": self.get_previous_link()}
        return Response({**total, **enlaces, "resultados": data})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        total = {"total": {"type": "integer", "minimum": 0}} if self.con_total else {}
        enlace = {"type": "string", "format": "uri", "nullable": True}
        propiedades = {**total, "siguiente": enlace, "anterior": enlace, "resultados": schema}
        que = "Some rows of the list, and where the ones before and after them are."
        return {"type": "object", "description": que, "required": list(propiedades), "properties": propiedades}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limites = {"minimum": 1, "maximum": POR_PAGINA_MAXIMO, "default": POR_PAGINA}
        return [*self.parametros, _parametro("por_pagina", "Rows per page.", type="integer", **limites)]


class _Tramo:
    """Some rows of a list: those of page `numero`, or those next to a cursor; and the cursors that lead on and back."""

    def __init__(self, filas: QuerySet, cuantas: int, *, numero: int | None, cursor: str | None) -> None:
        recorrido, hacia_atras = Recorrido(filas), False
        self.numero = numero if cursor or numero else 1
        if cursor:
            hacia_atras, valores = _leer(recorrido, cursor)
            halladas = list(recorrido.desde(valores, hacia_atras=hacia_atras)[: cuantas + 1])
        else:
            desde = ((self.numero or 1) - 1) * cuantas
            halladas = list(recorrido.filas[desde : desde + cuantas + 1])
            if desde and not halladas:
                raise NotFound(_("Esa página no existe."))
        hay_mas, self.filas = len(halladas) > cuantas, halladas[:cuantas]
        if hacia_atras:
            self.filas.reverse()
        hay_otras = bool(cursor) or (self.numero or 1) > 1  # where it comes from
        hay_siguiente, hay_anterior = (hay_otras, hay_mas) if hacia_atras else (hay_mas, hay_otras)
        self.siguiente = recorrido.marca(self.filas[-1]) if self.filas and hay_siguiente else None
        self.anterior = recorrido.marca(self.filas[0], hacia_atras=True) if self.filas and hay_anterior else None


def _leer(recorrido: Recorrido, cursor: str) -> tuple[bool, list[Any]]:
    try:
        return recorrido.leer(cursor[: CURSOR_MAXIMO + 1])
    except CursorAjeno as error:
        raise ValidationError({"cursor": [_("No es un cursor de esta lista.")]}) from error


class Paginas(_PorPagina, pagination.BasePagination):
    """`?pagina=`, `?por_pagina=`. A page beyond the end is 404, but for the first one of an empty list. `siguiente` and
    `anterior` carry a `?cursor=` too, by which they are found: whoever follows them walks the list whole while it changes,
    and the number only says how far it is. The total may be half a minute old.
    """

    con_total = True
    parametros = [
        _parametro("pagina", "Page; one beyond the end is 404.", type="integer", minimum=1, default=1),
        _parametro(
            "cursor",
            "Opaque: taken from `siguiente` or `anterior`; empty, the beginning.",
            type="string",
            maxLength=CURSOR_MAXIMO,
        ),
    ]

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.total = contar(queryset)
        numero = _entero(request, "pagina", 1, 10**12) if "pagina" in request.query_params else None
        cursor = request.query_params.get("cursor")
        self.tramo = _Tramo(queryset, self.get_page_size(request), numero=numero, cursor=cursor)
        return self.tramo.filas

    def get_next_link(self) -> str | None:
        return self._enlace(self.tramo.siguiente, 1)

    def get_previous_link(self) -> str | None:
        return self._enlace(self.tramo.anterior, -1)

    def _enlace(self, cursor: str | None, salto: int) -> str | None:
        if cursor is None:
            return None
        numero = self.tramo.numero
        url = replace_query_param(self.url, "pagina", max(numero + salto, 1)) if numero else self.url
        return replace_query_param(url, "cursor", cursor)


class Cursor(_PorPagina, pagination.CursorPagination):
    """`?cursor=` over a list ordered by primary key: a page costs the same however deep it lies, and no row is
    skipped or repeated while others are being written. `d<id>` goes on after that row, `a<id>` comes before it: the
    form is in the OpenAPI document, and clients keep it. DRF's own, in base 64, would hold offsets too, which no
    unique key needs.
    """

    parametros = [
        _parametro(
            "cursor",
            "Opaque: taken from `siguiente` or `anterior`; empty, the beginning.",
            type="string",
            pattern="^([da][0-9]{1,18})?$",
        )
    ]

    base_url: str

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return tuple(str(campo) for campo in queryset.query.order_by)

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        texto = request.query_params.get("cursor")
        if not texto:
            return None
        m = _CURSOR.fullmatch(texto)
        if m is None:
            raise ValidationError({"cursor": [_("No es un cursor de esta lista.")]})
        return pagination.Cursor(offset=0, reverse=m[1] == "a", position=m[2])  # type: ignore[arg-type]  # DRF's is text

    def encode_cursor(self, cursor: pagination.Cursor) -> str:
        sentido = "a" if cursor.reverse else "d"
        return replace_query_param(self.base_url, "cursor", f"{sentido}{cursor.position}")

    def get_next_link(self) -> str | None:
        return super().get_next_link() if self.page else None

    def get_previous_link(self) -> str | None:
        return super().get_previous_link() if self.page else None
