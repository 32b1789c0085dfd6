"""What the admin pages of every app share."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ..dominio.campos import entero_ascii


def acceso(request: HttpRequest) -> HttpResponse:
    """Send to the common login, which has the limit of attempts and the second factor. The admin has no login of its own."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


acceso.login_required = False


class SelectorSeguro(AutocompleteSelect):
    """Leave out choices that are no id: Django would look them up and fail. The form refuses them anyway."""

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list:
        return super().optgroups(name, [v for v in value if entero_ascii(str(v)) is not None], attr)


class ConSelector:
    """A ModelAdmin with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SelectorSeguro(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SoloLectura:
    """For history, balances and alerts: nobody changes them here, not even a superuser."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
