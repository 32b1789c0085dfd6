"""What the admin pages of every app share."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import (
    DecimalField,
    Field,
    ForeignKey,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
)
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ..dominio.campos import entero_ascii
from ..dominio.transacciones import atomica, bloquear, insistir
from ..dominio.vida import ConHistoria, dependientes
from .formularios import CantidadField, ImporteField

NOMBRADOS = 20  # of the rows that others depend on


@login_not_required
def acceso(request: HttpRequest) -> HttpResponse:
    """Send to the common login, which has the limit of attempts and the second factor. The admin has no login of its own."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class Escritura(admin.ModelAdmin):
    """A ModelAdmin that writes as every door does: it locks what it changes before it reads it (`bloquear`), in one
    transaction that is tried again when the database asks; what somebody else wrote meanwhile is an error of the form, and
    a row that came into use stays. Without `list_editable`, which would write rows that nobody locked.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _en_una(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _en_una(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The other actions are services, with transactions of their own."""
        if "delete_selected" in request.POST.getlist("action"):
            return _en_una(super().changelist_view, request, *args, **kwargs)
        return super().changelist_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        fila = super().get_object(request, *args, **kwargs)
        if fila is not None and request.method == "POST":
            self.bloquear(request, fila)
            fila = super().get_object(request, *args, **kwargs)
        return fila

    def bloquear(self, request: HttpRequest, fila: Any) -> None:
        bloquear(self.model, [fila.pk])

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Why a row stays, by counts and first names: Django would read, and write out, everything that hangs from it."""
        impiden = (f"{fila} ← {d}" for fila in objs for d in dependientes(fila))
        if protegidos := list(islice(impiden, NOMBRADOS)):
            return [], {}, set(), protegidos
        return super().get_deleted_objects(objs, request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """One by one, since a model's `delete` may refuse."""
        bloquear(self.model, list(queryset.values_list("pk", flat=True)))
        for fila in queryset:
            fila.delete()


def _en_una(vista: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method != "POST":
        return vista(request, *args, **kwargs)
    return insistir(atomica(vista), request, *args, **kwargs)


# Of a ModelAdmin's `formfield_overrides`: numbers are read there as on every page.
NUMEROS: dict[type[Field], dict[str, Any]] = {
    PositiveIntegerField: {"form_class": CantidadField},
    PositiveSmallIntegerField: {"form_class": CantidadField},
    DecimalField: {"form_class": ImporteField},
}


class SelectorSeguro(AutocompleteSelect):
    """Leave out choices that are no id: Django would look them up and fail. The form refuses them anyway."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> list:
        return super().optgroups(name, [v for v in value if entero_ascii(str(v)) is not None], attr)


class ConSelector(Escritura):
    """One with `autocomplete_fields`."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SelectorSeguro(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DeHistoria(Escritura):
    """Of a model whose rows have history: what can no longer change is shown as text."""

    def get_readonly_fields(self, request: HttpRequest, obj: ConHistoria | None = None) -> tuple[str, ...]:
        siempre: Iterable[str] = super().get_readonly_fields(request, obj)
        return (*siempre, *(campo for campo in obj.fijos() if campo not in siempre)) if obj else (*siempre,)


class SoloLectura:
    """For history, balances and alerts: nobody changes them here, not even a superuser."""

    actions: Any = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
