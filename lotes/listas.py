"""The columns of the list of lots."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from inventario.paginas.tabla import NUMERO, PRINCIPAL, SEGUIDO, Columna, Lista, Masiva, enlace
from inventario.templatetags.interfaz import cantidad, costo
from productos.models import Producto
from productos.templatetags.empaques import empacada

from .templatetags.caducidad import caducidad, estado_lote


def _caduca(lote: Any, contexto: Mapping[str, Any]) -> SafeString:
    if lote.cantidad:
        return caducidad(lote.fecha_caducidad, contexto["hoy"])
    fecha = date_format(lote.fecha_caducidad, "SHORT_DATE_FORMAT") if lote.fecha_caducidad else "—"
    return format_html('<span class="tenue nowrap">{}</span>', fecha)


LISTA = Lista(
    nombre="lotes",
    titulo=_("Lotes"),
    icono="boxes",
    columnas=(
        Columna("lote", _("Lote"), lambda x, c: enlace("lotes:detalle", x.pk, x.codigo), PRINCIPAL, "codigo"),
        Columna(
            "producto",
            _("Producto"),
            lambda x, c: enlace("productos:detalle", x.producto_id, x.producto.nombre),
            "largo",
            "producto",
        ),
        Columna("sku", "SKU", lambda x, c: x.producto.sku, SEGUIDO),
        Columna("caduca", _("Caduca"), _caduca, SEGUIDO, "fecha_caducidad"),
        Columna("estado", _("Estado"), lambda x, c: estado_lote(x, c["hoy"]), "", "estado"),
        Columna(
            "cantidad",
            _("Cantidad"),
            lambda x, c: format_html(
                "{} {}", cantidad(x.cantidad, x.producto.unidad), empacada(x.cantidad, x.producto)
            ),
            NUMERO,
            "cantidad",
            "cantidad",
        ),
        Columna("costo", _("Costo unitario"), lambda x, c: costo(x.costo_unitario), NUMERO, opcional=True),
        Columna(
            "creado",
            _("Recibido"),
            lambda x, c: date_format(x.creado_en, "SHORT_DATE_FORMAT"),
            SEGUIDO,
            "creado_en",
            opcional=True,
        ),
    ),
    vacia=(_("Todavía no hay lotes"), _("Un lote nace con su primera entrada.")),
    nombres={"producto": Producto},
    masiva=Masiva(_("Etiquetas de los marcados"), "lotes:etiquetas", "tag", "lote"),
)
