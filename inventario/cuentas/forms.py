"""The forms of one's own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from ..dominio.texto import validar_texto
from .models import Token, Usuario


class EntrarForm(AuthenticationForm):
    """Django's own: a subclass adds the second factor's field where there is one."""


class PreferenciasForm(forms.ModelForm):
    """Language, theme and mail. The digest needs an address to go to."""

    idioma = forms.ChoiceField(
        label=_("Idioma"), required=False, choices=[("", _("El del navegador")), *settings.LANGUAGES]
    )

    class Meta:
        model = Usuario
        fields = ["first_name", "last_name", "email", "idioma", "tema", "recibe_resumen"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        datos = self.cleaned_data
        if datos.get("recibe_resumen") and not datos.get("email"):
            self.add_error("email", _("Hace falta un correo para recibir el resumen."))
        return datos


class TokenForm(forms.ModelForm):
    """A new API token: what it is for, and how long it lives."""

    VIDAS = [(30, _("30 días")), (90, _("90 días")), (365, _("Un año")), (0, _("No caduca"))]

    nombre = forms.CharField(
        label=_("Nombre"), max_length=60, validators=[validar_texto], help_text=_("Para qué es: así lo reconocerá.")
    )
    dias = forms.TypedChoiceField(label=_("Caduca en"), choices=VIDAS, coerce=int, initial=90)

    class Meta:
        model = Token
        fields = ["nombre"]
