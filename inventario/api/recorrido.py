"""Walking a list by the key of its last row: a page costs the same however deep it lies, and a row that was there all along is
neither missed nor repeated, whatever comes and goes meanwhile.
"""

from datetime import date
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

Valores = list[Any]


class Paso(NamedTuple):
    """One column of an order. `con_nulos`: it may be empty, and what is comes last."""

    columna: str
    descendente: bool
    con_nulos: bool


class CursorAjeno(Exception):
    """The cursor was not given by this list in this order."""


class Recorrido:
    """`filas` in their order, to which the primary key is added if it lacks it."""

    def __init__(self, filas: QuerySet) -> None:
        orden = list(filas.query.order_by or filas.model._meta.ordering or ())
        if not any(isinstance(campo, str) and campo.lstrip("-") == "pk" for campo in orden):
            orden.append("pk")
        self.filas = filas.order_by(*orden)
        self.pasos = [_paso(campo) for campo in orden]
        # A cursor of another list or order is none of this one.
        self.firmante = signing.Signer(salt=f"cursor:{filas.model._meta.label}:{self.pasos}")

    def marca(self, fila: Any, *, hacia_atras: bool = False) -> str:
        """The cursor that goes on after `fila`, or that comes before it."""
        valores = [getattr(fila, paso.columna) for paso in self.pasos]
        llanos = [v.isoformat() if isinstance(v, date) else v for v in valores]
        return self.firmante.sign_object([hacia_atras, *llanos])

    def leer(self, cursor: str) -> tuple[bool, Valores]:
        """Whether `cursor` goes backwards, and the key of its row. Raises CursorAjeno."""
        try:
            hacia_atras, *llanos = self.firmante.unsign_object(cursor)
            valores = [self._campo(p.columna).to_python(v) for p, v in zip(self.pasos, llanos, strict=True)]
        except (signing.BadSignature, ValidationError, ValueError, TypeError) as error:
            raise CursorAjeno from error
        return hacia_atras, valores

    def _campo(self, columna: str) -> Any:
        anotada = self.filas.query.annotations.get(columna)
        if anotada is not None:
            return anotada.output_field
        meta = self.filas.model._meta
        return meta.pk if columna == "pk" else meta.get_field(columna)

    def desde(self, valores: Valores, *, hacia_atras: bool) -> QuerySet:
        """The rows beyond that key, the nearest first."""
        mas_alla, iguales = Q(pk__in=[]), Q()
        for paso, valor in zip(self.pasos, valores, strict=True):
            sigue = _sigue(paso, valor, hacia_atras=hacia_atras)
            if sigue is not None:
                mas_alla |= iguales & sigue
            iguales &= Q(**{f"{paso.columna}__isnull": True} if valor is None else {paso.columna: valor})
        primero = self.pasos[0]
        if not primero.con_nulos:  # the same said so that an index on the first column can begin there
            comparacion = "lte" if primero.descendente != hacia_atras else "gte"
            mas_alla &= Q(**{f"{primero.columna}__{comparacion}": valores[0]})
        filas = self.filas.filter(mas_alla)
        return filas.reverse() if hacia_atras else filas


def _paso(campo: Any) -> Paso:
    """Of a name, or of an OrderBy over a column (perhaps wrapped, as a search does)."""
    if isinstance(campo, str):
        return Paso(campo.lstrip("-"), campo.startswith("-"), False)
    expresion: Any = campo.expression
    while not hasattr(expresion, "name"):
        expresion = expresion.get_source_expressions()[0]
    return Paso(expresion.name, campo.descending, bool(campo.nulls_last))


def _sigue(paso: Paso, valor: Any, *, hacia_atras: bool) -> Q | None:
    """What comes after `valor` in one column; None where nothing does."""
    vacias = Q(**{f"{paso.columna}__isnull": True})
    if valor is None:
        return ~vacias if hacia_atras else None
    comparacion = "lt" if paso.descendente != hacia_atras else "gt"
    siguen = Q(**{f"{paso.columna}__{comparacion}": valor})
    return siguen | vacias if paso.con_nulos and not hacia_atras else siguen
