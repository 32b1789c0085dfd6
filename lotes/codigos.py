"""What a scanned code means here: the product and the lot that it names, or those that it may mean."""

from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import F

from inventario.dominio import elementos as gs1
from inventario.dominio import lector
from inventario.dominio.campos import normalizar_codigo
from productos.codigos import por_gtin
from productos.models import Empaque, Producto

from .models import Almacen, Lote

PROPUESTAS_MAXIMAS = 8


@dataclass(frozen=True, slots=True)
class Propuesta:
    """A reading that somebody may choose: `elementos`, and what they name here."""

    producto: Producto | None = None
    lote: Lote | None = None
    elementos: list[gs1.Elemento] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Identificado:
    """A code as it was read, and what it names. Where it may mean several things none is chosen: they are `propuestas`.

    `avisos` adds to those of the code: `producto_desconocido`, a GTIN that no product has; `caducidad_distinta`, the lot
    has another expiry here; `lote_ambiguo`, lots of several products have that code.
    """

    codigo: lector.Codigo
    producto: Producto | None = None
    empaque: Empaque | None = None  # that of the GTIN: what was scanned is a pack of the product
    lote: Lote | None = None
    avisos: tuple[str, ...] = ()
    propuestas: tuple[Propuesta, ...] = ()

    @property
    def unidades(self) -> int:
        """How many units of the product one of what was scanned is."""
        return self.empaque.unidades if self.empaque else 1

    @property
    def cantidad(self) -> int | None:
        """The units that the code itself says."""
        return None if self.codigo.cantidad is None else self.codigo.cantidad * self.unidades

    @property
    def lote_codigo(self) -> str | None:
        return self.lote.codigo if self.lote else self.codigo.lote


def identificar(texto: str, hoy: date, almacen: Almacen | None = None) -> Identificado:
    """Read `texto` and find what it names: a GTIN, a GS1 string, a SKU, or the code of a lot. At most five queries.

    `almacen` puts the lots that it holds first among those that the code may mean.
    """
    codigo = lector.leer(texto, hoy)
    gtin = codigo.gtin or codigo.gtin_contenido
    producto, empaque = por_gtin({gtin}).get(gtin, (None, None)) if gtin else (None, None)
    if producto is None and codigo.tipo in {"texto", "gtin"} and codigo.ok:
        return _de_texto(codigo, almacen)
    avisos = () if producto or not gtin else ("producto_desconocido",)
    lote = _lote_de(producto, codigo.lote)
    if lote and codigo.caduca and lote.fecha_caducidad != codigo.caduca:
        avisos = (*avisos, "caducidad_distinta")
    return Identificado(codigo, producto, empaque, lote, avisos, _conocidas_primero(codigo.propuestas))


def _lote_de(producto: Producto | None, codigo: str | None) -> Lote | None:
    if producto is None or not codigo:
        return None
    return Lote.objects.filter(producto=producto, codigo=normalizar_codigo(codigo)).first()


def _de_texto(codigo: lector.Codigo, almacen: Almacen | None) -> Identificado:
    """Text, or digits that no product has as its GTIN: a SKU, else a lot."""
    escrito = normalizar_codigo(codigo.texto)
    if producto := Producto.objects.filter(sku=escrito).first():
        return Identificado(_como_texto(codigo), producto)
    lotes = list(Lote.objects.filter(codigo=escrito).select_related("producto").order_by("-pk")[:PROPUESTAS_MAXIMAS])
    if len(lotes) == 1:
        return Identificado(_como_texto(codigo), lotes[0].producto, lote=lotes[0])
    if lotes:
        alli = _con_existencias(lotes, almacen)
        lotes.sort(key=lambda lote: lote.pk not in alli)
        propuestas = tuple(Propuesta(lote.producto, lote) for lote in lotes)
        return Identificado(_como_texto(codigo), avisos=("lote_ambiguo",), propuestas=propuestas)
    avisos = ("producto_desconocido",) if codigo.gtin else ()
    return Identificado(codigo, avisos=avisos, propuestas=_conocidas_primero(codigo.propuestas))


def _como_texto(codigo: lector.Codigo) -> lector.Codigo:
    """Digits that happen to be a right GTIN, but are the SKU or the lot of something here."""
    return replace(codigo, tipo="texto", gtin=None, elementos=[]) if codigo.tipo == "gtin" else codigo


def _con_existencias(lotes: list[Lote], almacen: Almacen | None) -> set[int]:
    if almacen is None:
        return set()
    return set(almacen.existencias.con_stock().filter(lote__in=lotes).values_list(F("lote_id"), flat=True))


def _conocidas_primero(lecturas: list[list[gs1.Elemento]]) -> tuple[Propuesta, ...]:
    """Readings with what they name; first those whose product and lot exist here."""
    if not lecturas:
        return ()
    dichas = [dict(lectura) for lectura in lecturas]
    nombrados = por_gtin({d.get("01") or d.get("02") or "" for d in dichas})
    codigos = {normalizar_codigo(d["10"]) for d in dichas if "10" in d}
    lotes = {
        (lote.producto_id, lote.codigo): lote
        for lote in Lote.objects.filter(producto__in={n.producto for n in nombrados.values()}, codigo__in=codigos)
    }
    propuestas = []
    for d, lectura in zip(dichas, lecturas, strict=True):
        producto, _empaque = nombrados.get(d.get("01") or d.get("02") or "", (None, None))
        lote = lotes.get((producto.pk, normalizar_codigo(d.get("10", "")))) if producto else None
        propuestas.append(Propuesta(producto, lote, lectura))
    return tuple(sorted(propuestas, key=lambda p: (p.producto is None, p.lote is None)))
