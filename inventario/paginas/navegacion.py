"""The menu as each user sees it, and the way back from a form."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme


@dataclass(frozen=True, slots=True)
class Destino:
    """`permiso` "" is for everybody; `tecla` is pressed after "g"; `accion` marks what writes (shown on the panel);
    `consulta` filters the list from the start; `cambia` is the permission to change what is kept there.
    """

    titulo: Promise
    ruta: str
    icono: str
    permiso: str = ""
    tecla: str = ""
    accion: bool = False
    consulta: str = ""
    cambia: str = ""


def _a_la_vista(destino: Destino, request: HttpRequest) -> dict[str, Any] | None:
    """What a template needs of `destino`, or None when this user may not go there."""
    if destino.permiso and not request.user.has_perm(destino.permiso):
        return None
    try:
        url = reverse(destino.ruta)
    except NoReverseMatch:  # its app is not in the URLs
        return None
    ruta = request.path
    return {
        "titulo": destino.titulo,
        "ruta": destino.ruta,
        "url": url + destino.consulta,
        "icono": destino.icono,
        "tecla": destino.tecla,
        "accion": destino.accion,
        "aqui": ruta == url or (url != "/" and ruta.startswith(url)),
    }


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The sections that this user sees. Left out: empty ones, and those where this user may change nothing of what they hold."""
    secciones = []
    from ..menu import MENU  # where everything meets: it names pages of every app

    for titulo, destinos in MENU:
        cambian = [d.cambia for d in destinos if d.cambia]
        if cambian and not any(map(request.user.has_perm, cambian)):
            continue
        vistos = [x for d in destinos if (x := _a_la_vista(d, request))]
        if vistos:
            secciones.append({"titulo": titulo, "destinos": vistos})
    return secciones


def menu_movil(request: HttpRequest) -> list[dict[str, Any]]:
    """The few places that the phone's bar shows this user."""
    from ..menu import MOVIL

    todos = {d["ruta"]: d for seccion in menu(request) for d in seccion["destinos"]}
    return [todos[ruta] for ruta in MOVIL if ruta in todos]


def destino_seguro(request: HttpRequest, parametro: str, omision: str) -> str:
    """The URL to go on to: what the request asks for in `parametro`, or `omision` (a URL or a route) when that leads to
    another site, or is a word without a slash, which `redirect` would take for the name of a view.
    """
    pedido = request.POST.get(parametro) or request.GET.get(parametro) or ""
    propio = url_has_allowed_host_and_scheme(pedido, {request.get_host()}, require_https=request.is_secure())
    return pedido if propio and "/" in pedido else resolve_url(omision)
