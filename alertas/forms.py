from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventario.dominio.texto import validar_texto_largo
from inventario.paginas.filtros import FechaField
from inventario.paginas.formularios import FechaInput, IdsField, LeeFecha

IDS_MAXIMOS = 1000
DIAS_ADELANTE = 366


class ReconocerForm(forms.Form):
    alerta = IdsField(maximo=IDS_MAXIMOS, ninguna=_("Marque al menos una alerta."))
    nota = forms.CharField(
        label=_("Nota"),
        required=False,
        max_length=500,
        validators=[validar_texto_largo],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Opcional: qué se está haciendo."),
    )


class PosponerForm(ReconocerForm):
    hasta = LeeFecha(label=_("Posponer hasta"), widget=FechaInput(attrs={"autofocus": True}))

    field_order = ("hasta", "nota", "alerta")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hoy = timezone.localdate()
        self.fields["hasta"].initial = hoy + timedelta(days=7)
        limites = {
            "min": (hoy + timedelta(days=1)).isoformat(),
            "max": (hoy + timedelta(days=DIAS_ADELANTE)).isoformat(),
        }
        self.fields["hasta"].widget.attrs |= limites


class DiaForm(forms.Form):
    """The day on which the list looks: today, or one to come."""

    al = FechaField(label=_("Al día"), required=False, widget=FechaInput, input_formats=["%Y-%m-%d"])

    def clean_al(self) -> date:
        hoy = timezone.localdate()
        al = self.cleaned_data["al"] or hoy
        if not hoy <= al <= hoy + timedelta(days=DIAS_ADELANTE):
            raise forms.ValidationError(_("Elija una fecha entre hoy y dentro de un año."))
        return al
