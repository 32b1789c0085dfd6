"""The filters every list shares. A value that is not understood is an error of the form, never ignored."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..dominio.campos import entero_ascii, validar_fecha
from ..plataforma.busqueda import que_contiene

BUSQUEDA_MAXIMA = 100
TRIGRAMA = 3  # a shorter text has no trigram to be found by
_FECHA = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Orden(NamedTuple):
    """One way to order a list: what people read and the fields, to which the primary key is added."""

    etiqueta: str | Promise
    campos: Sequence[str | OrderBy]


POR_NOMBRE = {"nombre": Orden(_("Nombre"), ["nombre"]), "-nombre": Orden(_("Nombre, al revés"), ["-nombre"])}
POR_CODIGO = {"codigo": Orden(_("Código"), ["codigo"]), "-codigo": Orden(_("Código, al revés"), ["-codigo"])}


def por_cada(nombre: str, titulo: str | Promise, campo: str = "") -> dict[str, Orden]:
    """Both ways of an order that only heads of columns ask for: no select shows its words. What is empty comes last."""
    columna = F(campo or nombre)
    return {
        nombre: Orden(titulo, [columna.asc(nulls_last=True)]),
        f"-{nombre}": Orden(titulo, [columna.desc(nulls_last=True)]),
    }


class OrdenFilter(django_filters.ChoiceFilter):
    """`orden` from a listed set, the first one by default. Ties are broken by primary key."""

    parent: django_filters.FilterSet

    def __init__(self, ordenes: Mapping[str, Orden]) -> None:
        self.ordenes = ordenes
        # No empty choice: the first order is the one in force when none is asked.
        super().__init__(
            label=_("Orden"), empty_label=None, choices=[(valor, o.etiqueta) for valor, o in ordenes.items()]
        )

    def filter(self, qs: QuerySet, value: str | None) -> QuerySet:
        clave = value or next(iter(self.ordenes))
        campos = list(self.ordenes[clave].campos)
        if (
            len(self.parent.form.cleaned_data.get("buscar") or "") >= TRIGRAMA
            and connections[qs.db].vendor == "postgresql"
        ):
            campos[0] = _sin_indice(campos[0])
        return qs.order_by(*campos, "-pk" if clave.startswith("-") else "pk")


def _sin_indice(campo: str | OrderBy) -> OrderBy:
    """The same order, as an expression that no index has. With an index on it PostgreSQL would read the table in that order
    until enough rows match, which may be all of it, rather than find them by their trigrams and sort them.
    """
    orden = campo if isinstance(campo, OrderBy) else OrderBy(F(campo.lstrip("-")), descending=campo.startswith("-"))
    return OrderBy(Coalesce(orden.expression, orden.expression), orden.descending, orden.nulls_first, orden.nulls_last)


class IdField(forms.IntegerField):
    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values and entero_ascii(str(value)) is None:
            raise ValidationError(_("Debe ser un identificador."), code="invalid")
        return super().to_python(value)


class IdFilter(django_filters.NumberFilter):
    """A primary key; one that does not exist finds nothing, without a query to tell."""

    field_class = IdField  # type: ignore[assignment]  # it may be any field

    def get_max_validator(self) -> None:
        return None


class FilaField(django_filters.fields.ModelChoiceField):
    """A row of a small catalogue, by its id in ASCII digits only (int() would take others)."""

    def to_python(self, value: Any) -> Any:
        es_numero = self.to_field_name in (None, "pk")
        if value not in self.empty_values and es_numero and isinstance(value, str) and entero_ascii(value) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        if isinstance(value, str) and "\x00" in value:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": ""})
        return super().to_python(value)


class FilaFilter(django_filters.ModelChoiceFilter):
    field_class = FilaField


class FechaField(forms.DateField):
    """AAAA-MM-DD, exactly, between 2000 and 2100."""

    default_validators = [validar_fecha]
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value and not _FECHA.fullmatch(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class FechaFilter(django_filters.Filter):
    field_class = FechaField  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class SiNoFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`. (django-filter's own boolean ignores what it does not understand.)"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        opciones = [("", _("Todos")), ("true", _("Sí")), ("false", _("No"))]
        super().__init__(*args, choices=opciones, coerce=lambda v: v == "true", **kwargs)


class BuscarInput(forms.TextInput):
    input_type = "search"


class TextoFilter(django_filters.CharFilter):
    """Every word that was typed is in one of `campos`, whatever its case and accents. No NUL."""

    def __init__(self, *campos: str, **kwargs: Any) -> None:
        super().__init__(**{"max_length": BUSQUEDA_MAXIMA} | kwargs)
        self.campos = campos

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(que_contiene(value, *self.campos)) if value else qs


class BuscarFilter(TextoFilter):
    """`buscar`: at most 100 characters."""

    def __init__(self, *campos: str, **kwargs: Any) -> None:
        super().__init__(*campos, label=_("Buscar"), widget=BuscarInput, **kwargs)


class ListaFilterSet(django_filters.FilterSet):
    """Base of every list's filters. `hoy` is the date on which they are judged.

    Call `is_valid()` first: `qs` of an invalid one is the whole list.
    """

    base_filters: ClassVar[dict[str, Any]]  # made by the metaclass

    def __init__(self, data: Any = None, queryset: Any = None, *, hoy: date | None = None, **kwargs: Any) -> None:
        self.hoy = hoy or timezone.localdate()
        super().__init__(data, queryset, **kwargs)
