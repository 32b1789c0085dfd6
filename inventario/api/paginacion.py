"""Pages with a total, and cursors without one."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from inventario.plataforma.conteo import contar

POR_PAGINA = 50
POR_PAGINA_MAXIMO = 500
_CURSOR = re.compile(r"([da])([0-9]{1,18})")


def _entero(request: Request, nombre: str, por_omision: int, maximo: int) -> int:
    texto = request.query_params.get(nombre)
    if texto is None:
        return por_omision
    if not re.fullmatch(r"[0-9]{1,18}", texto) or not 1 <= int(texto) <= maximo:
        raise ValidationError({nombre: [_("Debe ser un entero entre 1 y %(max)s.") % {"max": maximo}]})
    return int(texto)


def _parametro(nombre: str, esquema: dict[str, Any], descripcion: str) -> dict[str, Any]:
    return {"name": nombre, "in": "query", "required": False, "schema": esquema, "description": descripcion}


def _esquema(resultados: Any, con_total: bool) -> dict[str, Any]:
    enlace = {"type": "string", "format": "uri", "nullable": True}
    total = {"total": {"type": "integer", "minimum": 0}} if con_total else {}
    propiedades = {**total, "siguiente": enlace, "anterior": enlace, "resultados": resultados}
    return {"type": "object", "required": list(propiedades), "properties": propiedades}


POR_PAGINA_ESQUEMA = _parametro(
    "por_pagina",
    {"type": "integer", "minimum": 1, "maximum": POR_PAGINA_MAXIMO, "default": POR_PAGINA},
    "Rows per page.",
)


class Paginas(BasePagination):
    """`?pagina=`, `?por_pagina=`. A page beyond the end is 404, but for the first one of an empty list."""

    parametros = ("pagina", "por_pagina")

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.por_pagina = _entero(request, "por_pagina", POR_PAGINA, POR_PAGINA_MAXIMO)
        self.pagina = _entero(request, "pagina", 1, 10**12)
        self.total = contar(queryset)
        desde = (self.pagina - 1) * self.por_pagina
        filas = list(queryset[desde : desde + self.por_pagina])
        if self.pagina > 1 and not filas:
            raise NotFound(_("Esa página no existe."))
        return filas

    def _enlace(self, pagina: int, existe: bool) -> str | None:
        return replace_query_param(self.request.build_absolute_uri(), "pagina", pagina) if existe else None

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "total": self.total,
                "siguiente": self._enlace(self.pagina + 1, self.pagina * self.por_pagina < self.total),
                "anterior": self._enlace(self.pagina - 1, self.pagina > 1),
                "resultados": data,
            }
        )

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return _esquema(schema, con_total=True)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        pagina = {"type": "integer", "minimum": 1, "default": 1}
        return [_parametro("pagina", pagina, "Page; one beyond the end is 404."), POR_PAGINA_ESQUEMA]


class Cursor(BasePagination):
    """`?cursor=` over a list ordered by primary key: a page costs the same however deep it lies, and no row is
    skipped or repeated while others are being written. `d<id>` goes on after that row, `a<id>` comes before it.
    """

    parametros = ("cursor", "por_pagina")

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        por_pagina = _entero(request, "por_pagina", POR_PAGINA, POR_PAGINA_MAXIMO)
        texto = request.query_params.get("cursor")
        sentido, pk = self._leer(texto)
        descendente = queryset.query.order_by[-1] == "-pk"
        if pk is not None:
            menor = descendente == (sentido == "d")
            queryset = queryset.filter(**{"pk__lt" if menor else "pk__gt": pk})
        if sentido == "a":
            queryset = queryset.order_by("pk" if descendente else "-pk")
        filas = list(queryset[: por_pagina + 1])
        hay_mas, filas = len(filas) > por_pagina, filas[:por_pagina]
        if sentido == "a":
            filas.reverse()
        self.siguiente = f"d{filas[-1].pk}" if filas and (hay_mas or sentido == "a") else None
        self.anterior = f"a{filas[0].pk}" if filas and (hay_mas if sentido == "a" else pk is not None) else None
        return filas

    def _leer(self, texto: str | None) -> tuple[str, int | None]:
        if texto is None:
            return "d", None
        m = _CURSOR.fullmatch(texto)
        if m is None or not texto.isascii():
            raise ValidationError({"cursor": [_("No es un cursor de esta lista.")]})
        return m[1], int(m[2])

    def _enlace(self, cursor: str | None) -> str | None:
        return cursor and replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"siguiente": self._enlace(self.siguiente), "anterior": self._enlace(self.anterior), "resultados": data}
        )

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return _esquema(schema, con_total=False)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor = {"type": "string", "pattern": "^[da][0-9]{1,18}$"}
        return [_parametro("cursor", cursor, "Opaque: taken from `siguiente` or `anterior`."), POR_PAGINA_ESQUEMA]
