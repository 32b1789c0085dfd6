import django_filters
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from inventario.paginas.filtros import (
    POR_CODIGO,
    POR_NOMBRE,
    BuscarFilter,
    FechaFilter,
    FilaFilter,
    IdFilter,
    ListaFilterSet,
    Orden,
    OrdenFilter,
    SiNoFilter,
    por_cada,
)
from inventario.plataforma.busqueda import que_contiene
from productos.models import Producto

from .models import Almacen, Existencia, Lote, orden_fefo


class LoteFilter(ListaFilterSet):
    """`almacen` alone finds the lots that have ever been there; with `con_existencias`, those with (or without) stock there."""

    buscar = BuscarFilter(method="filtrar_buscar")
    producto = IdFilter(field_name="producto_id", label=_("Producto"))
    almacen = FilaFilter(queryset=Almacen.objects.all(), method="filtrar_almacen", label=_("Almacén"))
    estado = django_filters.ChoiceFilter(choices=Lote.Estado, label=_("Estado"))
    caduca_desde = FechaFilter(field_name="fecha_caducidad", lookup_expr="gte", label=_("Caduca desde"))
    caduca_hasta = FechaFilter(field_name="fecha_caducidad", lookup_expr="lte", label=_("Caduca hasta"))
    con_existencias = SiNoFilter(method="filtrar_con_existencias", label=_("Con existencias"))
    orden = OrdenFilter(
        {
            "fecha_caducidad": Orden(_("Caducan antes"), orden_fefo()),
            "-fecha_caducidad": Orden(_("Caducan después"), [F("fecha_caducidad").desc(nulls_last=True)]),
            **POR_CODIGO,
            "creado_en": Orden(_("Más antiguos"), ["creado_en"]),
            "-creado_en": Orden(_("Más recientes"), ["-creado_en"]),
        }
    )

    class Meta:
        model = Lote
        fields: list[str] = []

    def filtrar_buscar(self, qs: QuerySet, nombre: str, valor: str) -> QuerySet:
        # Each half of the union uses its own index; one condition with OR would read every lot.
        por_codigo = Lote.objects.filter(que_contiene(valor, "codigo")).order_by().values("pk")
        por_producto = Lote.objects.filter(producto__in=Producto.objects.buscar(valor).order_by().values("pk"))
        return qs.filter(pk__in=por_codigo.union(por_producto.order_by().values("pk")))

    def filtrar_almacen(self, qs: QuerySet, nombre: str, valor: Almacen) -> QuerySet:
        return qs.filter(Exists(Existencia.objects.filter(lote=OuterRef("pk"), almacen=valor)))

    def filtrar_con_existencias(self, qs: QuerySet, nombre: str, valor: bool) -> QuerySet:
        existencias = Existencia.objects.con_stock().filter(lote=OuterRef("pk"))
        if almacen := self.form.cleaned_data.get("almacen"):
            existencias = existencias.filter(almacen=almacen)
        return qs.filter(Exists(existencias)) if valor else qs.filter(~Exists(existencias))


class ListaDeLotes(LoteFilter):
    """That of the page: its heads sort by what only a page of people asks."""

    orden = OrdenFilter(
        {
            **LoteFilter.base_filters["orden"].ordenes,
            **por_cada("producto", _("Producto"), "producto__nombre"),
            **por_cada("estado", _("Estado")),
            **por_cada("cantidad", _("Cantidad")),
        }
    )


class AlmacenFilter(ListaFilterSet):
    buscar = BuscarFilter("codigo", "nombre")
    activo = SiNoFilter(field_name="activo", label=_("Activo"))
    orden = OrdenFilter(POR_NOMBRE | POR_CODIGO)

    class Meta:
        model = Almacen
        fields: list[str] = []
