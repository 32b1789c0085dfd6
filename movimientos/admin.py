from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from inventario.paginas.admin import DeHistoria, SoloLectura

from .conteos.models import Conteo, LineaDelConteo, NumeroContado
from .importacion.models import Importacion, LineaImportada, ProblemaDeFila
from .models import Motivo, Movimiento, Operacion

LINEAS = 50  # of an operation, on its page


@admin.register(Motivo)
class MotivoAdmin(DeHistoria):
    list_display = ("codigo", "nombre", "tipo", "es_consumo", "admite_no_disponible", "activo")
    list_filter = ("tipo", "es_consumo", "activo")
    search_fields = ("codigo", "nombre")


class PrimerasLineas(BaseInlineFormSet):
    """Those that the page of an operation shows: it may have thousands."""

    def get_queryset(self) -> Any:
        return self._primeras

    @cached_property
    def _primeras(self) -> list[Movimiento]:
        return list(super().get_queryset()[:LINEAS])


class MovimientoEnLinea(SoloLectura, admin.TabularInline):
    model = Movimiento
    formset = PrimerasLineas
    verbose_name_plural = _("primeras líneas")
    fields = ("producto", "lote", "almacen", "cantidad", "saldo", "fecha_caducidad", "excepcion_fefo")
    ordering = ("pk",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movimiento]:
        return super().get_queryset(request).select_related("producto", "lote", "almacen")


@admin.register(Operacion)
class OperacionAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "tipo", "motivo", "almacen", "contraparte", "documento", "fecha_efectiva", "usuario")
    list_filter = ("tipo", "motivo", "almacen")
    list_select_related = ("motivo", "almacen", "usuario")
    search_fields = ("documento", "contraparte", "nota")
    readonly_fields = ("lineas_escritas",)
    inlines = (MovimientoEnLinea,)

    @admin.display(description=_("líneas"))
    def lineas_escritas(self, obj: Operacion) -> str:
        """How many there are, and the way to their pages."""
        lugar = f"{reverse('admin:movimientos_movimiento_changelist')}?operacion__id__exact={obj.pk}"
        return format_html('<a href="{}">{}</a>', lugar, number_format(obj.movimientos.count(), force_grouping=True))


@admin.register(Movimiento)
class MovimientoAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "operacion", "producto", "lote", "almacen", "cantidad", "saldo", "fecha_efectiva")
    list_filter = ("tipo", "almacen", "excepcion_fefo")
    list_select_related = ("operacion", "producto", "lote", "almacen")
    search_fields = ("producto__sku", "lote__codigo")


@admin.register(Conteo)
class ConteoAdmin(SoloLectura, admin.ModelAdmin):
    list_display = (
        "id",
        "almacen",
        "estado",
        "num_lineas",
        "num_contadas",
        "abierto_por",
        "abierto_en",
        "aprobado_por",
    )
    list_filter = ("estado", "almacen")
    list_select_related = ("almacen", "abierto_por", "aprobado_por")


@admin.register(LineaDelConteo)
class LineaDelConteoAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "conteo", "producto", "lote", "estado", "cantidad", "habia", "diferencia")
    list_filter = ("estado",)
    list_select_related = ("conteo__almacen", "producto", "lote")
    search_fields = ("producto__sku", "lote__codigo")


@admin.register(NumeroContado)
class NumeroContadoAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "linea", "usuario", "cantidad", "habia", "contado_en")
    list_select_related = ("linea__lote", "linea__conteo", "usuario")


@admin.register(Importacion)
class ImportacionAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "tipo", "archivo", "estado", "almacen", "usuario", "creada_en")
    list_filter = ("tipo", "estado")
    list_select_related = ("almacen", "usuario")
    fields = ("tipo", "estado", "archivo", "almacen", "usuario", "hoja", "fila_cabecera", "totales", "creada_en")


@admin.register(LineaImportada)
class LineaImportadaAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "importacion", "almacen", "producto", "lote", "cantidad", "operacion")
    list_select_related = ("importacion", "almacen", "producto", "operacion")
    search_fields = ("producto__sku", "lote")


@admin.register(ProblemaDeFila)
class ProblemaDeFilaAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "importacion", "fila", "columna", "clase", "codigo", "valor")
    list_filter = ("clase",)
    list_select_related = ("importacion",)
