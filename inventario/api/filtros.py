"""What a list is asked in its query string, read strictly."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import CharFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


class FiltroEstricto(DjangoFilterBackend):
    """The view's FilterSet. A parameter that is unknown, repeated, empty or not understood is 400: django-filter would
    ignore the first three. A page's form leaves fields blank; a program that does has forgotten something, unless it is
    a text to look for.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filtro = self.get_filterset(request, queryset, view)
        de_pagina = {p["name"] for p in view.paginator.get_schema_operation_parameters(view)}
        conocidos = {*filtro.filters, *de_pagina}
        errores = {n: [_("Parámetro desconocido.")] for n in request.query_params if n not in conocidos}
        for nombre, valores in request.query_params.lists():
            if len(valores) > 1:
                errores[nombre] = [_("Viene repetido.")]
            elif valores == [""] and nombre != "cursor" and not isinstance(filtro.filters.get(nombre), CharFilter):
                errores[nombre] = [_("Viene vacío.")]
        if not filtro.is_valid():
            errores |= filtro.errors
        if errores:
            raise ValidationError(errores)
        return filtro.qs
