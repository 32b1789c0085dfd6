"""What the forms of every page share: strict controls, and where a refusal is shown."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..dominio.campos import CANTIDAD_MAXIMA, entero_ascii
from ..dominio.exceptions import DatosInvalidos, ErrorDeDominio

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FechaInput(forms.DateInput):
    """The browser's own date picker; it only takes AAAA-MM-DD, whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class CantidadField(forms.IntegerField):
    """Base units, ASCII digits only: int() would take "٥", " 5 " or "1_000".

    A text control with a numeric keyboard: the mouse wheel changes a number control unnoticed.
    """

    widget = forms.TextInput

    def __init__(self, *, min_value: int = 1, max_value: int = CANTIDAD_MAXIMA, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10"}

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip() and entero_ascii(value.strip()) is None:
            raise forms.ValidationError(_("Escriba un número entero, sin puntos ni comas."), code="invalid")
        return super().to_python(value)


class IdsField(forms.TypedMultipleChoiceField):
    """The ids of the rows that were ticked. The service checks whether it may act on them."""

    def __init__(self, *, maximo: int, ninguna: "StrOrPromise") -> None:
        super().__init__(coerce=int, error_messages={"required": ninguna})
        self.maximo = maximo

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(value) > self.maximo or any(entero_ascii(v) is None for v in value):
            raise forms.ValidationError(_("La selección no es válida."), code="invalid")


def poner_errores(formulario: forms.BaseForm, error: DatosInvalidos | ErrorDeDominio) -> int:
    """Put what a service refused beside its field (or on top), and return the status: 422 as written, 409 as asked."""
    if isinstance(error, ErrorDeDominio):
        formulario.add_error(None, str(error))
        return 409
    for campo, mensajes in error.errores.items():
        formulario.add_error(campo if campo in formulario.fields else None, mensajes)
    return 422
