"""What a scanned code means here: the product and the lot that it names, or those that it may mean."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Count, F, Max

from inventario.dominio import elementos as gs1
from inventario.dominio import lector
from inventario.dominio.campos import normalizar_codigo
from productos.codigos import Nombrado, por_gtin
from productos.models import Empaque, Producto

from .models import Almacen, Lote
from .rotulos.simbolo import leer_direccion, marca

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
    """Read `texto` and find what it names: a GTIN, a GS1 string, an address of ours, a SKU, or the code of a lot.
    At most eight queries.

    `almacen` puts the lots that it holds first among those that the code may mean.
    """
    visto = identificar_todos([texto], hoy)[texto]
    if "lote_ambiguo" in visto.avisos:
        return replace(visto, propuestas=_de_varios(normalizar_codigo(visto.codigo.texto), almacen))
    return replace(visto, propuestas=_conocidas_primero(visto.codigo.propuestas))


def identificar_todos(textos: Collection[str], hoy: date) -> dict[str, Identificado]:
    """What each of `textos` names, in as many queries as one; without `propuestas`, which are for who may choose."""
    leidos = {texto: lector.leer(texto, hoy) for texto in textos}
    nombrados = por_gtin({g for c in leidos.values() if (g := c.nombra)})
    escritos = {t: c for t, c in leidos.items() if c.nombra not in nombrados and c.tipo in {"texto", "gtin"} and c.ok}
    de_texto = _de_texto(escritos) | _de_direcciones(escritos)
    lotes = _lotes_de({(n.producto.pk, c.lote) for c in leidos.values() if c.lote and (n := nombrados.get(c.nombra))})
    return {
        texto: de_texto[texto] if texto in escritos else _de_gtin(codigo, nombrados.get(codigo.nombra), lotes)
        for texto, codigo in leidos.items()
    }


def _lotes_de(claves: Collection[tuple[int, str]]) -> dict[tuple[int, str], Lote]:
    """The lots of (product, code)."""
    if not claves:
        return {}
    codigos = {normalizar_codigo(codigo) for _producto, codigo in claves}
    lotes = Lote.objects.filter(producto__in={producto for producto, _codigo in claves}, codigo__in=codigos)
    return {(lote.producto_id, lote.codigo): lote for lote in lotes.select_related("producto")}


def _de_gtin(codigo: lector.Codigo, nombrado: Nombrado | None, lotes: dict[tuple[int, str], Lote]) -> Identificado:
    if nombrado is None:
        return Identificado(codigo, avisos=("producto_desconocido",) if codigo.nombra else ())
    lote = lotes.get((nombrado.producto.pk, normalizar_codigo(codigo.lote or "")))
    distinta = bool(lote and codigo.caduca and lote.fecha_caducidad != codigo.caduca)
    return Identificado(codigo, *nombrado, lote, ("caducidad_distinta",) if distinta else ())


def _de_texto(leidos: dict[str, lector.Codigo]) -> dict[str, Identificado]:
    """Text, or digits that no product has as its GTIN: a SKU, else a lot."""
    if not leidos:
        return {}
    escritos = {texto: normalizar_codigo(codigo.texto) for texto, codigo in leidos.items()}
    productos = {p.sku: p for p in Producto.objects.filter(sku__in=set(escritos.values()))}
    faltan = set(escritos.values()) - set(productos)
    con_lote = Lote.objects.filter(codigo__in=faltan).order_by().values("codigo")
    cuentas = {x["codigo"]: x for x in con_lote.annotate(cuantos=Count("pk"), uno=Max("pk"))} if faltan else {}
    unicos = Lote.objects.select_related("producto").in_bulk([x["uno"] for x in cuentas.values() if x["cuantos"] == 1])
    vistos = {}
    for texto, codigo in leidos.items():
        cuenta = cuentas.get(escritos[texto])
        if producto := productos.get(escritos[texto]):
            vistos[texto] = Identificado(_como_texto(codigo), producto)
        elif cuenta is None:
            vistos[texto] = Identificado(codigo, avisos=("producto_desconocido",) if codigo.gtin else ())
        elif lote := unicos.get(cuenta["uno"]):
            vistos[texto] = Identificado(_como_texto(codigo), lote.producto, lote=lote)
        else:
            vistos[texto] = Identificado(_como_texto(codigo), avisos=("lote_ambiguo",))
    return vistos


def _de_direcciones(leidos: dict[str, lector.Codigo]) -> dict[str, Identificado]:
    """Those that are the address of a row of ours, as our labels have it; at any host, since that may have changed."""
    direcciones = {texto: d for texto, codigo in leidos.items() if (d := leer_direccion(codigo.texto))}
    ids = {clase: [pk for c, pk, _marca in direcciones.values() if c == clase] for clase in ("lotes", "productos")}
    lotes = Lote.objects.select_related("producto").in_bulk(ids["lotes"]) if ids["lotes"] else {}
    productos = Producto.objects.in_bulk(ids["productos"]) if ids["productos"] else {}
    vistos = {}
    for texto, (clase, pk, dicha) in direcciones.items():
        lote = lotes.get(pk) if clase == "lotes" else None
        producto = lote.producto if lote else productos.get(pk) if clase == "productos" else None
        llamada = lote.codigo if lote else producto.sku if producto else ""
        if producto and marca(clase, pk, llamada) == dicha:
            vistos[texto] = Identificado(leidos[texto], producto, lote=lote)
    return vistos


def _de_varios(codigo: str, almacen: Almacen | None) -> tuple[Propuesta, ...]:
    """The lots that have that code, those that `almacen` holds first."""
    lotes = list(Lote.objects.filter(codigo=codigo).select_related("producto").order_by("-pk")[:PROPUESTAS_MAXIMAS])
    alli = _con_existencias(lotes, almacen)
    lotes.sort(key=lambda lote: lote.pk not in alli)
    return tuple(Propuesta(lote.producto, lote) for lote in lotes)


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
    gtins = [d.get("01") or d.get("02") or "" for d in dichas]
    nombrados = por_gtin(set(gtins))
    quienes = [nombrados.get(g) for g in gtins]
    lotes = _lotes_de({(n.producto.pk, d["10"]) for n, d in zip(quienes, dichas, strict=True) if n and "10" in d})
    propuestas = []
    for nombrado, dicha, lectura in zip(quienes, dichas, lecturas, strict=True):
        producto = nombrado.producto if nombrado else None
        lote = lotes.get((producto.pk, normalizar_codigo(dicha.get("10", "")))) if producto else None
        propuestas.append(Propuesta(producto, lote, lectura))
    return tuple(sorted(propuestas, key=lambda p: (p.producto is None, p.lote is None)))
