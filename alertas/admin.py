from django.contrib import admin

from inventario.paginas.admin import SoloLectura

from .models import Alerta, EventoAlerta


class EventoEnLinea(SoloLectura, admin.TabularInline):
    model = EventoAlerta
    extra = 0


@admin.register(Alerta)
class AlertaAdmin(SoloLectura, admin.ModelAdmin):
    """Read-only: alerts follow from the stock, and are attended in their own page."""

    list_display = ("tipo", "producto", "lote", "activa_desde", "termina", "vence", "cantidad", "resuelta_en")
    list_filter = ("tipo", ("resuelta_en", admin.EmptyFieldListFilter))
    list_select_related = ("producto", "lote")
    search_fields = ("producto__sku", "producto__nombre", "lote__codigo")
    inlines = (EventoEnLinea,)
