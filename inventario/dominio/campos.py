"""Field types and validators every app shares. What text may be is said in `texto`."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BigIntegerField, F
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from .texto import (
    componer,
    normalizar_clave,
    normalizar_codigo,
    normalizar_gtin,
    normalizar_texto,
    validar_codigo,
    validar_texto,
    validar_texto_largo,
)

CANTIDAD_MAXIMA = 1_000_000_000  # of one line, in base units
ENTERO_MAXIMO = 10**18 - 1  # of what comes as text: as many digits as always fit a bigint
CLAVE_DE_IDEMPOTENCIA = "[A-Za-z0-9_-]{1,64}"
FECHA_MINIMA = date(2000, 1, 1)
FECHA_MAXIMA = date(2100, 12, 31)


def entero_ascii(texto: str, tope: int = ENTERO_MAXIMO) -> int | None:
    """The number that `texto` writes in at most eighteen ASCII digits and nothing else; None if not, or if over `tope`.

    int() would take "٥", " 5 ", "+5" and "1_000" too, and spend long on thousands of digits.
    """
    if not (texto.isascii() and texto.isdigit() and len(texto) <= len(str(ENTERO_MAXIMO))):
        return None
    numero = int(texto)
    return numero if numero <= tope else None


def validar_fecha(valor: date) -> None:
    """Refuse a date that can only be a typing mistake."""
    if not FECHA_MINIMA <= valor <= FECHA_MAXIMA:
        raise ValidationError(_("La fecha debe estar entre 2000-01-01 y 2100-12-31."), code="fecha_inverosimil")


def digito_de_control(cuerpo: str) -> str:
    """Check digit of a GTIN without its last digit (GS1 General Specifications 7.9)."""
    suma = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(cuerpo)))
    return str(-suma % 10)


def validar_gtin(valor: str) -> None:
    if not (valor.isascii() and valor.isdigit() and len(valor) in {8, 12, 13, 14}):
        raise ValidationError(_("Un GTIN tiene 8, 12, 13 o 14 dígitos."), code="gtin_invalido")
    if digito_de_control(valor[:-1]) != valor[-1]:
        raise ValidationError(_("El dígito de control del GTIN no coincide."), code="gtin_invalido")


VALIDADORES_CANTIDAD = [MinValueValidator(0), MaxValueValidator(CANTIDAD_MAXIMA)]


def es_entero(campo: str) -> models.Q:
    """Check condition: `campo` holds an integer. SQLite would keep a 5.5 in a bigint column."""
    return models.Q(**{campo: Cast(F(campo), BigIntegerField())})


class _Normalizado(models.Field):
    """Text that is always stored in its one spelling, and looked for in it."""

    normalizar: Callable[[str], str]

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return type(self).normalizar(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


class TextoField(_Normalizado, models.CharField):
    """One line of visible text: a name."""

    normalizar = staticmethod(normalizar_texto)
    default_validators = [validar_texto]


class TextoLargoField(_Normalizado, models.TextField):
    """Lines of text."""

    normalizar = staticmethod(componer)
    default_validators = [validar_texto_largo]


class CodigoField(TextoField):
    """A sku, lot or catalogue code."""

    normalizar = staticmethod(normalizar_codigo)
    default_validators = [validar_codigo]


class ClaveField(_Normalizado, models.SlugField):
    """A word by which programs name a row, in small letters."""

    normalizar = staticmethod(normalizar_clave)


class GTINField(CodigoField):
    """A GTIN in its 14-digit form, or null."""

    normalizar = staticmethod(normalizar_gtin)
    default_validators = [validar_codigo, validar_gtin]

    def to_python(self, value: Any) -> Any:
        return super().to_python(value) or None
