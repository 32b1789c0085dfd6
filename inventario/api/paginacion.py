"""Pages with a total, and cursors without one."""

import re
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from inventario.dominio.campos import entero_ascii
from inventario.plataforma.conteo import contar

POR_PAGINA = 50
POR_PAGINA_MAXIMO = 500
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
    parametro: dict[str, Any]

    def get_page_size(self, request: Request) -> int:
        return _entero(request, "por_pagina", POR_PAGINA, POR_PAGINA_MAXIMO)

    def get_paginated_response(self: Any, data: Any) -> Response:
        total = {"total": self.page.paginator.count} if self.con_total else {}
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
        return [self.parametro, _parametro("por_pagina", "Rows per page.", type="integer", **limites)]


class _Paginador(Paginator):
    """Django's, with a total that may be half a minute old (`contar`): a page is found by its rows, not by that number."""

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return contar(self.object_list)

    def page(self, number: int | str) -> Page:
        numero = int(number)
        desde = (numero - 1) * self.per_page
        filas = list(self.object_list[desde : desde + self.per_page])
        if numero > 1 and not filas:
            raise EmptyPage(_("Esa página no existe."))
        return Page(filas, numero, self)


class Paginas(_PorPagina, pagination.PageNumberPagination):
    """`?pagina=`, `?por_pagina=`. A page beyond the end is 404, but for the first one of an empty list."""

    page: Page
    request: Request
    django_paginator_class = _Paginador
    invalid_page_message = "{message}"
    page_query_param = "pagina"
    con_total = True
    parametro = _parametro("pagina", "Page; one beyond the end is 404.", type="integer", minimum=1, default=1)

    def get_page_number(self, request: Request, paginator: Paginator) -> int:
        return _entero(request, "pagina", 1, 10**12)

    def get_previous_link(self) -> str | None:
        """As the others: DRF takes the parameter out of the link to the first page."""
        if not self.page.has_previous():
            return None
        return replace_query_param(self.request.build_absolute_uri(), "pagina", self.page.previous_page_number())


class Cursor(_PorPagina, pagination.CursorPagination):
    """`?cursor=` over a list ordered by primary key: a page costs the same however deep it lies, and no row is
    skipped or repeated while others are being written. `d<id>` goes on after that row, `a<id>` comes before it: the
    form is in the OpenAPI document, and clients keep it. DRF's own, in base 64, would hold offsets too, which no
    unique key needs.
    """

    parametro = _parametro(
        "cursor", "Opaque: taken from `siguiente` or `anterior`.", type="string", pattern="^[da][0-9]{1,18}$"
    )

    base_url: str

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return tuple(str(campo) for campo in queryset.query.order_by)

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        texto = request.query_params.get("cursor")
        if texto is None:
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
