"""The forms of the pages of counts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventario.dominio.texto import normalizar_codigo, validar_texto, validar_texto_largo
from inventario.paginas.filtros import FilaField
from inventario.paginas.formularios import CantidadField, ImporteField
from lotes.models import Almacen
from productos.models import Categoria, Producto

from ..forms import ClaveField
from .alcance import CLASES, Alcance
from .models import Conteo
from .numeros import HACE_MAXIMO
from .services import Apertura

PRODUCTOS_MAXIMOS = 100
LOTES_MAXIMOS = 1000
DE_CLASE = {"A": _("A: lo que más se consume"), "B": _("B"), "C": _("C: lo demás")}


class NotaForm(forms.Form):
    """Why; and the key by which the form is known again."""

    nota = forms.CharField(
        label=_("Nota"),
        max_length=500,
        required=False,
        validators=[validar_texto_largo],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    clave = ClaveField()


class AperturaForm(NotaForm):
    """What to count, and how. Nothing chosen is the whole warehouse."""

    almacen = FilaField(queryset=Almacen.objects.all(), label=_("Almacén"), empty_label=None)
    categoria = FilaField(
        queryset=Categoria.objects.all(), label=_("Categoría"), required=False, empty_label=_("Todas")
    )
    clases = forms.MultipleChoiceField(
        choices=list(DE_CLASE.items()),
        label=_("Por valor de consumo"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A son los productos que más valor consumen en un año (80 de cada 100), "
            "B los que siguen (15 de cada 100) y C los demás."
        ),
    )
    sin_contar = CantidadField(label=_("Sin contar desde hace (días)"), min_value=0, max_value=3650, required=False)
    skus = forms.CharField(
        label=_("Solo estos SKU"),
        max_length=4000,
        required=False,
        validators=[validar_texto],
        help_text=_("Separados por comas."),
    )
    lotes = forms.CharField(max_length=20_000, required=False, validators=[validar_texto], widget=forms.HiddenInput)
    a_ciegas = forms.BooleanField(
        label=_("A ciegas"),
        required=False,
        initial=True,
        help_text=_("Quien cuenta no ve lo que dice el sistema ni lo que contaron los demás."),
    )
    umbral_unidades = CantidadField(
        label=_("Umbral en unidades"),
        min_value=0,
        help_text=_("Una diferencia mayor la cuenta otra persona, y la aprueba quien no la contó."),
    )
    umbral_valor = ImporteField(label=_("Umbral en valor"), min_value=0, max_digits=18, decimal_places=6)
    desempate = forms.ChoiceField(choices=Conteo.Desempate.choices, label=_("Si dos no coinciden"))

    field_order = (
        "almacen",
        "categoria",
        "clases",
        "sin_contar",
        "skus",
        "a_ciegas",
        "umbral_unidades",
        "umbral_valor",
    )

    def __init__(self, datos: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        de_casa = {
            "umbral_unidades": settings.CONTEO_UMBRAL_UNIDADES,
            "umbral_valor": Decimal(settings.CONTEO_UMBRAL_VALOR),
            "almacen": Almacen.objects.filter(predeterminado=True).first(),
        }
        super().__init__(datos, initial=de_casa | (initial or {}))

    def clean_skus(self) -> list[int]:
        """The products of those SKUs."""
        skus = {normalizar_codigo(x) for x in self.cleaned_data["skus"].split(",") if x.strip()}
        if len(skus) > PRODUCTOS_MAXIMOS:
            raise ValidationError(_("Como máximo %(n)s."), params={"n": PRODUCTOS_MAXIMOS})
        hallados = dict(Producto.objects.filter(sku__in=skus).values_list("sku", "pk"))
        if faltan := sorted(skus - hallados.keys()):
            raise ValidationError(_("No existe: %(skus)s."), params={"skus": ", ".join(faltan[:5])})
        return list(hallados.values())

    def clean_lotes(self) -> list[int]:
        ids = [x for x in self.cleaned_data["lotes"].split(",") if x]
        if len(ids) > LOTES_MAXIMOS or not all(x.isascii() and x.isdigit() and len(x) < 19 for x in ids):
            raise ValidationError(_("La selección no es válida."))
        return [int(x) for x in ids]

    def apertura(self, **sello: Any) -> Apertura:
        d = self.cleaned_data
        alcance = Alcance(
            categoria=d["categoria"] and d["categoria"].pk,
            productos=d["skus"],
            lotes=d["lotes"],
            clases=[c for c in CLASES if c in d["clases"]],
            sin_contar=d["sin_contar"],
        )
        como = {c: d[c] for c in ("a_ciegas", "umbral_unidades", "umbral_valor", "desempate", "nota")}
        return Apertura(almacen=d["almacen"].pk, alcance=alcance, **como, **sello)


class NumeroForm(forms.Form):
    """What was counted of the lot that a code or a click names, and how many seconds ago."""

    codigo = forms.CharField(label=_("Lote o producto"), max_length=500, required=False, strip=False)
    lote = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    cantidad = CantidadField(label=_("Contado"), min_value=0)
    hace = forms.IntegerField(required=False, min_value=0, max_value=HACE_MAXIMO // 2, widget=forms.HiddenInput)
    minutos = CantidadField(
        label=_("Se contó hace (minutos)"),
        min_value=0,
        max_value=HACE_MAXIMO // 60 // 2,
        required=False,
        help_text=_("De una hoja de papel: lo que se movió desde entonces se respeta."),
    )
    clave = ClaveField()

    field_order = ("codigo", "lote", "cantidad", "minutos")

    @property
    def edad(self) -> int | None:
        """How many seconds ago it was counted."""
        d = self.cleaned_data
        return (d["minutos"] or 0) * 60 + (d["hace"] or 0) or None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codigo"].widget.attrs |= {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "autofocus": True,
            "enterkeyhint": "next",
        }
        self.fields["cantidad"].widget.attrs |= {"enterkeyhint": "send"}

    def clean(self) -> dict[str, Any]:
        datos = super().clean() or {}
        if not datos.get("lote") and not (datos.get("codigo") or "").strip():
            self.add_error("codigo", _("Escanee o escriba un lote."))
        return datos
