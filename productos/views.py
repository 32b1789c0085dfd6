"""The pages of products."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import ProtectedError, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventario.paginas.filtros import BUSQUEDA_MAXIMA
from inventario.paginas.listas import responder_lista

from .exceptions import ProductoConLotes
from .filters import ProductoFilter
from .forms import ProductoForm
from .models import Producto

LOTES_EN_DETALLE = 50
MOVIMIENTOS_EN_DETALLE = 10
SUGERENCIAS = 10
MESES = 12


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    productos = Producto.objects.select_related("categoria").con_existencias(hoy)
    return responder_lista(request, "productos/lista.html", ProductoFilter(request.GET, productos, hoy=hoy))


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def detalle(request: HttpRequest, pk: int) -> HttpResponse:
    # Lots, movements and alerts stand above this app: they are reached through the product's own relations.
    hoy = timezone.localdate()
    producto = get_object_or_404(Producto.objects.select_related("categoria").con_existencias(hoy), pk=pk)
    lotes = producto.lotes.con_cantidad().en_orden_fefo()
    con_stock = lotes.filter(cantidad__gt=0)[: LOTES_EN_DETALLE + 1]
    almacenes = producto.existencias.con_stock().order_by("almacen__nombre").values("almacen__nombre")
    contexto = {
        "producto": producto,
        "hoy": hoy,
        "no_disponible": producto.fisico - producto.disponible,
        "lotes": list(con_stock),
        "lotes_en_detalle": LOTES_EN_DETALLE,
        "por_almacen": list(almacenes.annotate(total=Sum("cantidad"))),
        "alertas": list(producto.alertas.vigentes(hoy).con_derivados(hoy).select_related("lote").order_by("-nivel")),
        "consumo": _consumo(producto, hoy),
        "movimientos": list(
            producto.movimientos.select_related("lote", "almacen", "operacion").order_by("-pk")[:MOVIMIENTOS_EN_DETALLE]
        ),
    }
    return render(request, "productos/detalle.html", contexto)


def _consumo(producto: Producto, hoy: date) -> dict[str, list]:
    """Units consumed in each of the last MESES months, what was reversed left out: labels and values of a chart."""
    meses = [date(hoy.year + (hoy.month - 1 - n) // 12, (hoy.month - 1 - n) % 12 + 1, 1) for n in range(MESES)][::-1]
    salidas = producto.movimientos.filter(
        fecha_efectiva__gte=meses[0], operacion__motivo__es_consumo=True, operacion__revertida_por__isnull=True
    )
    por_mes = salidas.order_by().annotate(mes=TruncMonth("fecha_efectiva")).values_list("mes").annotate(Sum("cantidad"))
    consumido = dict(por_mes)
    valores = [-consumido.get(mes, 0) for mes in meses]
    return {"meses": [date_format(mes, "M") for mes in meses], "valores": valores} if any(valores) else {}


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
