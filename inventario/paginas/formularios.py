"""What the forms of every page share: strict controls, and where a refusal is shown."""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from ..dominio import region
from ..dominio.campos import CANTIDAD_MAXIMA, entero_ascii, validar_fecha
from ..dominio.exceptions import DatosInvalidos, ErrorDeDominio
from .fragmentos import pide_fragmento

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LeeFecha(forms.DateField):
    """A day as the region writes it, or AAAA-MM-DD. With `mes`, a month stands for its last day, once that was seen."""

    default_validators = [validar_fecha]

    def __init__(self, *, mes: bool = False, **kwargs: Any) -> None:
        super().__init__(**{"widget": CaducidadInput if mes else FechaInput} | kwargs)
        self.mes = mes

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        dia, es_mes = region.leer_fecha(value)
        if not es_mes:
            return dia
        if not self.mes:
            raise forms.ValidationError(_("Falta el día."), code="invalid")
        mensaje = _("Se entiende %(dia)s, el último día del mes. Compruébelo y confirme de nuevo.")
        raise forms.ValidationError(mensaje, code="mes", params={"dia": region.decir(dia)})


class EnsenaElMes(forms.Form):
    """A form that writes in its field the day for which a month was taken, so that it is seen before a second yes."""

    def full_clean(self) -> None:
        super().full_clean()
        for campo, errores in self.errors.as_data().items():
            for error in errores:
                if error.code == "mes" and error.params:
                    self.data = datos = cast(QueryDict, self.data).copy()
                    datos[self.add_prefix(campo)] = error.params["dia"]


class FechaInput(forms.DateInput):
    """The browser's own date picker; it only takes AAAA-MM-DD, whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class CaducidadInput(forms.DateInput):
    """A day to type as a pack prints it: the browser's own picker would not take a month."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        modelo = _("dd/mm/aaaa") if region.partes()[2] == "dma" else _("mm/dd/aaaa")
        return super().get_context(name, value, {"placeholder": modelo} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return region.decir(value) if isinstance(value, date) else value


class ImporteField(forms.DecimalField):
    """A number that may have decimals, written as the region does."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stub takes DecimalField for one of integers
        return super().to_python(region.leer_numero(value) if isinstance(value, str) and value.strip() else value)

    def prepare_value(self, value: Any) -> Any:
        return region.escribir(value.normalize()) if isinstance(value, Decimal) else value


class CantidadField(forms.IntegerField):
    """Base units, ASCII digits only (int() would take "٥" or "1_000"), with thousands apart as the pages write them or not.

    A text control with a numeric keyboard: the mouse wheel changes a number control unnoticed.
    """

    widget = forms.TextInput

    def __init__(self, *, min_value: int = 1, max_value: int = CANTIDAD_MAXIMA, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)
        # Room for a code that is scanned here, which escaner.js takes to its line.
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip() and entero_ascii(value.strip()) is None:
            numero = region.leer_numero(value, entero=True)
            if numero != numero.to_integral_value() or "." in str(numero):
                raise forms.ValidationError(_("Escriba un número entero."), code="invalid")
            value = str(int(numero))
        return super().to_python(value)


class CuantoField(CantidadField):
    """A quantity that may be told in packs, in units in the end: `3×100`, or `3×100 + 20`. `x` and `*` are easier to type."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = "40"

    def to_python(self, value: Any) -> int | None:
        if not isinstance(value, str) or not re.search(r"[x×*+]", value, re.IGNORECASE):
            return super().to_python(value)
        return sum(cuantos * unidades for cuantos, unidades in self.partes(value))

    def partes(self, texto: str) -> list[tuple[int, int]]:
        """How many of how many units each; what is told in units is of one."""
        partes = []
        for termino in texto.split("+"):
            factores = [super(CuantoField, self).to_python(f.strip()) for f in re.split("[x×*]", termino.lower())]
            if len(factores) > 2 or None in factores:
                raise forms.ValidationError(_("Escriba la cantidad como 300, 3×100 o 3×100+20."), code="invalid")
            partes.append((factores[0] or 0, factores[1] or 0 if len(factores) > 1 else 1))
        return partes


class IdsField(forms.TypedMultipleChoiceField):
    """The ids of the rows that were ticked; a row that stands for several brings them in one value: "12-15". The service checks
    whether it may act on them.
    """

    def __init__(self, *, maximo: int, ninguna: "StrOrPromise") -> None:
        super().__init__(coerce=int, error_messages={"required": ninguna})
        self.maximo = maximo

    def to_python(self, value: Any) -> list[str]:
        return [pk for varios in super().to_python(value) for pk in varios.split("-")]

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


def negar_en_su_lugar(request: HttpRequest, formulario: forms.BaseForm, estado: int) -> None:
    """Raise what was refused when it was asked in place: said in a toast, for its page would be shown nowhere."""
    if estado != 200 and pide_fragmento(request):
        raise DatosInvalidos({campo: list(errores) for campo, errores in formulario.errors.items()})
