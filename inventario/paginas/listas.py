"""Lists that stay fast: pages that never count the whole, and pages that start from a key."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ..dominio.campos import entero_ascii
from . import fragmentos
from .filtros import ListaFilterSet
from .fragmentos import pide_fragmento

POR_PAGINA = 50
TOPE = 10_000  # beyond, a list says "more than" and adds up nothing
PAGINA_MAXIMA = 10**9  # no list has so many


@dataclass(frozen=True, slots=True)
class Pagina:
    """One page of a list. `siguiente` and `anterior` are the query parameter that leads there, or None. `antes`: how many rows
    come before it. `total`: how many there are in all; one more than `tope` means that there are more.
    """

    filas: Sequence[Any]
    parametro: str
    siguiente: int | None = None
    anterior: int | None = None
    numero: int | None = None
    antes: int = 0
    total: int = 0
    tope: int = field(default_factory=lambda: TOPE)

    @property
    def desde(self) -> int:
        return self.antes + 1

    @property
    def hasta(self) -> int:
        return self.antes + len(self.filas)

    @property
    def hay_muchas(self) -> bool:
        return self.total > self.tope

    def __iter__(self) -> Iterator[Any]:
        return iter(self.filas)

    def __len__(self) -> int:
        return len(self.filas)


def paginar(request: HttpRequest, filas: QuerySet) -> Pagina:
    """The page `?pagina=` of `filas`. One row more than the page says whether another follows, and how many there are is
    counted up to TOPE: no count over a million rows. Raises Http404 beyond the end.
    """
    numero = entero_ascii(request.GET.get("pagina") or "1", PAGINA_MAXIMA)
    if not numero:
        raise Http404
    inicio = (numero - 1) * POR_PAGINA
    halladas = list(filas[inicio : inicio + POR_PAGINA + 1])
    if not halladas and numero > 1:
        raise Http404
    return Pagina(
        halladas[:POR_PAGINA],
        "pagina",
        siguiente=numero + 1 if len(halladas) > POR_PAGINA else None,
        anterior=numero - 1 if numero > 1 else None,
        numero=numero,
        antes=inicio,
        total=_total(filas, inicio, halladas),
    )


def contar(filas: QuerySet) -> int:
    """How many, up to one more than TOPE."""
    filas = filas.order_by()  # those of a group have no key of their own
    return (filas if filas.query.values_select else filas.values("pk"))[: TOPE + 1].count()


def _total(filas: QuerySet, antes: int, halladas: Sequence[Any]) -> int:
    """Counted only when the page does not show that it is the last."""
    return antes + len(halladas) if len(halladas) <= POR_PAGINA else max(contar(filas), antes + POR_PAGINA + 1)


def paginar_por_clave(request: HttpRequest, filas: QuerySet) -> Pagina:
    """The rows of the ledger after the key `?cursor=`, in the order of `filas` (`pk` or `-pk`): every page
    costs what the first does. Raises Http404 when the key makes no sense.
    """
    cursor = request.GET.get("cursor")
    clave = entero_ascii(cursor) if cursor else None
    if cursor and clave is None:
        raise Http404
    descendente = not filas.query.order_by or str(filas.query.order_by[-1]).startswith("-")
    antes = 0
    if clave is not None:
        antes = contar(filas.filter(**{"pk__gte" if descendente else "pk__lte": clave}))
        filas = filas.filter(**{"pk__lt" if descendente else "pk__gt": clave})
    halladas = list(filas[: POR_PAGINA + 1])
    sigue = halladas[POR_PAGINA - 1].pk if len(halladas) > POR_PAGINA else None
    total = antes + (len(halladas) if sigue is None else contar(filas))
    return Pagina(halladas[:POR_PAGINA], "cursor", siguiente=sigue, antes=antes, total=total)


def responder_lista(
    request: HttpRequest,
    plantilla: str,
    filtro: ListaFilterSet,
    *,
    paginador: Callable[[HttpRequest, QuerySet], Pagina] = paginar,
    se_refresca: bool = False,
    completar: Callable[[Pagina], dict[str, Any]] = lambda pagina: {},
    **contexto: Any,
) -> HttpResponse:
    """Render a list: the page, or its fragment `tabla` when htmx asks. Filters that make no sense are 400 with their
    errors beside them and no rows. `se_refresca`: the fragment polls, and costs a 304 while its rows are the same, and
    `cuentas`, what else it counts.
    `completar`: what else the template needs of a page.
    """
    valido = filtro.is_valid()
    _ocultar(filtro, contexto)
    pagina = paginador(request, filtro.qs) if valido else Pagina([], "pagina")
    nombre = f"{plantilla}#tabla" if pide_fragmento(request) else plantilla
    contexto |= {"filtro": filtro, "pagina": pagina, "hay_filtros": any(request.GET.values())}
    if valido:
        contexto |= completar(pagina)

    def pintar() -> HttpResponse:
        return render(request, nombre, contexto, status=200 if valido else 400)

    if se_refresca and valido:
        contexto["marca"] = fragmentos.marca(request, pagina, contexto.get("cuentas"), hoy=filtro.hoy)
        return fragmentos.responder_si_cambio(request, contexto["marca"], pintar)
    return pintar()


def _ocultar(filtro: ListaFilterSet, contexto: dict[str, Any]) -> None:
    """Hide the filters that nobody chooses by hand: ids that a link gave, the order, which heads choose, and the warehouse when
    there is only one.
    """
    ocultos = (
        {"producto", "lote"}
        | ({"orden"} if "lista" in contexto else set())
        | (set() if contexto.get("varios_almacenes") else {"almacen"})
    )
    for nombre in ocultos & filtro.form.fields.keys():
        filtro.form.fields[nombre].widget = forms.HiddenInput()
