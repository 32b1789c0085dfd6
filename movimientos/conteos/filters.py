import django_filters
from django.utils.translation import gettext_lazy as _

from inventario.paginas.filtros import BuscarFilter, FilaFilter, IdFilter, ListaFilterSet, Orden, OrdenFilter
from lotes.models import Almacen

from ..filters import POR_ESCRITURA
from .models import Conteo, LineaDelConteo


class ConteoFilter(ListaFilterSet):
    almacen = FilaFilter(queryset=Almacen.objects.all(), label=_("Almacén"))
    estado = django_filters.ChoiceFilter(choices=Conteo.Estado, label=_("Estado"))
    orden = OrdenFilter(POR_ESCRITURA)

    class Meta:
        model = Conteo
        fields: list[str] = []


class LineaFilter(ListaFilterSet):
    buscar = BuscarFilter("producto__sku", "producto__nombre", "lote__codigo")
    estado = django_filters.ChoiceFilter(choices=LineaDelConteo.Estado, label=_("Estado"))
    producto = IdFilter(field_name="producto_id", label=_("Producto"))
    lote = IdFilter(field_name="lote_id", label=_("Lote"))
    orden = OrdenFilter({"orden": Orden(_("De la hoja"), ["orden"])})

    class Meta:
        model = LineaDelConteo
        fields: list[str] = []
