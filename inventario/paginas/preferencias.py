"""How each user likes the lists: which columns, how close the rows, and the views (a name for a set of filters) of each list.

Kept in the account, so that they are the same on any machine. What is stored is a wish: a column that is no longer there is
left out when the list is painted.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..cuentas.models import Usuario
from ..dominio.texto import validar_texto
from .navegacion import destino_seguro
from .solicitud import Solicitud

VISTAS_MAXIMAS = 20  # of one list
LISTAS_MAXIMAS = 60  # more than there are: any name may be posted
NOMBRE_MAXIMO = 60  # of a list
CONSULTA_MAXIMA = 1000
COMPACTA, COMODA = "compacta", "comoda"
SIN_PAGINA = ("pagina", "cursor")  # what another order, another filter or another day makes senseless


def densidad(usuario: Any) -> str:
    return usuario.listas.get("densidad", COMPACTA)


def vistas(usuario: Any, lista: str) -> list[tuple[str, str]]:
    """The views of `lista`: the name, and the query that it stands for."""
    return [(nombre, consulta) for nombre, consulta in usuario.listas.get("vistas", {}).get(lista, [])]


def elegidas(usuario: Any, lista: str, columnas: Sequence[tuple[str, bool]]) -> list[str]:
    """Which of `columnas` (name, and whether it is optional) are shown: those chosen, or all but the optional ones."""
    pedidas = usuario.listas.get("columnas", {}).get(lista, [])
    return [n for n, _opcional in columnas if n in pedidas] or [n for n, opcional in columnas if not opcional]


class ListaForm(forms.Form):
    """What the menu of a list sends. `accion`: which of its buttons."""

    accion = forms.ChoiceField(choices=[(x, x) for x in (COMPACTA, COMODA, "columnas", "guardar", "quitar")])
    nombre = forms.CharField(max_length=40, required=False, validators=[validar_texto])
    consulta = forms.CharField(max_length=CONSULTA_MAXIMA, required=False, validators=[validar_texto])

    def clean_consulta(self) -> str:
        consulta = QueryDict(self.cleaned_data["consulta"], mutable=True)
        for clave in SIN_PAGINA:
            consulta.pop(clave, None)
        return consulta.urlencode()


@require_POST
def guardar(request: Solicitud, lista: str) -> HttpResponse:
    """Keep one preference, and go back to the list; a view that is kept is opened."""
    formulario = ListaForm(request.POST)
    volver = redirect(destino_seguro(request, "volver", "panel"))
    if not formulario.is_valid():
        messages.error(request, _("No se guardó: el nombre o los filtros son demasiado largos."))
        return volver
    datos = formulario.cleaned_data
    pedidas = [x for x in request.POST.getlist("columna")[:60] if x.isidentifier() and len(x) <= 40]
    _cambiar(request, lambda listas: _aplicar(listas, lista, datos, pedidas))
    return volver


@transaction.atomic
def _cambiar(request: Solicitud, cambio: Callable[[dict[str, Any]], None]) -> None:
    """Read, change and write under a lock. Nothing is audited: a taste is nobody else's business."""
    fila = Usuario.objects.select_for_update().only("listas").get(pk=request.user.pk)
    cambio(fila.listas)
    Usuario.objects.filter(pk=fila.pk).update(listas=fila.listas)


def _aplicar(listas: dict[str, Any], lista: str, datos: dict[str, Any], columnas: list[str]) -> None:
    match datos["accion"]:
        case "compacta" | "comoda" as cual:
            listas["densidad"] = cual
        case "columnas":
            suyas = listas.setdefault("columnas", {})
            if _cabe(suyas, lista):
                suyas[lista] = columnas
        case accion:
            suyas = listas.setdefault("vistas", {})
            if not _cabe(suyas, lista):
                return
            otras = [v for v in suyas.get(lista, []) if v[0] != datos["nombre"]]
            nueva = [[datos["nombre"], datos["consulta"]]] if accion == "guardar" and datos["nombre"] else []
            suyas[lista] = [*otras, *nueva][-VISTAS_MAXIMAS:]


def _cabe(suyas: dict[str, Any], lista: str) -> bool:
    return lista in suyas or (len(suyas) < LISTAS_MAXIMAS and len(lista) <= NOMBRE_MAXIMO)
