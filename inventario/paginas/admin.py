"""What the admin pages of every app share."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ..dominio.campos import entero_ascii


@login_not_required
def acceso(request: HttpRequest) -> HttpResponse:
    """Send to the common login, which has the limit of attempts and the second factor. The admin has no login of its own."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class SelectorSeguro(AutocompleteSelect):
    """Leave out choices that are no id: Django would look them up and fail. The form refuses them anyway."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> list:
        return super().optgroups(name, [v for v in value if entero_ascii(str(v)) is not None], attr)


class ConSelector(admin.ModelAdmin):
    """A ModelAdmin with `autocomplete_fields`."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SelectorSeguro(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


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
