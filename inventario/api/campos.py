"""What comes in by the API: exact types, no unknown field."""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as ErrorDjango
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from inventario.dominio.campos import CANTIDAD_MAXIMA, FECHA_MAXIMA, FECHA_MINIMA
from inventario.dominio.texto import validar_texto, validar_texto_largo
from inventario.dominio.vida import ConHistoria

ID_MAXIMO = 2**63 - 1
_FECHA = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MES = re.compile(r"[0-9]{4}-[0-9]{2}")
_DINERO = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class Entero(serializers.IntegerField):
    """A JSON integer: not a string, not 5.0, not true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Cantidad(Entero):
    def __init__(self, *, min_value: int = 1, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=CANTIDAD_MAXIMA, **kwargs)


class Id(Entero):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=ID_MAXIMO, **kwargs)


class Booleano(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return data


class Texto(serializers.CharField):
    """One line. Looked at before it is trimmed: Python counts some control characters as space."""

    revisar = staticmethod(validar_texto)

    def to_internal_value(self, data: Any) -> str:
        if type(data) is not str:
            self.fail("invalid")
        try:
            self.revisar(data)
        except ErrorDjango as error:
            raise serializers.ValidationError(error.messages) from error
        return super().to_internal_value(data)


class TextoLargo(Texto):
    revisar = staticmethod(validar_texto_largo)


class Codigo(Texto):
    """A slug; the model's validator says which."""

    def __init__(self, *, allow_unicode: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Fecha(serializers.DateField):
    """AAAA-MM-DD between 2000 and 2100."""

    def to_internal_value(self, value: Any) -> date:
        if type(value) is not str or not _FECHA.fullmatch(value):
            self.fail("invalid", format="AAAA-MM-DD")
        fecha = super().to_internal_value(value)
        if not FECHA_MINIMA <= fecha <= FECHA_MAXIMA:
            raise serializers.ValidationError(_("La fecha debe estar entre 2000-01-01 y 2100-12-31."))
        return fecha


class Caducidad(Fecha):
    """AAAA-MM-DD, or AAAA-MM for the last day of the month."""

    def to_internal_value(self, value: Any) -> date:
        if type(value) is str and _MES.fullmatch(value) and 1 <= int(value[5:]) <= 12 and value[:4] != "0000":
            value = f"{value}-{monthrange(int(value[:4]), int(value[5:]))[1]}"
        return super().to_internal_value(value)


class Dinero(serializers.CharField):
    """A string with up to 6 decimals. A JSON number would already have been rounded."""

    default_error_messages = {"dinero": _('Debe ser un texto como "12.50", con hasta 6 decimales.')}

    def to_internal_value(self, data: Any) -> Decimal:  # type: ignore[override]  # text only outside
        if type(data) is not str or not _DINERO.fullmatch(data):
            self.fail("dinero")
        return Decimal(data)

    def to_representation(self, value: Any) -> str:
        return f"{value:.6f}"


class Peticion(serializers.Serializer):
    """A field that is not known is an error, since it can only be a typo."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (sobran := set(data) - set(self.fields)):
            raise serializers.ValidationError({clave: [_("Campo desconocido.")] for clave in sorted(sobran)})
        return super().to_internal_value(data)


class PeticionDeModelo(Peticion, serializers.ModelSerializer):
    """The body of a catalogue row: the model's own rules, said once, in the model. PUT replaces: what it leaves out
    goes back to the model's default.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: Texto,
        models.SlugField: Codigo,
        models.TextField: TextoLargo,
        models.BooleanField: Booleano,
        models.PositiveIntegerField: Entero,
        models.PositiveSmallIntegerField: Entero,
    }

    def to_representation(self, instance: Any) -> Any:
        return self.context["view"].get_serializer(instance).data  # what answers a body is not that body

    def get_validators(self) -> list[Any]:
        return []  # `full_clean` asks them all

    def build_standard_field(self, field_name: str, model_field: models.Field) -> tuple[type, dict[str, Any]]:
        clase, opciones = super().build_standard_field(field_name, model_field)
        unicos = [v for v in opciones.get("validators", []) if not isinstance(v, UniqueValidator)]
        return clase, {**opciones, "validators": unicos} if "validators" in opciones else opciones

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        modelo: type[models.Model] = self.Meta.model
        campos = {campo.name: campo for campo in modelo._meta.fields}
        if not self.partial:
            for nombre in set(self.fields) - set(attrs):
                attrs[nombre] = campos[nombre].get_default()
        fila = modelo(pk=self.instance.pk if self.instance else None)
        if self.instance:
            fila._state.adding = False
            for campo in modelo._meta.concrete_fields:
                setattr(fila, campo.attname, getattr(self.instance, campo.attname))
        for nombre, valor in attrs.items():
            setattr(fila, nombre, valor)
        if isinstance(fila, ConHistoria):
            fila.comprobar()  # what may not change any more is a refusal (409), not a mistake in the body (400)
        fila.full_clean()
        return attrs
