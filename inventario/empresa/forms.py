from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from . import logo
from .models import Empresa


class EmpresaForm(forms.ModelForm):
    archivo = forms.FileField(
        label=_("Logotipo"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG o JPEG de hasta 200 kB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    quitar = forms.BooleanField(label=_("Quitar el logotipo"), required=False)

    class Meta:
        model = Empresa
        fields = ("nombre", "identificacion", "direccion", "contacto", "moneda")
        widgets = {"direccion": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nombre"].required = True
        self.fields["moneda"].widget.attrs["placeholder"] = Empresa().moneda_en_uso
        if not self.instance.logo_tipo:
            del self.fields["quitar"]

    def clean_moneda(self) -> str:
        return self.cleaned_data["moneda"].strip().upper()

    def clean_archivo(self) -> UploadedFile | None:
        archivo = self.cleaned_data["archivo"]
        if archivo:
            archivo.seek(0)  # the form may be judged twice
            datos = archivo.read(logo.BYTES + 1)
            self.instance.logo_tipo, self.instance.logo = logo.tipo(datos), datos
        return archivo

    def save(self, commit: bool = True) -> Empresa:
        if self.cleaned_data.get("quitar") and not self.cleaned_data["archivo"]:
            self.instance.logo, self.instance.logo_tipo = None, ""
        return super().save(commit)
