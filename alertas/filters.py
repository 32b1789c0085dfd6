import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventario.paginas.filtros import FilaFilter, IdFilter, ListaFilterSet, Orden, OrdenFilter
from lotes.models import Almacen, Existencia

from .models import Alerta, AlertaQuerySet, Estado, Severidad, Tipo


class AlertaFilter(ListaFilterSet):
    """Over `Alerta.objects.con_derivados(hoy)`. Alerts that hold on `hoy`, unless `estado=resuelta` asks for history."""

    tipo = django_filters.ChoiceFilter(field_name="tipo_hoy", choices=Tipo, label=_("Tipo"))
    severidad = django_filters.ChoiceFilter(field_name="severidad", choices=Severidad, label=_("Severidad"))
    estado = django_filters.ChoiceFilter(field_name="estado", choices=Estado, label=_("Estado"))
    producto = IdFilter(field_name="producto_id", label=_("Producto"))
    almacen = FilaFilter(queryset=Almacen.objects.all(), method="filtrar_almacen", label=_("Almacén"))
    orden = OrdenFilter(
        {
            "activa_desde": Orden(_("Desde hace más tiempo"), ["activa_desde"]),
            "-activa_desde": Orden(_("Más recientes"), ["-activa_desde"]),
            "-severidad": Orden(_("Más graves"), ["-nivel", F("vence").asc(nulls_last=True)]),
            "vence": Orden(_("Caducan antes"), [F("vence").asc(nulls_last=True)]),
        }
    )

    class Meta:
        model = Alerta
        fields: list[str] = []

    def filter_queryset(self, queryset: AlertaQuerySet) -> QuerySet:
        if self.form.cleaned_data.get("estado") != Estado.RESUELTA:
            queryset = queryset.vigentes(self.hoy)
        return super().filter_queryset(queryset)

    def filtrar_almacen(self, qs: QuerySet, nombre: str, valor: Almacen) -> QuerySet:
        """Alerts of lots with stock in the warehouse, and of products that have ever been in it."""
        en_el = Existencia.objects.filter(almacen=valor)
        return qs.filter(
            Q(lote__isnull=True) & Exists(en_el.filter(producto=OuterRef("producto")))
            | Exists(en_el.con_stock().filter(lote=OuterRef("lote")))
        )
