from django import forms
from django.utils.translation import gettext_lazy as _


class CodigoForm(forms.Form):
    codigo = forms.CharField(
        label=_("Código"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )
