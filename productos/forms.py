from django import forms

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
        widgets = {"descripcion": forms.Textarea(attrs={"rows": 3})}
