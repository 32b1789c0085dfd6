"""The answer of a report: its rows, in blocks or one page of them, its totals and its chart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils.functional import Promise

from .graficas import Grafica

TOPE = 5_000  # rows that a page sorts, and a sheet of paper prints
BLOQUE = 20_000  # each block costs PostgreSQL 15 ms before its first row: fewer and larger ones are faster
Fila = tuple[Any, ...]


@dataclass
class Consulta:
    """`base` gives rows of (*clave, *campos); `completar` turns a block of them into rows of `columnas`.

    Rows are read a block at a time, each block from the last key of the one before. So memory is constant, no statement
    is long and no snapshot is held while a slow client downloads; and it works through a transaction pooler, which
    allows no server-side cursor. `clave` is also the order: it must be unique and never null. `criba`: `completar` leaves rows
    out, so that only who reads them all knows how many there are.
    """

    base: QuerySet
    clave: tuple[str, ...]
    columnas: tuple[str, ...]
    campos: tuple[str, ...]
    totales: Callable[[], dict[str, Any]]
    grafica: Callable[[], Grafica]
    anteriores: Callable[[], dict[str, Any]] | None = None
    completar: Callable[[Sequence[Fila]], list[Fila]] | None = None
    bloque: int = BLOQUE
    aviso: str | Promise = ""
    criba: bool = False

    def __post_init__(self) -> None:
        self.totales = cache(self.totales)  # a page asks for them at its head and at its foot

    def _ordenada(self) -> QuerySet:
        return self.base.order_by(*self.clave).values_list(*self.clave, *self.campos)

    def _salida(self, crudas: Sequence[Fila]) -> list[Fila]:
        if self.completar is not None:
            return self.completar(crudas)
        n = len(self.clave)
        return [fila[n:] for fila in crudas]

    def bloques(self) -> Iterator[list[Fila]]:
        """Every row, in blocks. A caller that has used a block may clear the list, to free its rows before the next is read."""
        ultima: Fila | None = None
        while True:
            pagina = self._ordenada()
            if ultima is not None:
                pagina = pagina.filter(_despues(self.clave, ultima))
            filas = list(pagina[: self.bloque])
            if not filas:
                return
            ultima, hay_mas = filas[-1][: len(self.clave)], len(filas) == self.bloque
            filas = self._salida(filas)
            yield filas
            if not hay_mas:
                return

    def cuantas(self) -> int:
        """How many rows, up to one more than TOPE."""
        return self.base.order_by().values(*self.clave)[: TOPE + 1].count()

    def rebanada(self, inicio: int, cuantas: int) -> list[Fila]:
        """At most `cuantas` rows, from row number `inicio` (0 is the first)."""
        return self._salida(list(self._ordenada()[inicio : inicio + cuantas]))


def _despues(clave: tuple[str, ...], valores: Fila) -> Any:
    if len(clave) == 1:
        return (f"{clave[0]}__gt", valores[0])
    # A row comparison: the only form in which PostgreSQL starts the index scan where the last block ended.
    return TupleGreaterThan(Tuple(*(F(c) for c in clave)), valores)
