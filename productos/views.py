"""The pages of products."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventario.paginas.filtros import BUSQUEDA_MAXIMA
from inventario.paginas.listas import responder_lista

from .exceptions import ProductoConLotes
from .filters import ProductoFilter
from .forms import ProductoForm
from .models import Producto

SUGERENCIAS = 10


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    productos = Producto.objects.select_related("categoria").con_existencias(hoy)
    return responder_lista(request, "productos/lista.html", ProductoFilter(request.GET, productos, hoy=hoy))


@require_http_methods(["GET", "POST"])
@permission_required("productos.add_producto", raise_exception=True)
def crear(request: HttpRequest) -> HttpResponse:
    formulario = ProductoForm(request.POST or None)
    if formulario.is_valid():
        producto = formulario.save()
        messages.success(request, _("Producto %(sku)s creado.") % {"sku": producto.sku})
        return redirect("productos:detalle", producto.pk)
    estado = 422 if request.method == "POST" else 200
    return render(request, "productos/formulario.html", {"formulario": formulario}, status=estado)


@require_http_methods(["GET", "POST"])
@permission_required("productos.change_producto", raise_exception=True)
def editar(request: HttpRequest, pk: int) -> HttpResponse:
    producto = get_object_or_404(Producto, pk=pk)
    formulario = ProductoForm(request.POST or None, instance=producto)
    if formulario.is_valid():
        formulario.save()
        messages.success(request, _("Cambios guardados."))
        return redirect("productos:detalle", producto.pk)
    estado = 422 if request.method == "POST" else 200
    contexto = {"formulario": formulario, "producto": Producto.objects.get(pk=pk)}
    return render(request, "productos/formulario.html", contexto, status=estado)


@require_http_methods(["GET", "POST"])
@permission_required("productos.delete_producto", raise_exception=True)
def eliminar(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first; a product with lots is refused (409) with the way out: deactivate it."""
    producto = get_object_or_404(Producto, pk=pk)
    contexto = {"producto": producto, "con_lotes": producto.lotes.exists()}
    if request.method == "GET":
        return render(request, "productos/eliminar.html", contexto)
    try:
        producto.delete()
    except ProtectedError:
        contexto |= {"con_lotes": True, "error": ProductoConLotes()}
        return render(request, "productos/eliminar.html", contexto, status=409)
    messages.success(request, _("Producto %(sku)s eliminado.") % {"sku": contexto["producto"].sku})
    return redirect("productos:lista")


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def sugerencias(request: HttpRequest) -> HttpResponse:
    """What the product control offers as one types: active products by sku, name or GTIN, an exact sku first."""
    texto = request.GET.get("q", "").strip().replace("\x00", "")[:BUSQUEDA_MAXIMA]
    productos = Producto.objects.activos().buscar(texto) if texto else Producto.objects.none()
    hallados = productos.con_existencias(timezone.localdate()).segun_parecido(texto)[:SUGERENCIAS]
    opciones = [(p, texto.upper() == p.sku or (texto.isdigit() and texto.zfill(14) == p.gtin)) for p in hallados]
    opciones.sort(key=lambda opcion: not opcion[1])
    return render(request, "productos/_sugerencias.html", {"opciones": opciones, "texto": texto})
