"""A report being answered: its rows in blocks, a slice for a page, its totals, its chart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from .graficas import Grafica

BLOQUE = 20_000  # planning its joins and starting its workers takes PostgreSQL 15 ms, whatever its size
Fila = tuple[Any, ...]


@dataclass
class Consulta:
    """`base` gives rows of (*clave, *campos); `completar` turns a block of them into rows of `columnas`.

    Rows are read by key, a block at a time: constant memory without a server-side cursor (a transaction pooler has
    none), no statement longer than a block, no snapshot held while a slow client downloads. `clave` must be unique,
    never null, and is the order.
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
    aviso: Any = ""

    def _ordenada(self) -> QuerySet:
        return self.base.order_by(*self.clave).values_list(*self.clave, *self.campos)

    def _salida(self, crudas: Sequence[Fila]) -> list[Fila]:
        if self.completar is not None:
            return self.completar(crudas)
        n = len(self.clave)
        return [fila[n:] for fila in crudas]

    def bloques(self) -> Iterator[list[Fila]]:
        """Every row, in blocks. Who is done with one may empty it: it is all that holds its rows while the next is read."""
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

    def rebanada(self, inicio: int, cuantas: int) -> list[Fila]:
        """Rows [inicio, inicio + cuantas)."""
        return self._salida(list(self._ordenada()[inicio : inicio + cuantas]))


def _despues(clave: tuple[str, ...], valores: Fila) -> Any:
    if len(clave) == 1:
        return (f"{clave[0]}__gt", valores[0])
    # A row comparison: the one form that walks the index from where the last block ended.
    return TupleGreaterThan(Tuple(*(F(c) for c in clave)), valores)
