from django import forms
from django.utils.translation import gettext_lazy as _

from inventario.dominio.texto import validar_texto_largo
from inventario.paginas.formularios import EnsenaElMes, LeeFecha


class NotaForm(forms.Form):
    """Why a lot is changed, in the page and in the admin."""

    nota = forms.CharField(
        label=_("Motivo del cambio"),
        max_length=500,
        validators=[validar_texto_largo],
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("Queda en la historia del lote, con su nombre y la hora."),
    )


class CaducidadForm(EnsenaElMes, NotaForm):
    fecha_caducidad = LeeFecha(label=_("Nueva caducidad"), mes=True)

    field_order = ("fecha_caducidad", "nota")
