from django import forms
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import validar_fecha
from inventario.dominio.texto import validar_texto_largo
from inventario.paginas.formularios import FechaInput


class NotaForm(forms.Form):
    """Why a lot is changed, in the page and in the admin."""

    nota = forms.CharField(
        label=_("Motivo del cambio"),
        max_length=500,
        validators=[validar_texto_largo],
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("Queda en la historia del lote, con su nombre y la hora."),
    )


class CaducidadForm(NotaForm):
    fecha_caducidad = forms.DateField(label=_("Nueva caducidad"), validators=[validar_fecha], widget=FechaInput)

    field_order = ("fecha_caducidad", "nota")
