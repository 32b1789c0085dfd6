"""What a label says of a lot, a product or a shelf."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inventario.dominio import elementos as gs1
from inventario.dominio import unidades
from productos.models import Empaque, Producto

from ..models import Lote
from .simbolo import en_gs1, fecha_gs1, marca


@dataclass(frozen=True, slots=True)
class Rotulo:
    """Words in the order of their weight, and the text of the symbol. `codigo` and `dato` are never broken in two lines."""

    nombre: str
    referencia: str  # sku and GTIN
    codigo: str
    dato: str
    aviso: str
    simbolo: str


def de_lote(lote: Lote, hoy: date, base: str) -> Rotulo:
    """`base`: the address of this installation, for the codes that GS1 has no room for."""
    producto, caduca = lote.producto, lote.fecha_caducidad
    return Rotulo(
        nombre=producto.nombre,
        referencia=_referencia(producto.sku, producto.gtin),
        codigo=_("Lote %(codigo)s") % {"codigo": lote.codigo},
        dato=_("Caduca %(fecha)s") % {"fecha": date_format(caduca, "SHORT_DATE_FORMAT")} if caduca else "",
        aviso="" if lote.estado == Lote.Estado.DISPONIBLE else str(lote.get_estado_display()),
        simbolo=_gs1_de_lote(lote, hoy) or _direccion("lotes", lote.pk, lote.codigo, base),
    )


def _gs1_de_lote(lote: Lote, hoy: date) -> str:
    if not lote.producto.gtin:
        return ""
    elementos: list[gs1.Elemento] = [("01", lote.producto.gtin)]
    if lote.fecha_caducidad:
        if (seis := fecha_gs1(lote.fecha_caducidad, hoy)) is None:
            return ""
        elementos.append(("17", seis))
    return en_gs1([*elementos, ("10", lote.codigo)], hoy)


def de_producto(producto: Producto, hoy: date, base: str, empaque: Empaque | None = None) -> Rotulo:
    gtin = empaque.gtin if empaque else producto.gtin
    contiene = f"{empaque.nombre} × {unidades.contar(empaque.unidades, producto.unidad)}" if empaque else ""
    return Rotulo(
        nombre=producto.nombre,
        referencia=_referencia("", gtin),
        codigo=producto.sku,
        dato=contiene,
        aviso="",
        simbolo=_de_producto(producto, gtin, hoy, base),
    )


def de_estante(producto: Producto, hoy: date, base: str) -> Rotulo:
    """For the place where a product is kept: what should be there."""
    minimo = unidades.contar(producto.minimo, producto.unidad)
    return Rotulo(
        nombre=producto.nombre,
        referencia=_referencia("", producto.gtin),
        codigo=producto.sku,
        dato=_("Mínimo %(cuanto)s") % {"cuanto": minimo} if producto.minimo else "",
        aviso="",
        simbolo=_de_producto(producto, producto.gtin, hoy, base),
    )


def _de_producto(producto: Producto, gtin: str | None, hoy: date, base: str) -> str:
    return (en_gs1([("01", gtin)], hoy) if gtin else "") or _direccion("productos", producto.pk, producto.sku, base)


def _referencia(sku: str, gtin: str | None) -> str:
    return " · ".join(filter(None, (sku, f"GTIN {gtin}" if gtin else "")))


def _direccion(clase: str, pk: int, codigo: str, base: str) -> str:
    return urljoin(base, f"/{clase}/{pk}/?c={marca(clase, pk, codigo)}")
