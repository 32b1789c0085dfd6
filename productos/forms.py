from django import forms
from django.utils.translation import gettext_lazy as _

from inventario.paginas.formularios import CantidadField

from .models import Producto


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
