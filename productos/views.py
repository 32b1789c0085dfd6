"""The pages of products; those that write are made in `inventario.paginas.catalogo`."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from inventario.cuentas.alcance import quienes_pueden
from inventario.dominio import lector
from inventario.dominio.campos import entero_ascii
from inventario.dominio.texto import normalizar_codigo, normalizar_gtin
from inventario.dominio.transacciones import insistir
from inventario.paginas.catalogo import guardar
from inventario.paginas.filtros import BUSQUEDA_MAXIMA
from inventario.paginas.tabla import mostrar

from .catalogo import RAPIDO
from .codigos import por_gtin
from .filters import ListaDeProductos
from .listas import LISTA
from .models import Producto

SUGERENCIAS = 10
CREAR = "productos.add_producto"


@require_GET
@permission_required("productos.view_producto", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    hoy = timezone.localdate()
    productos = Producto.objects.select_related("categoria").con_existencias(hoy)
    return mostrar(request, LISTA, ListaDeProductos(request.GET, productos, hoy=hoy))


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
    almacen = entero_ascii(request.GET.get("almacen", ""))
    elegibles = Producto.objects.elegibles().prefetch_related("empaques").con_existencias(hoy, almacen)
    nombrado = por_gtin({leido.nombra}).get(leido.nombra) if leido.nombra else None
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
    if not opciones and "crear" in request.GET:
        puede = request.user.has_perm(CREAR)
        contexto |= {"crudo": crudo, "crea": puede, "quienes": [] if puede else quienes_pueden(CREAR)}
    return render(request, "productos/_sugerencias.html", contexto)


@require_http_methods(["GET", "POST"])
@permission_required(CREAR, raise_exception=True)
def rapido(request: HttpRequest) -> HttpResponse:
    """Create the product that the picker of a sheet did not find: its form as a fragment, filled in with what was typed or
    scanned (`q`), and then the option that the picker takes, with the lot and the dates of the code.
    """
    crudo = (request.POST or request.GET).get("q", "").replace("\x00", "")[: lector.LARGO_MAXIMO]
    leido = lector.leer(crudo, timezone.localdate())
    estado = 200
    if request.method == "POST":
        formulario = insistir(guardar, RAPIDO, request.POST, None)
        if formulario.is_valid():
            creado = Producto.objects.con_existencias(timezone.localdate()).get(pk=formulario.instance.pk)
            contexto = {"opciones": [(creado, True)], "leido": leido if leido.gtin else None}
            return render(request, "productos/_sugerencias.html", contexto, status=201)
        estado = 422
    else:
        gtin, texto = leido.nombra, crudo.strip()[:BUSQUEDA_MAXIMA]
        dicho = {"gtin": gtin} if gtin else {"nombre": texto} if " " in texto else {"sku": texto}
        formulario = RAPIDO.formulario(initial=dicho)
    return render(request, "productos/rapido.html", {"formulario": formulario, "crudo": crudo}, status=estado)
