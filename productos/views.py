"""The pages of products; those that write are made in `inventario.paginas.catalogo`."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventario.dominio.texto import normalizar_codigo, normalizar_gtin
from inventario.paginas.filtros import BUSQUEDA_MAXIMA
from inventario.paginas.listas import responder_lista

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
    """What the product control offers as one types, by sku, name or GTIN, an exact sku first: active products, and of the
    others those of which something is left, since it may leave.
    """
    texto = request.GET.get("q", "").strip().replace("\x00", "")[:BUSQUEDA_MAXIMA]
    productos = Producto.objects.elegibles().buscar(texto) if texto else Producto.objects.none()
    hallados = productos.con_existencias(timezone.localdate()).segun_parecido(texto)[:SUGERENCIAS]
    sku, gtin = normalizar_codigo(texto), normalizar_gtin(texto)
    opciones = [(p, p.sku == sku or p.gtin == gtin) for p in hallados]
    opciones.sort(key=lambda opcion: not opcion[1])
    return render(request, "productos/_sugerencias.html", {"opciones": opciones, "texto": texto})
