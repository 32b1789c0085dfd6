"""The columns of the list of products."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventario.paginas.tabla import NUMERO, PRINCIPAL, SEGUIDO, Accion, Columna, Lista, enlace, enlace_a
from inventario.templatetags.interfaz import cantidad


def _existencias(p: Any, cuantas: int, unidad: str = "") -> SafeString:
    """A quantity that leads to the lots that it sums."""
    return enlace_a("existencias", f"producto={p.pk}&con_existencias=true", cantidad(cuantas, unidad))


def _situacion(p: Any, contexto: Mapping[str, Any]) -> SafeString:
    if not p.activo:
        clase, palabra = "", _("Inactivo")
    elif p.stock_minimo and p.disponible == 0:
        clase, palabra = "insignia-critica", _("Sin stock")
    elif p.disponible < p.stock_minimo:
        clase, palabra = "insignia-importante", _("Bajo mínimo")
    elif p.disponible == 0:
        clase, palabra = "", _("Sin existencias")
    else:
        clase, palabra = "insignia-bien", _("En orden")
    return format_html('<span class="insignia {}">{}</span>', clase, palabra)


def _categoria(p: Any, contexto: Mapping[str, Any]) -> SafeString | str:
    return enlace_a("productos:lista", f"categoria={p.categoria_id}", p.categoria) if p.categoria else ""


LISTA = Lista(
    nombre="productos",
    titulo=gettext_lazy("Productos"),
    icono="package",
    columnas=(
        Columna(
            "nombre",
            gettext_lazy("Producto"),
            lambda p, c: enlace("productos:detalle", p.pk, p.nombre),
            PRINCIPAL,
            "nombre",
        ),
        Columna("sku", "SKU", lambda p, c: p.sku, SEGUIDO, "sku"),
        Columna("categoria", gettext_lazy("Categoría"), _categoria, orden="categoria"),
        Columna("fisico", gettext_lazy("Físico"), lambda p, c: _existencias(p, p.fisico), NUMERO, "fisico", "fisico"),
        Columna(
            "disponible",
            gettext_lazy("Disponible"),
            lambda p, c: _existencias(p, p.disponible, p.unidad),
            NUMERO,
            "disponible",
            "disponible",
        ),
        Columna(
            "minimo",
            gettext_lazy("Mínimo"),
            lambda p, c: cantidad(p.stock_minimo or None),
            NUMERO,
            "stock_minimo",
        ),
        Columna("situacion", gettext_lazy("Situación"), _situacion),
        Columna("gtin", "GTIN", lambda p, c: p.gtin or "", SEGUIDO, opcional=True),
        Columna("descripcion", gettext_lazy("Descripción"), lambda p, c: p.descripcion, opcional=True),
    ),
    vacia=(
        gettext_lazy("Todavía no hay productos"),
        gettext_lazy("El primero abre la puerta a entradas, lotes y alertas."),
    ),
    acciones=(Accion(gettext_lazy("Nuevo producto"), "productos:crear", "plus", "productos.add_producto"),),
)
