from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from inventario.paginas.admin import NUMEROS, ConSelector, DeHistoria

from .models import Categoria, Empaque, Producto


@admin.register(Categoria)
class CategoriaAdmin(DeHistoria):
    formfield_overrides = NUMEROS
    list_display = ("nombre", "dias_aviso")
    search_fields = ("nombre",)


@admin.register(Producto)
class ProductoAdmin(DeHistoria, ConSelector):
    formfield_overrides = NUMEROS
    list_display = ("sku", "nombre", "categoria", "unidad", "stock_minimo", "stock_maximo", "activo")
    list_display_links = ("sku", "nombre")
    list_filter = ("activo", "controla_caducidad", "categoria")
    list_select_related = ("categoria",)
    search_fields = ("sku", "nombre", "gtin")
    autocomplete_fields = ("categoria",)
    readonly_fields = ("creado_en", "actualizado_en")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("sku", "nombre", "descripcion", "categoria", "unidad", "gtin", "activo")}),
        (
            _("Control"),
            {
                "fields": (
                    ("stock_minimo", "stock_maximo"),
                    "controla_caducidad",
                    "dias_aviso",
                    "vida_minima_despacho",
                )
            },
        ),
        (None, {"fields": ("creado_en", "actualizado_en")}),
    )

    def get_deleted_objects(
        self, objs: Sequence[Producto] | QuerySet[Producto], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        # What hangs from a product that may be deleted (its alerts) goes with it, whoever may not delete it alone.
        objetos, cuentas, faltan, protegidos = super().get_deleted_objects(objs, request)
        return objetos, cuentas, faltan & {self.opts.verbose_name}, protegidos


@admin.register(Empaque)
class EmpaqueAdmin(DeHistoria, ConSelector):
    formfield_overrides = NUMEROS
    list_display = ("nombre", "producto", "unidades", "gtin", "usado")
    list_select_related = ("producto",)
    search_fields = ("nombre", "gtin", "producto__sku", "producto__nombre")
    autocomplete_fields = ("producto",)
    readonly_fields = ("usado",)
