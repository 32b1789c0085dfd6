"""The admin of people, their API keys and what is remembered of them."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.admin import StaticDeviceAdmin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDeviceAdmin
from django_otp.plugins.otp_totp.models import TOTPDevice

from ..paginas.admin import ConSelector, Escritura, SoloLectura
from .alcance import gestionables, otorgables, permisos_otorgables
from .models import Auditoria, Token, Usuario


class ConAlcance(admin.ModelAdmin):
    """Rows that nobody changes or deletes who could gain by it (cuentas.alcance). `alcance`: those of some rows within reach."""

    alcance: Callable[[Any, QuerySet], QuerySet]

    def _alcanza(self, request: HttpRequest, obj: Model | None) -> bool:
        filas = self.model._default_manager.filter(pk=obj.pk if obj else None)
        return obj is None or type(self).alcance(request.user, filas).exists()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._alcanza(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._alcanza(request, obj)

    def get_deleted_objects(
        self, objs: Sequence[Model] | QuerySet, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        if not all(self._alcanza(request, o) for o in objs):
            return [], {}, {str(self.opts.verbose_name)}, []
        return super().get_deleted_objects(objs, request)


class DeUnUsuario(ConAlcance):
    """Keys and second factors: of those whom `request.user` may manage; the others are not even there."""

    @staticmethod
    def alcance(actor: Any, filas: QuerySet) -> QuerySet:
        return gestionables(actor, filas, "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return type(self).alcance(request.user, super().get_queryset(request))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "user":
            kwargs["queryset"] = gestionables(request.user, Usuario.objects.filter(is_active=True))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Usuario)
class UsuarioAdmin(Escritura, ConAlcance, UserAdmin):
    alcance = staticmethod(gestionables)
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "groups", "recibe_resumen")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Preferencias"), {"fields": ("idioma", "tema", "recibe_resumen")}))

    @admin.display(description=_("roles"))
    def roles(self, obj: Usuario) -> str:
        return ", ".join(g.name for g in obj.groups.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Usuario]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Usuario | None = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("is_superuser", "user_permissions")

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: Any = None, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        if db_field.name == "groups":
            kwargs["queryset"] = otorgables(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Usuario, form: ModelForm, change: bool) -> None:
        """Say what an access that ends takes along, and that what comes back does not bring it."""
        tokens = obj.auth_token_set.count() if change else 0
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and change:
            if obj.is_active:
                texto = _(
                    "%(usuario)s vuelve a entrar. Sus tokens y sesiones de antes no sirven: hágale otros si los necesita."
                )
            else:
                texto = _(
                    "%(usuario)s ya no entra: sus sesiones y sus tokens (%(n)s) terminaron, y no volverán si lo reactiva."
                )
            self.message_user(request, texto % {"usuario": obj, "n": tokens}, messages.WARNING)


admin.site.unregister(Group)


@admin.register(Group)
class PapelAdmin(ConAlcance, GroupAdmin):
    alcance = staticmethod(otorgables)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: Any = None, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        if db_field.name == "permissions":
            kwargs["queryset"] = permisos_otorgables(request.user).select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister([TOTPDevice, StaticDevice])


@admin.register(TOTPDevice)
class FactorAdmin(DeUnUsuario, TOTPDeviceAdmin):
    """The device of a user's second factor."""


@admin.register(StaticDevice)
class RecuperacionAdmin(DeUnUsuario, StaticDeviceAdmin):
    """The recovery codes of a user."""


@admin.register(Token)
class TokenAdmin(DeUnUsuario, ConSelector):
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

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
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
