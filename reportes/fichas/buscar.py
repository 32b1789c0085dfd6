"""Global search: products, lots and operations that match what somebody typed or scanned.

A page, and the fragment of it that the command palette shows.
"""

from dataclasses import dataclass, field

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventario.dominio.campos import entero_ascii
from inventario.dominio.permisos import Quien
from inventario.paginas.camara import con_camara
from inventario.paginas.fragmentos import pide_fragmento
from inventario.plataforma.busqueda import que_contiene
from lotes.codigos import identificar
from lotes.models import Lote
from movimientos.models import Operacion
from productos.models import Producto

LARGO_MAXIMO = 100
POR_GRUPO = 6
POR_PAGINA = 25


@require_GET
@con_camara
def ver(request: HttpRequest) -> HttpResponse:
    """What was found; the page of a product or a lot that the text names exactly, as a scan does, is shown itself."""
    crudo = request.GET.get("q", "")
    texto = limpiar(crudo)
    fragmento = pide_fragmento(request)
    if texto and not fragmento and (destino := _nombrado(crudo, request.user)):
        return redirect(destino)
    hallado = buscar(texto, request.user, POR_GRUPO if fragmento else POR_PAGINA)
    plantilla = "reportes/fichas/buscar.html#hallazgos" if fragmento else "reportes/fichas/buscar.html"
    return render(request, plantilla, {"consulta_global": texto, "hallado": hallado, "tope": POR_PAGINA})


def _nombrado(crudo: str, usuario: Quien) -> str:
    """The address of the lot or product that `crudo` names, or nothing."""
    if not (usuario.has_perm("productos.view_producto") and usuario.has_perm("lotes.view_lote")):
        return ""
    visto = identificar(crudo, timezone.localdate())
    if visto.lote:
        return reverse("lotes:detalle", args=[visto.lote.pk])
    return reverse("productos:detalle", args=[visto.producto.pk]) if visto.producto else ""


@dataclass(slots=True)
class Hallazgos:
    """What was found, at most `tope` of each kind; only kinds this user may see."""

    productos: list[Producto] = field(default_factory=list)
    lotes: list[Lote] = field(default_factory=list)
    operaciones: list[Operacion] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.productos or self.lotes or self.operaciones)


def limpiar(texto: str) -> str:
    """The text to search for. Raises BadRequest (400) if it has a NUL or more than 100 characters."""
    if "\0" in texto or len(texto) > LARGO_MAXIMO:
        raise BadRequest
    return " ".join(texto.split())


def buscar(texto: str, usuario: Quien, tope: int) -> Hallazgos:
    """At most three queries of `tope` rows each, those of products and lots served by an index on PostgreSQL."""
    hallado = Hallazgos()
    if not texto:
        return hallado
    if usuario.has_perm("productos.view_producto"):
        hallado.productos = list(Producto.objects.buscar(texto).segun_parecido(texto)[:tope])
    if usuario.has_perm("lotes.view_lote"):
        hallado.lotes = list(_lotes(texto)[:tope])
    if usuario.has_perm("movimientos.view_operacion"):
        hallado.operaciones = list(_operaciones(texto)[:tope])
    return hallado


def _lotes(texto: str) -> QuerySet[Lote]:
    return Lote.objects.filter(que_contiene(texto, "codigo")).select_related("producto").order_by("-pk")


def _operaciones(texto: str) -> QuerySet[Operacion]:
    """By number (with or without "#"), document or counterpart."""
    condicion = que_contiene(texto, "documento", "contraparte")
    if (numero := entero_ascii(texto.removeprefix("#"))) is not None:
        condicion |= Q(pk=numero)
    return Operacion.objects.filter(condicion).select_related("motivo").order_by("-pk")
