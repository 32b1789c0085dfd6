"""The pages of products; those that write are made in `inventario.paginas.catalogo`."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventario.dominio import lector
from inventario.dominio.texto import normalizar_codigo, normalizar_gtin
from inventario.paginas.filtros import BUSQUEDA_MAXIMA
from inventario.paginas.listas import responder_lista

from .codigos import por_gtin
from .filters import ProductoFilter
from .models import Producto

SUGERENCIAS = 10


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    productos = Producto.objects.select_related("categoria").con_existencias(hoy)
    return responder_lista(request, "productos/lista.html", ProductoFilter(request.GET, productos, hoy=hoy))


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def sugerencias(request: HttpRequest) -> HttpResponse:
    """What the product control offers as one types, by sku, name or GTIN, an exact sku first:
    active products, and of the others those of which something is left, since it may leave.

    A scanned code names its product, and fills the line with the lot, the dates and the quantity that it carries.
    """
    hoy = timezone.localdate()
    crudo = request.GET.get("q", "").replace("\x00", "")[: lector.LARGO_MAXIMO]
    texto = crudo.strip()[:BUSQUEDA_MAXIMA]
    leido = lector.leer(crudo, hoy)
    elegibles = Producto.objects.elegibles().prefetch_related("empaques").con_existencias(hoy)
    gtin = leido.gtin or leido.gtin_contenido or ""
    nombrado = por_gtin({gtin}).get(gtin) if gtin else None
    escaneado = elegibles.filter(pk=nombrado.producto.pk).first() if nombrado else None
    if escaneado is None and leido.tipo in {"texto", "gtin"} and texto:
        hallados = elegibles.buscar(texto).segun_parecido(texto)[:SUGERENCIAS]
        sku, codigo = normalizar_codigo(texto), normalizar_gtin(texto)
        opciones = [(p, p.sku == sku or p.gtin == codigo) for p in hallados]
        opciones.sort(key=lambda opcion: not opcion[1])
    else:
        opciones = [(escaneado, True)] if escaneado else []
    contexto: dict[str, Any] = {"opciones": opciones, "texto": texto}
    if escaneado and nombrado:
        contexto |= {"leido": leido, "llena": nombrado.llena(leido.cantidad)}
    return render(request, "productos/_sugerencias.html", contexto)
