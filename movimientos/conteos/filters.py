from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventario.paginas.filtros import (
    BuscarFilter,
    FilaFilter,
    IdFilter,
    ListaFilterSet,
    Orden,
    OrdenFilter,
    SiNoFilter,
)
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


POR_RESOLVER = "por_resolver"


class LineaFilter(ListaFilterSet):
    """The lines of a session. While it is blind, what only the books would tell filters nothing out: it finds none."""

    buscar = BuscarFilter("producto__sku", "producto__nombre", "lote__codigo")
    estado = django_filters.ChoiceFilter(
        choices=[*LineaDelConteo.Estado.choices, (POR_RESOLVER, _("Por resolver"))],
        method="filtrar_estado",
        label=_("Estado"),
    )
    diferencia = SiNoFilter(method="filtrar_diferencia", label=_("Con diferencia"))
    producto = IdFilter(field_name="producto_id", label=_("Producto"))
    lote = IdFilter(field_name="lote_id", label=_("Lote"))
    orden = OrdenFilter({"orden": Orden(_("De la hoja"), ["orden"])})

    class Meta:
        model = LineaDelConteo
        fields: list[str] = []

    def __init__(self, *args: Any, conteo: Conteo | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conteo = conteo or getattr(kwargs.get("request"), "conteo", None)

    @property
    def _a_ciegas(self) -> bool:
        return self.conteo is not None and self.conteo.oculta_saldos

    def filtrar_estado(self, qs: QuerySet, nombre: str, valor: str) -> QuerySet:
        if self._a_ciegas:
            return (
                qs.exclude(estado="sin_contar")
                if valor == "contada"
                else qs.filter(estado="sin_contar").filter(estado=valor)
            )
        return qs.filter(estado__in=LineaDelConteo.POR_RESOLVER) if valor == POR_RESOLVER else qs.filter(estado=valor)

    def filtrar_diferencia(self, qs: QuerySet, nombre: str, valor: bool) -> QuerySet:
        if self._a_ciegas:
            return qs.none()
        difiere = Q(diferencia__gt=0) | Q(diferencia__lt=0)
        return qs.filter(difiere) if valor else qs.exclude(difiere)
