"""The columns of the lists of operations and of the ledger's lines."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventario.paginas.tabla import (
    NUMERO,
    PRINCIPAL,
    SEGUIDO,
    Columna,
    Lista,
    enlace,
    enlace_a,
)
from inventario.templatetags.interfaz import cantidad, numero
from lotes.models import Lote
from productos.models import Producto


def _fecha(x: Any, contexto: Mapping[str, Any]) -> str:
    return date_format(x.fecha_efectiva, "SHORT_DATE_FORMAT")


def _marcado(texto: Any, marca: str, clase: str = "") -> SafeString:
    return format_html('{} <span class="insignia {}">{}</span>', texto, clase, marca)


def _operacion(o: Any, contexto: Mapping[str, Any]) -> SafeString:
    nombre = enlace("movimientos:operacion", o.pk, o)
    return _marcado(nombre, _("Revertida")) if o.esta_revertida else nombre


def _almacenes(o: Any, contexto: Mapping[str, Any]) -> str:
    return f"{o.almacen} → {o.almacen_destino}" if o.almacen_destino else str(o.almacen)


def _de_la_linea(m: Any, contexto: Mapping[str, Any]) -> SafeString:
    nombre = enlace("movimientos:operacion", m.operacion_id, f"{m.get_tipo_display()} {m.operacion_id}")
    return _marcado(nombre, _("Excepción FEFO"), "insignia-importante") if m.excepcion_fefo else nombre


FECHA = Columna("fecha", gettext_lazy("Fecha"), _fecha, SEGUIDO)
OPERACIONES = Lista(
    nombre="operaciones",
    titulo=gettext_lazy("Operaciones"),
    icono="clipboard-list",
    columnas=(
        Columna("operacion", gettext_lazy("Operación"), _operacion, PRINCIPAL, "id"),
        FECHA,
        Columna("motivo", gettext_lazy("Motivo"), lambda o, c: o.motivo),
        Columna("almacen", gettext_lazy("Almacén"), _almacenes),
        Columna("contraparte", gettext_lazy("Contraparte"), lambda o, c: o.contraparte),
        Columna("documento", gettext_lazy("Documento"), lambda o, c: o.documento, SEGUIDO),
        Columna(
            "lineas",
            gettext_lazy("Líneas"),
            lambda o, c: enlace("movimientos:operacion", o.pk, numero(o.cuantas)),
            NUMERO,
            suma="cuantas",
        ),
        Columna(
            "usuario",
            gettext_lazy("Usuario"),
            lambda o, c: enlace_a("movimientos:operaciones", urlencode({"usuario": o.usuario.username}), o.usuario),
        ),
        Columna("nota", gettext_lazy("Nota"), lambda o, c: o.nota, opcional=True),
    ),
    de_varios_almacenes=frozenset({"almacen"}),
    vacia=(gettext_lazy("Todavía no hay operaciones"), gettext_lazy("La primera suele ser una entrada.")),
)
MOVIMIENTOS = Lista(
    nombre="movimientos",
    titulo=gettext_lazy("Movimientos"),
    icono="history",
    subtitulo=gettext_lazy("El libro: cada unidad que entró o salió, y su saldo."),
    columnas=(
        Columna("operacion", gettext_lazy("Operación"), _de_la_linea, PRINCIPAL, "id"),
        FECHA,
        Columna(
            "producto",
            gettext_lazy("Producto"),
            lambda m, c: enlace("productos:detalle", m.producto_id, m.producto.nombre),
            "largo",
        ),
        Columna("sku", "SKU", lambda m, c: m.producto.sku, SEGUIDO),
        Columna("lote", gettext_lazy("Lote"), lambda m, c: enlace("lotes:detalle", m.lote_id, m.lote.codigo), SEGUIDO),
        Columna("almacen", gettext_lazy("Almacén"), lambda m, c: m.almacen.nombre),
        Columna(
            "cantidad",
            gettext_lazy("Cantidad"),
            lambda m, c: cantidad(m.cantidad, m.producto.unidad, signo=True),
            NUMERO,
            suma="cantidad",
        ),
        Columna("saldo", gettext_lazy("Saldo"), lambda m, c: cantidad(m.saldo), NUMERO),
    ),
    de_varios_almacenes=frozenset({"almacen"}),
    vacia=(gettext_lazy("No hay movimientos"), gettext_lazy("La primera entrada pone todo en marcha.")),
    nombres={"producto": Producto, "lote": Lote},
)
