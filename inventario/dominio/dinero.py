"""Money, exact to its last digit on both engines: Decimal in Python, an integer of millionths in the database.

SQLite keeps a DecimalField as a REAL, which drifts after fifteen digits and adds up wrong. Here the database only ever adds
and multiplies integers, and each division is rounded once, half up, by `promedio`.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Aggregate, F, Func, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

DECIMALES = 6
UNIDAD = 10**DECIMALES  # millionths in one
MAXIMO = Decimal("999999999999.999999")  # of a unit cost, of the value of a line, and of what is held of a lot
CENTAVO, MILLONESIMA = Decimal("0.01"), Decimal("0.000001")
_EXACTO = Context(prec=60)  # Python's default of 28 digits would round the sum of a long history


def millonesimas(importe: Decimal | int) -> int:
    """`importe` in millionths. Raises ValueError where it has more decimals than are kept."""
    movido = Decimal(importe).scaleb(DECIMALES, _EXACTO)
    entero = int(movido)
    if entero != movido:
        raise ValueError(f"{importe} has more than {DECIMALES} decimals")
    return entero


def de_millonesimas(entero: int) -> Decimal:
    return Decimal(entero).scaleb(-DECIMALES, _EXACTO)


def promedio(total: int, unidades: int) -> int:
    """`total` millionths over `unidades`, rounded half up to a whole millionth: the one division of money there is."""
    return (2 * total + unidades) // (2 * unidades)


def redondear(importe: Decimal | int | None, paso: Decimal = CENTAVO) -> Decimal:
    """Money as it is shown: to the cent, half away from zero. A sum is rounded once, never from rounded parts."""
    return Decimal(importe or 0).quantize(paso, ROUND_HALF_UP, _EXACTO)


def dinero_admisible(campo: str) -> Q:
    """Check condition: `campo` is null, or at most MAXIMO in whole millionths, even where columns take anything."""
    entero = Q(**{campo: Cast(F(campo), models.BigIntegerField())})
    return Q(**{f"{campo}__isnull": True}) | (Q(**{f"{campo}__lte": MAXIMO}) & entero)


class DineroField(models.Field):
    """An amount with up to six decimals, or null. Lookups and expressions take Decimal, and SQL sees millionths."""

    description = _("Importe")

    def db_type(self, connection: Any) -> str:
        return "bigint"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise ValidationError(_("Debe ser un número."), code="invalid") from None

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        importe = self.to_python(value)
        return None if importe is None else millonesimas(importe)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        if isinstance(value, str):  # of `SumaDinero` on SQLite
            enteras, resto = value.split(":")
            value = int(enteras) * UNIDAD + int(resto)
        return None if value is None else de_millonesimas(int(value))

    def formfield(self, **kwargs: Any) -> Any:
        opciones = {"form_class": forms.DecimalField, "max_digits": 18, "decimal_places": DECIMALES}
        return super().formfield(**{**opciones, **kwargs})


class Importe(Func):
    """A quantity at a unit cost. On PostgreSQL in numeric, which no product can overflow; on SQLite within what MAXIMO allows."""

    template = "(%(expressions)s)"
    arg_joiner = " * "
    arity = 2
    output_field = DineroField()

    def as_postgresql(self, compiler: Any, connection: Any, **contexto: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(1::numeric * %(expressions)s)", **contexto)


class SumaDinero(Aggregate):
    """The exact sum of amounts, 0 of none. PostgreSQL adds bigints in numeric. SQLite would overflow past nine billions of
    millions, so whole units and millionths are added apart.
    """

    function = "SUM"
    output_field = DineroField()

    def __init__(self, expresion: Any, **opciones: Any) -> None:
        super().__init__(expresion, **{"default": Decimal(0), **opciones})

    def as_sqlite(self, compiler: Any, connection: Any, **contexto: Any) -> tuple[str, Any]:
        (enteras, parametros), (resto, mas) = (
            self._parte(op).as_sql(compiler, connection, **contexto) for op in ("/", "%%%%")
        )
        return f"({enteras} || ':' || {resto})", (*parametros, *mas)

    def _parte(self, op: str) -> Aggregate:
        parte = self.copy()
        parte.template = f"%(function)s((%(expressions)s) {op} {UNIDAD})"
        return parte
