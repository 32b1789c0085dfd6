"""The admin of people, their API keys and what is remembered of them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..paginas.admin import ConSelector, Escritura, SoloLectura
from .models import Auditoria, Token, Usuario


def _alcanzables(usuarios: QuerySet[Usuario], request: HttpRequest) -> QuerySet[Usuario]:
    """The users that `request.user` may administer: only a superuser may touch superusers and their keys."""
    return usuarios if request.user.is_superuser else usuarios.filter(is_superuser=False)


@admin.register(Usuario)
class UsuarioAdmin(Escritura, UserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "groups", "recibe_resumen")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Preferencias"), {"fields": ("idioma", "tema", "recibe_resumen")}))

    @admin.display(description=_("roles"))
    def roles(self, obj: Usuario) -> str:
        return ", ".join(g.name for g in obj.groups.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Usuario]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Usuario | None = None) -> tuple[str, ...]:
        # Otherwise a user who is not a superuser could make himself one.
        return () if request.user.is_superuser else ("is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Usuario | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._alcanza(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Usuario | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._alcanza(request, obj)

    def _alcanza(self, request: HttpRequest, obj: Usuario | None) -> bool:
        return obj is None or request.user.is_superuser or not obj.is_superuser

    def get_deleted_objects(
        self, objs: Sequence[Usuario] | QuerySet[Usuario], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        if not request.user.is_superuser and any(o.is_superuser for o in objs):
            return [], {}, {str(self.opts.verbose_name)}, []
        return super().get_deleted_objects(objs, request)


@admin.register(Token)
class TokenAdmin(ConSelector):
    """A key is shown once, when it is made; afterwards it can only be revoked."""

    list_display = ("nombre", "user", "token_key", "created", "expiry", "vigente")
    list_filter = ("expiry",)
    list_select_related = ("user",)
    search_fields = ("nombre", "token_key", "user__username")
    autocomplete_fields = ("user",)
    fields = ("nombre", "user", "expiry")

    @admin.display(description=_("vigente"), boolean=True)
    def vigente(self, obj: Token) -> bool:
        return obj.user.is_active and (obj.expiry is None or obj.expiry > timezone.now())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        tokens = super().get_queryset(request)
        return tokens if request.user.is_superuser else tokens.filter(user__is_superuser=False)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "user":
            kwargs["queryset"] = _alcanzables(Usuario.objects.filter(is_active=True), request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Token, form: ModelForm, change: bool) -> None:
        plazo = None if obj.expiry is None else obj.expiry - timezone.now()
        creado, clave = Token.objects.create(user=obj.user, expiry=plazo, nombre=obj.nombre)
        obj.pk, obj.token_key, obj.created, obj.expiry = creado.pk, creado.token_key, creado.created, creado.expiry
        mensaje = _("Esta es la clave; cópiela ahora, no se volverá a mostrar: %(clave)s") % {"clave": clave}
        self.message_user(request, mensaje, messages.WARNING)


@admin.register(Auditoria)
class AuditoriaAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("en", "suceso", "usuario", "direccion", "objeto", "objeto_id", "descripcion")
    list_filter = ("suceso", "objeto", "en")
    search_fields = ("usuario", "descripcion", "objeto_id", "direccion", "id_solicitud")
