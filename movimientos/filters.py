import django_filters
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
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
    TextoFilter,
)
from lotes.models import Almacen

from .models import Motivo, Movimiento, Operacion, Tipo

# Read by cursor, which needs an order that nothing inserted later can upset: that of writing.
POR_ESCRITURA = {"-id": Orden(_("Más recientes"), []), "id": Orden(_("Más antiguos"), [])}


class OperacionFilter(ListaFilterSet):
    """`almacen` is either end of a transfer; `documento` and `contraparte` match words of it."""

    tipo = django_filters.ChoiceFilter(choices=Tipo, label=_("Tipo"))
    motivo = FilaFilter(queryset=Motivo.objects.all(), to_field_name="codigo", label=_("Motivo"))
    almacen = FilaFilter(queryset=Almacen.objects.all(), method="filtrar_almacen", label=_("Almacén"))
    usuario = FilaFilter(
        queryset=get_user_model().objects.order_by("username"), to_field_name="username", label=_("Usuario")
    )
    desde = FechaFilter(field_name="fecha_efectiva", lookup_expr="gte", label=_("Desde"))
    hasta = FechaFilter(field_name="fecha_efectiva", lookup_expr="lte", label=_("Hasta"))
    documento = TextoFilter("documento", max_length=100, label=_("Documento"))
    contraparte = TextoFilter("contraparte", max_length=200, label=_("Contraparte"))
    orden = OrdenFilter(POR_ESCRITURA)

    class Meta:
        model = Operacion
        fields: list[str] = []

    def filtrar_almacen(self, qs: QuerySet, nombre: str, valor: Almacen) -> QuerySet:
        return qs.filter(Q(almacen=valor) | Q(almacen_destino=valor))


class MovimientoFilter(ListaFilterSet):
    producto = IdFilter(field_name="producto_id", label=_("Producto"))
    lote = IdFilter(field_name="lote_id", label=_("Lote"))
    almacen = FilaFilter(queryset=Almacen.objects.all(), label=_("Almacén"))
    tipo = django_filters.ChoiceFilter(choices=Tipo, label=_("Tipo"))
    desde = FechaFilter(field_name="fecha_efectiva", lookup_expr="gte", label=_("Desde"))
    hasta = FechaFilter(field_name="fecha_efectiva", lookup_expr="lte", label=_("Hasta"))
    orden = OrdenFilter(POR_ESCRITURA)

    class Meta:
        model = Movimiento
        fields: list[str] = []


class MotivoFilter(ListaFilterSet):
    buscar = BuscarFilter("codigo", "nombre")
    tipo = django_filters.ChoiceFilter(choices=Tipo, label=_("Tipo"))
    activo = SiNoFilter(field_name="activo", label=_("Activo"))
    orden = OrdenFilter(POR_NOMBRE | POR_CODIGO)

    class Meta:
        model = Motivo
        fields: list[str] = []
