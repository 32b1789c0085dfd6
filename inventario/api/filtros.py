"""What a list is asked in its query string, read strictly."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters import CharFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def errores_de_forma(parametros: QueryDict, conocidos: Collection[str], *, de_texto: Collection[str] = ()) -> dict:
    """Parameters that are unknown, repeated or empty, with what is wrong. A page's form leaves fields blank; a program
    that does has forgotten something, unless the parameter is a text to look for (`de_texto`).
    """
    errores = {n: [_("Parámetro desconocido.")] for n in parametros if n not in conocidos}
    for nombre, valores in parametros.lists():
        if len(valores) > 1:
            errores[nombre] = [_("Viene repetido.")]
        elif valores == [""] and nombre not in de_texto:
            errores[nombre] = [_("Viene vacío.")]
    return errores


class FiltroEstricto(DjangoFilterBackend):
    """The view's FilterSet, where django-filter would ignore a parameter that it does not know."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filtro = self.get_filterset(request, queryset, view)
        de_pagina = {p["name"] for p in view.paginator.get_schema_operation_parameters(view)}
        de_texto = {nombre for nombre, f in filtro.filters.items() if isinstance(f, CharFilter)}
        errores = errores_de_forma(request.query_params, {*filtro.filters, *de_pagina}, de_texto=de_texto)
        if not filtro.is_valid():
            errores |= filtro.errors
        if errores:
            raise ValidationError(errores)
        return filtro.qs
