from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import entero_ascii
from inventario.dominio.exceptions import BaseOcupada, DatosInvalidos, ErrorDeDominio
from inventario.paginas.admin import NUMEROS, ConSelector, DeHistoria, SoloLectura
from inventario.paginas.solicitud import Solicitud

from . import services
from .cambios import CAMBIOS, Cambio
from .forms import NotaForm
from .models import Almacen, CambioDeLote, Existencia, Lote

if TYPE_CHECKING:
    from .models import ConCantidad


@admin.register(Almacen)
class AlmacenAdmin(DeHistoria):
    list_display = ("codigo", "nombre", "activo", "predeterminado")
    list_filter = ("activo",)
    search_fields = ("codigo", "nombre")


def _accion(cambio: Cambio) -> Callable[..., HttpResponse | None]:
    @admin.action(description=cambio.titulo)
    def accion(de: "LoteAdmin", request: Solicitud, lotes: QuerySet[Lote]) -> HttpResponse | None:
        return de.cambiar(request, lotes, cambio)

    accion.__name__ = cambio.codigo
    return accion


class CambioEnLinea(SoloLectura, admin.TabularInline):
    model = CambioDeLote
    extra = 0


class ExistenciaEnLinea(SoloLectura, admin.TabularInline):
    model = Existencia
    fields = ("almacen", "cantidad", "con_costo")
    readonly_fields = ("con_costo",)
    extra = 0


@admin.register(Lote)
class LoteAdmin(DeHistoria, ConSelector):
    formfield_overrides = NUMEROS
    """A lot is created by an entry, never here. Its state changes by the actions; once it has moved or changed, its code,
    product and expiry are read-only, and a new cost is a recorded change.
    """

    list_display = ("codigo", "producto", "fecha_caducidad", "estado", "cantidad", "costo_unitario")
    list_filter = ("estado", "fecha_caducidad")
    list_select_related = ("producto",)
    search_fields = ("codigo", "producto__sku", "producto__nombre")
    autocomplete_fields = ("producto",)
    readonly_fields = ("estado", "creado_en")
    inlines = (ExistenciaEnLinea, CambioEnLinea)
    actions = tuple(_accion(c) for c in CAMBIOS if c.a is not None)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lote]:
        return Lote.objects.con_cantidad()

    @admin.display(description=_("cantidad"), ordering="cantidad")
    def cantidad(self, obj: "ConCantidad") -> int:
        return obj.cantidad

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def bloquear(self, request: HttpRequest, fila: Lote) -> None:
        """The product that it is said to be of, too: until it moves, that may be another one."""
        otro = entero_ascii(request.POST.get("producto", ""))
        Lote.bloquear_productos([fila.pk], y_tambien=[] if otro is None else [otro])
        super().bloquear(request, fila)

    def save_model(self, request: HttpRequest, obj: Lote, form: Any, change: bool) -> None:
        if change and "costo_unitario" in form.changed_data and obj.se_ha_movido():
            nota = gettext("Corregido en la administración.")
            usuario = cast(Solicitud, request).user
            services.corregir_costo(lote=obj, usuario=usuario, nota=nota, costo_unitario=obj.costo_unitario)
        super().save_model(request, obj, form, change)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        permisos = {c.codigo: c.permiso for c in CAMBIOS}
        return {
            nombre: accion
            for nombre, accion in super().get_actions(request).items()
            if nombre not in permisos or request.user.has_perm(permisos[nombre])
        }

    def cambiar(self, request: Solicitud, lotes: QuerySet[Lote], cambio: Cambio) -> HttpResponse | None:
        """Ask for the note on a page of its own, then change lot by lot. A refusal is a message, and the others go on."""
        form = NotaForm(request.POST if "confirmar" in request.POST else None)
        if not form.is_valid():
            contexto = self.admin_site.each_context(request) | {
                "title": cambio.titulo,
                "opts": self.opts,
                "lotes": lotes,
                "form": form,
                "cambio": cambio,
                "casilla": ACTION_CHECKBOX_NAME,
                "media": self.media,
            }
            return TemplateResponse(request, "admin/lotes/lote/cambiar.html", contexto)
        hechos = 0
        for lote in lotes:
            try:
                services.cambiar(cambio, lote=lote, usuario=request.user, nota=form.cleaned_data["nota"])
                hechos += 1
            except (ErrorDeDominio, DatosInvalidos, BaseOcupada, PermissionDenied) as error:
                self.message_user(request, f"{lote}: {error}", messages.ERROR)
        if hechos:
            texto = ngettext("%(n)s lote cambiado.", "%(n)s lotes cambiados.", hechos) % {"n": hechos}
            self.message_user(request, texto, messages.SUCCESS)
        return None


@admin.register(Existencia)
class ExistenciaAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("producto", "lote", "almacen", "cantidad")
    list_filter = ("almacen",)
    list_select_related = ("producto", "lote", "almacen")
    search_fields = ("producto__sku", "lote__codigo")


@admin.register(CambioDeLote)
class CambioDeLoteAdmin(SoloLectura, admin.ModelAdmin):
    list_display = ("lote", "tipo", "estado_anterior", "estado_nuevo", "caducidad_nueva", "usuario", "registrado_en")
    list_filter = ("tipo",)
    list_select_related = ("lote", "usuario")
    search_fields = ("lote__codigo", "nota")
