from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from inventario.paginas.admin import DeHistoria, SoloLectura

from .models import Motivo, Movimiento, Operacion


@admin.register(Motivo)
class MotivoAdmin(DeHistoria):
    list_display = ("codigo", "nombre", "tipo", "es_consumo", "admite_no_disponible", "activo")
    list_filter = ("tipo", "es_consumo", "activo")
    search_fields = ("codigo", "nombre")


class MovimientoEnLinea(SoloLectura, admin.TabularInline):
    model = Movimiento
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
    inlines = (MovimientoEnLinea,)


@admin.register(Movimiento)
class MovimientoAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("id", "operacion", "producto", "lote", "almacen", "cantidad", "saldo", "fecha_efectiva")
    list_filter = ("tipo", "almacen", "excepcion_fefo")
    list_select_related = ("operacion", "producto", "lote", "almacen")
    search_fields = ("producto__sku", "lote__codigo")
