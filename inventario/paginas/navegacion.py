"""The menu: every place of the application, who may go there, and the keys that lead to it; and the way back from a form."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _


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


def _ajuste(titulo: Promise, ruta: str, icono: str, permiso: str, tecla: str) -> Destino:
    return Destino(titulo, ruta, icono, permiso.format("view"), tecla, cambia=permiso.format("change"))


MENU: list[tuple[Promise | None, list[Destino]]] = [
    (
        None,
        [
            Destino(_("Panel"), "panel", "layout-dashboard", tecla="i"),
            Destino(_("Alertas"), "alertas:lista", "bell", "alertas.view_alerta", "a"),
        ],
    ),
    (
        _("Operar"),
        [
            Destino(_("Despacho"), "movimientos:despacho", "package-check", "movimientos.despachar", "d", True),
            Destino(_("Entrada"), "movimientos:entrada", "package-plus", "movimientos.registrar_entrada", "e", True),
            Destino(
                _("Salida de lote"), "movimientos:salida", "package-minus", "movimientos.registrar_salida", "s", True
            ),
            Destino(_("Traslado"), "movimientos:traslado", "arrow-left-right", "movimientos.trasladar", "t", True),
            Destino(_("Conteo"), "movimientos:ajuste", "clipboard-check", "movimientos.ajustar", "c", True),
            Destino(_("Baja de caducados"), "movimientos:baja", "trash-2", "movimientos.registrar_salida", "b", True),
        ],
    ),
    (
        _("Consultar"),
        [
            Destino(_("Productos"), "productos:lista", "pill-bottle", "productos.view_producto", "p"),
            Destino(_("Lotes"), "lotes:lista", "boxes", "lotes.view_lote", "l", consulta="?con_existencias=true"),
            Destino(_("Operaciones"), "movimientos:operaciones", "receipt-text", "movimientos.view_operacion", "o"),
            Destino(_("Movimientos"), "movimientos:lista", "scroll-text", "movimientos.view_movimiento", "m"),
            Destino(_("Reportes"), "reportes:indice", "chart-column", "lotes.view_existencia", "r"),
        ],
    ),
    (
        _("Ajustes"),
        [
            _ajuste(_("Categorías"), "categorias:lista", "tags", "productos.{}_categoria", "k"),
            _ajuste(_("Almacenes"), "almacenes:lista", "warehouse", "lotes.{}_almacen", "w"),
            _ajuste(_("Motivos"), "motivos:lista", "signpost", "movimientos.{}_motivo", "v"),
        ],
    ),
]
MOVIL = ("panel", "movimientos:despacho", "alertas:lista")  # what the phone's bar holds beside search and the menu


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
    for titulo, destinos in MENU:
        cambian = [d.cambia for d in destinos if d.cambia]
        if cambian and not any(map(request.user.has_perm, cambian)):
            continue
        vistos = [x for d in destinos if (x := _a_la_vista(d, request))]
        if vistos:
            secciones.append({"titulo": titulo, "destinos": vistos})
    return secciones


def destino_seguro(request: HttpRequest, parametro: str, omision: str) -> str:
    """The URL to go on to: what the request asks for in `parametro`, or `omision` (a URL or a route) when that leads to
    another site, or is a word without a slash, which `redirect` would take for the name of a view.
    """
    pedido = request.POST.get(parametro) or request.GET.get(parametro) or ""
    propio = url_has_allowed_host_and_scheme(pedido, {request.get_host()}, require_https=request.is_secure())
    return pedido if propio and "/" in pedido else resolve_url(omision)
