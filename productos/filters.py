from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventario.paginas.filtros import (
    POR_NOMBRE,
    BuscarFilter,
    FilaFilter,
    IdFilter,
    ListaFilterSet,
    Orden,
    OrdenFilter,
    SiNoFilter,
    por_cada,
)

from .models import Categoria, Empaque, Producto, ProductoQuerySet


class ProductoFilter(ListaFilterSet):
    buscar = BuscarFilter(method="filtrar_buscar")
    categoria = FilaFilter(queryset=Categoria.objects.all(), label=_("Categoría"))
    activo = SiNoFilter(field_name="activo", label=_("Activo"))
    bajo_minimo = SiNoFilter(method="filtrar_bajo_minimo", label=_("Bajo mínimo"))
    con_existencias = SiNoFilter(method="filtrar_con_existencias", label=_("Con existencias"))
    orden = OrdenFilter(
        {
            **POR_NOMBRE,
            "sku": Orden("SKU", ["sku"]),
            "-sku": Orden(_("SKU, al revés"), ["-sku"]),
            "creado_en": Orden(_("Más antiguos"), ["creado_en"]),
            "-creado_en": Orden(_("Más recientes"), ["-creado_en"]),
        }
    )

    class Meta:
        model = Producto
        fields: list[str] = []

    def filtrar_buscar(self, qs: ProductoQuerySet, nombre: str, valor: str) -> QuerySet:
        return qs.buscar(valor)

    def filtrar_bajo_minimo(self, qs: ProductoQuerySet, nombre: str, valor: bool) -> QuerySet:
        return qs.bajo_minimo(self.hoy, valor)

    def filtrar_con_existencias(self, qs: ProductoQuerySet, nombre: str, valor: bool) -> QuerySet:
        return qs.con_stock(valor)


class ListaDeProductos(ProductoFilter):
    """That of the page: its heads sort by what only a page of people asks."""

    orden = OrdenFilter(
        {
            **ProductoFilter.base_filters["orden"].ordenes,
            **por_cada("categoria", _("Categoría"), "categoria__nombre"),
            **por_cada("fisico", _("Físico")),
            **por_cada("disponible", _("Disponible")),
            **por_cada("stock_minimo", _("Mínimo")),
        }
    )


class CategoriaFilter(ListaFilterSet):
    buscar = BuscarFilter("nombre")
    orden = OrdenFilter(POR_NOMBRE)

    class Meta:
        model = Categoria
        fields: list[str] = []


class EmpaqueFilter(ListaFilterSet):
    buscar = BuscarFilter("nombre", "gtin", "producto__sku", "producto__nombre")
    producto = IdFilter(label=_("Producto"))
    orden = OrdenFilter(
        {
            "producto": Orden(_("Producto"), ["producto__nombre"]),
            "-producto": Orden(_("Producto, al revés"), ["-producto__nombre"]),
            "nombre": Orden(_("Nombre"), ["nombre"]),
            "-nombre": Orden(_("Nombre, al revés"), ["-nombre"]),
        }
    )

    class Meta:
        model = Empaque
        fields: list[str] = []
