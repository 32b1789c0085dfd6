"""One component for every list: a declaration of its columns, of which page, sorting, totals, columns and views are made.

`templates/listas/lista.html` paints the page and `templates/listas/tabla.html` the table, which the reports use too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet, Sum
from django.forms import BoundField, Form
from django.forms.models import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import preferencias
from .filtros import ListaFilterSet
from .listas import Pagina, paginar, responder_lista

Texto = str | Promise
NUMERO, PRINCIPAL, SEGUIDO = "numero", "principal", "nowrap"


@dataclass(frozen=True, slots=True)
class Columna:
    """`celda(fila, contexto)` is what a row says there. `orden`: the value of `orden` that sorts by it (`-orden`, the other
    way). `suma`: the field or annotation whose total is at the foot. `opcional`: not shown until somebody chooses it.
    """

    nombre: str
    titulo: Texto
    celda: Callable[[Any, Mapping[str, Any]], Any] = lambda fila, contexto: ""
    clase: str = ""
    orden: str = ""
    suma: str = ""
    opcional: bool = False


@dataclass(frozen=True, slots=True)
class Accion:
    """A button of the head of a page, for who has `permiso`. The last one is the main one."""

    titulo: Texto
    ruta: str
    icono: str
    permiso: str


@dataclass(frozen=True, slots=True)
class Masiva:
    """What is done with the rows that are ticked: posted to `ruta`, their keys as `campo`."""

    titulo: Texto
    ruta: str
    icono: str
    campo: str

    @property
    def columna(self) -> Columna:
        return Columna("casilla", "", self._casilla, "celda-casilla no-imprimir")

    def _casilla(self, fila: Any, contexto: Mapping[str, Any]) -> SafeString:
        return format_html(
            '<input type="checkbox" form="masiva" name="{}" value="{}" data-seleccion-fila aria-label="{}">',
            *(self.campo, fila.pk, fila),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lista:
    """`vacia`: what is said where there is nothing at all, title and text. `nombres`: the model of each filter that is an id,
    to say it by name. `de_varios_almacenes`: the columns that only make sense with more than one warehouse.
    """

    nombre: str
    titulo: Texto
    icono: str
    columnas: tuple[Columna, ...]
    vacia: tuple[Texto, Texto]
    subtitulo: Texto = ""
    acciones: tuple[Accion, ...] = ()
    masiva: Masiva | None = None
    nombres: Mapping[str, type[Model]] = field(default_factory=dict)
    de_varios_almacenes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cabeza:
    """The head of a column; `url` sorts by it."""

    titulo: Texto
    clase: str = ""
    url: str = ""
    sentido: str = ""  # as aria-sort says it


@dataclass(frozen=True, slots=True)
class Tabla:
    """What the template paints. `columnas`: (name, title, whether it is shown), of all, to choose among."""

    nombre: str
    cabezas: Sequence[Cabeza]
    filas: Sequence[Sequence[tuple[Any, Cabeza]]]
    totales: Sequence[tuple[Any, Cabeza]]
    columnas: Sequence[tuple[str, Texto, bool]]
    densidad: str
    vistas: Sequence[tuple[str, str]]


def enlace(ruta: str, pk: Any, texto: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(ruta, args=[pk]), texto)


def enlace_a(ruta: str, consulta: str, texto: Any) -> SafeString:
    """A figure that leads to what it sums: the list `ruta` (or what the menu calls so), filtered."""
    from ..menu import LUGARES  # where everything meets: a lower app names no page of a higher one

    return format_html('<a href="{}?{}">{}</a>', reverse(LUGARES.get(ruta, ruta)), consulta, texto)


def mostrar(
    request: HttpRequest,
    lista: Lista,
    filtro: ListaFilterSet,
    *,
    paginador: Callable[[HttpRequest, QuerySet], Pagina] = paginar,
    **contexto: Any,
) -> HttpResponse:
    """The page of `lista`, or its table when htmx asks."""
    from ..menu import DE_LISTA

    acciones = lista.acciones or DE_LISTA.get(lista.nombre, ())
    contexto |= {
        "lista": lista,
        "acciones_de_lista": [a for a in acciones if request.user.has_perm(a.permiso)],
        "hoy": filtro.hoy,
    }

    def completar(pagina: Pagina) -> dict[str, Any]:
        columnas, elegidas = _columnas(request, lista, contexto)
        sumas = _sumas(elegidas, filtro.qs, pagina)
        return {
            "tabla": tabla(
                request,
                lista.nombre,
                [cabeza_de(request, c.titulo, c.clase, c.orden, _en_vigor(filtro)) for c in elegidas],
                ([c.celda(fila, contexto) for c in elegidas] for fila in pagina),
                [sumas.get(c.nombre, _("Total") if c.clase == PRINCIPAL else "") for c in elegidas] if sumas else [],
                [(c.nombre, c.titulo, c in elegidas) for c in columnas],
            ),
            "fichas": fichas(request, filtro.form, lista.nombres),
        }

    return responder_lista(request, "listas/lista.html", filtro, paginador=paginador, completar=completar, **contexto)


def _columnas(
    request: HttpRequest, lista: Lista, contexto: Mapping[str, Any]
) -> tuple[Sequence[Columna], Sequence[Columna]]:
    """Those that there are to choose among, and those that are shown."""
    fuera = frozenset() if contexto.get("varios_almacenes") else lista.de_varios_almacenes
    columnas = [c for c in lista.columnas if c.nombre not in fuera]
    vistas = preferencias.elegidas(request.user, lista.nombre, [(c.nombre, c.opcional) for c in columnas])
    fijas = [lista.masiva.columna] if lista.masiva else []
    return columnas, [*fijas, *(c for c in columnas if c.nombre in vistas)]


def tabla(
    request: HttpRequest,
    nombre: str,
    cabezas: Sequence[Cabeza],
    filas: Iterable[Sequence[Any]],
    totales: Sequence[Any],
    columnas: Sequence[tuple[str, Texto, bool]],
) -> Tabla:
    return Tabla(
        nombre,
        cabezas,
        [list(zip(fila, cabezas, strict=True)) for fila in filas],
        list(zip(totales, cabezas, strict=True)) if totales else [],
        columnas,
        preferencias.densidad(request.user),
        preferencias.vistas(request.user, nombre),
    )


def direccion(request: HttpRequest, **cambios: str | None) -> str:
    """The address of this page with other parameters; None leaves one out. It begins at the first page."""
    consulta = request.GET.copy()
    for clave in preferencias.SIN_PAGINA:
        consulta.pop(clave, None)
    for clave, valor in cambios.items():
        consulta.pop(clave, None)
        if valor:
            consulta[clave] = valor
    return f"?{consulta.urlencode()}" if consulta else request.path


def _en_vigor(filtro: ListaFilterSet) -> str:
    orden = filtro.filters.get("orden")
    return filtro.form.cleaned_data.get("orden") or next(iter(orden.ordenes)) if orden else ""


def cabeza_de(request: HttpRequest, titulo: Texto, clase: str, orden: str, en_vigor: str) -> Cabeza:
    """The head of a column that sorts by `orden`: first the way that people ask of it, figures from the largest."""
    if not orden:
        return Cabeza(titulo, clase)
    primero, segundo = (f"-{orden}", orden) if clase == NUMERO else (orden, f"-{orden}")
    sentido = {orden: "ascending", f"-{orden}": "descending"}.get(en_vigor, "")
    return Cabeza(titulo, clase, direccion(request, orden=segundo if en_vigor == primero else primero), sentido)


def _sumas(columnas: Sequence[Columna], filas: QuerySet, pagina: Pagina) -> dict[str, Any]:
    """The totals of what is listed: of the page when that is all, else of the whole, unless it is too long to add up."""
    campos = {c.nombre: c.suma for c in columnas if c.suma}
    if not campos or not pagina.total or pagina.hay_muchas:
        return {}
    if pagina.total == len(pagina):
        return {nombre: sum(getattr(fila, campo) or 0 for fila in pagina) for nombre, campo in campos.items()}
    # Under names of their own: an aggregate called like an annotation would take its place.
    sumas = filas.order_by().aggregate(**{f"suma_{nombre}": Sum(campo) for nombre, campo in campos.items()})
    return {nombre: sumas[f"suma_{nombre}"] for nombre in campos}


def fichas(
    request: HttpRequest,
    form: Form,
    nombres: Mapping[str, type[Model]] | None = None,
    fuera: Sequence[str] = ("orden",),
) -> list[tuple[Any, str, str]]:
    """The filters in force of a valid form as chips: what each is called, what it says, and the address without it."""
    return [
        (campo.label, _dicho(campo, (nombres or {}).get(campo.name)), direccion(request, **{campo.name: None}))
        for campo in form
        if campo.name not in fuera and request.GET.get(campo.name)
    ]


def _dicho(campo: BoundField, modelo: type[Model] | None) -> str:
    """The value of a filter as people say it."""
    valor = campo.form.cleaned_data.get(campo.name)
    if modelo is not None and not isinstance(valor, Model):
        return str(modelo._default_manager.filter(pk=valor).first() or valor)
    if isinstance(valor, date):
        return date_format(valor, "SHORT_DATE_FORMAT")
    opciones = () if isinstance(campo.field, ModelChoiceField) else getattr(campo.field, "choices", ())
    return str(dict(opciones).get(campo.data, valor))
