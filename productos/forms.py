from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventario.paginas.filtros import FilaField
from inventario.paginas.formularios import CantidadField

from .models import Empaque, Producto


class ProductoForm(forms.ModelForm):
    class Meta:
        model = Producto
        fields = (
            "sku",
            "nombre",
            "gtin",
            "categoria",
            "unidad",
            "descripcion",
            "stock_minimo",
            "stock_maximo",
            "controla_caducidad",
            "dias_aviso",
            "vida_minima_despacho",
            "activo",
        )
        field_classes = dict.fromkeys(
            ("stock_minimo", "stock_maximo", "dias_aviso", "vida_minima_despacho"), CantidadField
        )
        help_texts = {
            "activo": _("Inactivo ya no se compra: no admite entradas ni tiene mínimo, y lo que queda puede salir."),
        }
        widgets = {"descripcion": forms.Textarea(attrs={"rows": 3})}


class EmpaqueForm(forms.ModelForm):
    producto = FilaField(
        Producto.objects.all(),
        label=_("Producto"),
        to_field_name="sku",
        widget=forms.TextInput({"data-combo": reverse_lazy("productos:sugerencias"), "autocapitalize": "characters"}),
        help_text=_("Su SKU, o parte del nombre."),
    )

    class Meta:
        model = Empaque
        fields = ("producto", "nombre", "unidades", "gtin")
        field_classes = {"unidades": CantidadField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unidades"].widget.attrs["maxlength"] = "13"
        if self.instance.pk:
            self.initial["producto"] = self.instance.producto


class ProductoRapidoForm(forms.ModelForm):
    """What must be known to receive a product: the rest is written on its own page."""

    class Meta:
        model = Producto
        fields = ("sku", "nombre", "unidad", "gtin", "controla_caducidad")
