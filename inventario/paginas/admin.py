"""What the admin pages of every app share."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ..dominio.campos import entero_ascii


def acceso(request: HttpRequest) -> HttpResponse:
    """The admin has no login of its own: one door for the password, its limit of attempts and the second factor."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


acceso.login_required = False


class SelectorSeguro(AutocompleteSelect):
    """Django looks up whatever came back as the choice, and fails on what is no id (its form says so by itself)."""

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list:
        return super().optgroups(name, [v for v in value if entero_ascii(str(v)) is not None], attr)


class ConSelector:
    """A ModelAdmin with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SelectorSeguro(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SoloLectura:
    """History, balances and alerts: seen by whoever may see them, touched by nobody, superusers included."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
