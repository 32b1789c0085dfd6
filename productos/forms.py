from django import forms

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
        widgets = {"descripcion": forms.Textarea(attrs={"rows": 3})}
