"""The pages of a catalogue: a list, a form, and a question before deleting, made from one declaration.

A catalogue is a model that people keep by hand and other rows point to: categories, warehouses, reasons. Its rules are the
model's own, as in the API and in the admin: `full_clean` judges what was typed, `delete` and PROTECT say what must stay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.contrib.auth.decorators import permission_required
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ..dominio.exceptions import Conflicto, EnUso
from ..dominio.transacciones import atomica, bloquear, insistir
from ..dominio.vida import RECHAZO, ConHistoria, dependientes
from ..templatetags.interfaz import numero
from .filtros import ListaFilterSet
from .tabla import PRINCIPAL, Accion, Columna, Lista, enlace, mostrar


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogo:
    """What the pages need to know. Permissions are Django's own of the model; filters are those of the API.

    `en_uso` says why a row that others point to is not deleted, and the way out; `intocable(fila)`, why this one never is.
    """

    modelo: type[ConHistoria]
    formulario: type[ModelForm]
    ruta: str  # prefix of the URLs, and their namespace
    icono: str
    nuevo: Promise
    en_uso: Promise
    intocable: Callable[[Any], Promise | str] = lambda fila: ""
    ficha: str = ""  # the route of a row's own page, where there is one
    de: str = ""  # the field that names the row of which these are part: `ficha` is then its page
    # Of the list, where the app has none of its own; the first column names the row.
    filtro: type[ListaFilterSet] = ListaFilterSet
    columnas: tuple[str, ...] = ()
    explicacion: Promise | str = ""

    @property
    def titulo(self) -> str:
        return capfirst(str(self.modelo._meta.verbose_name_plural))

    @property
    def lista(self) -> Lista:
        return Lista(
            nombre=self.ruta,
            titulo=self.titulo,
            icono=self.icono,
            columnas=tuple(_columna(self, n, campo) for n, campo in enumerate(self.columnas)),
            vacia=(_("Todavía no hay nada"), ""),
            subtitulo=self.explicacion,
            acciones=(Accion(self.nuevo, f"{self.ruta}:crear", "plus", self.permiso("add")),),
        )

    def permiso(self, accion: str) -> str:
        meta = self.modelo._meta
        return f"{meta.app_label}.{get_permission_codename(accion, meta)}"

    def lugar(self, fila: Model | None = None) -> str:
        """Where a row is seen: its own page, else the list."""
        if not (fila and self.ficha):
            return reverse(f"{self.ruta}:lista")
        return reverse(self.ficha, args=[self.dueno(fila).pk])

    def dueno(self, fila: Model) -> Model:
        """The row whose page shows `fila`: itself, or that of which it is part."""
        return getattr(fila, self.de) if self.de else fila


def rutas(catalogo: Catalogo) -> list[URLPattern | URLResolver]:
    """The pages of `catalogo`: `<ruta>:lista`, `:crear`, `:editar` and `:eliminar`."""
    lista = require_GET(_con_permiso(catalogo, "view", _lista))
    return [
        path(f"{catalogo.ruta}/", include(([path("", lista, name="lista"), *de_escritura(catalogo)], catalogo.ruta)))
    ]


def de_escritura(catalogo: Catalogo) -> list[URLPattern]:
    """The pages that write, for the URLs of an app whose list is its own."""
    metodos = require_http_methods(["GET", "POST"])
    return [
        path("crear/", metodos(_con_permiso(catalogo, "add", _editar)), name="crear"),
        path("<int:pk>/editar/", metodos(_con_permiso(catalogo, "change", _editar)), name="editar"),
        path("<int:pk>/eliminar/", metodos(_con_permiso(catalogo, "delete", _eliminar)), name="eliminar"),
    ]


def _con_permiso(catalogo: Catalogo, accion: str, vista: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return permission_required(catalogo.permiso(accion), raise_exception=True)(partial(vista, catalogo))


def _lista(catalogo: Catalogo, request: HttpRequest) -> HttpResponse:
    filtro = catalogo.filtro(request.GET, catalogo.modelo._default_manager.all())
    return mostrar(request, catalogo.lista, filtro, **_contexto(catalogo, request))


def _columna(catalogo: Catalogo, n: int, campo: str) -> Columna:
    """The first column names the row, and leads to its form. What is not so, or not said, is an empty cell."""
    titulo = capfirst(str(catalogo.modelo._meta.get_field(campo).verbose_name))  # type: ignore[union-attr]

    def valor(fila: Any, contexto: Mapping[str, Any]) -> Any:
        elegido = getattr(fila, f"get_{campo}_display", None)
        dicho = elegido() if elegido else getattr(fila, campo)
        if n == 0:
            nombre = enlace(f"{catalogo.ruta}:editar", fila.pk, dicho) if contexto["puede"]["change"] else dicho
            inactivo = format_html(' <span class="insignia">{}</span>', _("Inactivo"))
            return format_html("{}{}", nombre, inactivo if getattr(fila, "activo", True) is False else "")
        return _("Sí") if dicho is True else "" if dicho in (None, False) else numero(dicho)

    orden = campo if campo in catalogo.filtro.base_filters["orden"].ordenes else ""
    return Columna(campo, titulo, valor, PRINCIPAL if n == 0 else "", orden)


def _editar(catalogo: Catalogo, request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The form of a new row, or of the one of `pk`."""
    fila = None if pk is None else get_object_or_404(catalogo.modelo, pk=pk)
    if request.method == "POST":
        formulario = insistir(guardar, catalogo, request.POST, pk)
        if formulario.is_valid():
            hecho = _("Cambios guardados.") if fila else _("Se creó %(fila)s.") % {"fila": formulario.instance}
            messages.success(request, hecho)
            return redirect(catalogo.lugar(formulario.instance))
    else:
        formulario = _formulario(catalogo, None, fila)
        if fila is None and catalogo.de:
            formulario.initial[catalogo.de] = request.GET.get(catalogo.de, "")
    contexto = _contexto(catalogo, request, fila) | {
        "formulario": formulario,
        "hay_fijos": any(campo.disabled for campo in formulario.fields.values()),
        "se_elimina": fila and not catalogo.intocable(fila),
    }
    return render(request, "catalogo/formulario.html", contexto, status=_estado(formulario))


def _estado(formulario: ModelForm) -> int:
    if not formulario.is_bound:
        return 200
    codigos = {error.code for errores in formulario.errors.as_data().values() for error in errores}
    return 409 if RECHAZO in codigos else 422


def _formulario(catalogo: Catalogo, datos: QueryDict | None, fila: ConHistoria | None) -> ModelForm:
    formulario = catalogo.formulario(datos, instance=fila)
    for campo in fila.fijos() if fila else ():
        formulario.fields[campo].disabled = True
    return formulario


@atomica
def guardar(catalogo: Catalogo, datos: QueryDict, pk: int | None) -> ModelForm:
    """Save what was typed, if it is valid. The row is locked first, so that no other editor changes what the rules read."""
    formulario = _formulario(catalogo, datos, None if pk is None else _bloqueada(catalogo, pk))
    if formulario.is_valid():
        formulario.save()
    return formulario


def _bloqueada(catalogo: Catalogo, pk: int) -> ConHistoria:
    bloquear(catalogo.modelo, [pk])
    return get_object_or_404(catalogo.modelo, pk=pk)


def _eliminar(catalogo: Catalogo, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first. A row that others point to is refused (409) with the way out: deactivate it, where that exists."""
    fila = get_object_or_404(catalogo.modelo, pk=pk)
    dependen = dependientes(fila)
    impide = catalogo.intocable(fila) or (catalogo.en_uso if dependen else "")
    if request.method == "POST" and not impide:
        try:
            _borrar(catalogo, pk)
        except (EnUso, Conflicto):  # it came into use since it was asked
            impide = catalogo.en_uso
        else:
            messages.success(request, _("Se eliminó %(fila)s.") % {"fila": fila})
            return redirect(catalogo.lugar(fila if catalogo.de else None))
    contexto = _contexto(catalogo, request, fila) | {
        "impide": impide,
        "dependen": dependen,
        "desactivable": impide == catalogo.en_uso and getattr(fila, "activo", False),
    }
    return render(request, "catalogo/eliminar.html", contexto, status=409 if request.method == "POST" else 200)


@atomica
def _borrar(catalogo: Catalogo, pk: int) -> None:
    _bloqueada(catalogo, pk).delete()


def _contexto(catalogo: Catalogo, request: HttpRequest, fila: Model | None = None) -> dict[str, Any]:
    acciones = ("add", "change", "delete")
    return {
        "catalogo": catalogo,
        "fila": fila,
        "volver": catalogo.lugar(fila),
        "migas": [
            (catalogo.titulo, catalogo.lugar()),
            *([(catalogo.dueno(fila), catalogo.lugar(fila))] if fila and catalogo.ficha else []),
        ],
        "puede": {accion: request.user.has_perm(catalogo.permiso(accion)) for accion in acciones},
    }
