"""Where the table of a sheet begins, and which field of ours each of its columns holds. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inventario.dominio.texto import plegar

from .valores import limpio

BUSCADAS = 40  # rows in which a header is looked for
ALMACEN = "almacen:"  # a column that holds what one warehouse has; its name follows

# Field → what people call its column, the surest first. Spanish and English, folded.
SINONIMOS: dict[str, str] = {
    "sku": (
        "sku, producto sku, codigo de producto, codigo producto, producto codigo, clave, clave producto, codigo, cod, "
        "cod., referencia, ref, articulo, codigo articulo, codigo de articulo, item, item code, item number, item no, "
        "product code, product id, part number, code, id producto, numero de parte, material"
    ),
    "nombre": (
        "nombre, producto nombre, nombre del producto, nombre producto, producto, descripcion, articulo nombre, "
        "descripcion del producto, name, product name, product, item name, description, medicamento, nombre comercial, "
        "denominacion"
    ),
    "descripcion": "descripcion larga, detalle, observaciones, long description, details, notes, descripcion, description",
    "categoria": "categoria, familia, grupo, linea, category, family, group, rubro",
    "unidad": "unidad, unidad de medida, um, u.m., medida, presentacion, unit, uom, unit of measure",
    "gtin": "gtin, ean, ean13, upc, codigo de barras, codigo barras, barras, barcode, ean/upc, cb",
    "stock_minimo": (
        "stock minimo, minimum stock, minimo, min, existencia minima, punto de reorden, min stock, minimum, reorder point, "
        "reorder level, inventario minimo"
    ),
    "stock_maximo": "stock maximo, maximum stock, maximo, max, existencia maxima, max stock, maximum, inventario maximo",
    "dias_aviso": "dias de aviso, dias aviso, warning days, days of warning",
    "vida_minima_despacho": "vida minima al despachar, minimum life at dispatch, vida minima, minimum life",
    "controla_caducidad": "controla caducidad, caduca si/no, perecedero, tracks expiry, perishable, controls expiry",
    "lote": (
        "lote, lote codigo, codigo de lote, codigo lote, no. de lote, no de lote, numero de lote, num lote, n lote, nro "
        "lote, nro. lote, lot, lot number, lot no, lot code, batch, batch number, batch no, partida, serie"
    ),
    "fecha_caducidad": (
        "fecha de caducidad, fecha caducidad, caducidad, lote vence, caduca, vence, vencimiento, fecha de vencimiento, "
        "fecha vencimiento, fecha vto, f. vto, vto, vto., cad, cad., f. caducidad, expira, expiracion, fecha de "
        "expiracion, expiry, expiry date, expiration, expiration date, exp, exp date, exp. date, expires, expires on, best "
        "before, use by, consumo preferente"
    ),
    "fecha_fabricacion": (
        "fecha de fabricacion, fecha fabricacion, fabricacion, fabricado, elaboracion, fecha de elaboracion, "
        "manufactured, manufacture date, manufacturing date, mfg date, production date"
    ),
    "cantidad": (
        "cantidad, existencias, existencia, stock, stock actual, stock fisico, fisico, physical, cant, cant., unidades, saldo, "
        "inventario, quantity, qty, on hand, quantity on hand, qty on hand, in stock, units, balance, disponible, "
        "available"
    ),
    "costo_unitario": (
        "costo unitario, coste unitario, costo, coste, precio coste, precio costo, precio de costo, precio de coste, "
        "precio compra, precio de compra, p. costo, costo promedio, unit cost, cost, cost price, purchase price, average "
        "cost, precio unitario, precio, price, unit price"
    ),
    "almacen": (
        "codigo de almacen, almacen, bodega, deposito, ubicacion, sucursal, warehouse, warehouse code, location, store, "
        "site"
    ),
    "contraparte": "proveedor, contraparte, laboratorio, distribuidor, supplier, vendor, nombre del proveedor, supplier name",
}
DE_PRODUCTO = (
    "sku", "nombre", "descripcion", "categoria", "unidad", "gtin", "stock_minimo", "stock_maximo", "dias_aviso",
    "vida_minima_despacho", "controla_caducidad",
)  # fmt: skip
DE_EXISTENCIAS = (
    *DE_PRODUCTO, "lote", "fecha_caducidad", "fecha_fabricacion", "cantidad", "costo_unitario", "almacen", "contraparte",
)  # fmt: skip
CAMPOS: dict[str, tuple[str, ...]] = {"productos": DE_PRODUCTO, "existencias": DE_EXISTENCIAS}
FECHAS = ("fecha_caducidad", "fecha_fabricacion")
ENTEROS = ("cantidad", "stock_minimo", "stock_maximo", "dias_aviso", "vida_minima_despacho")
_ALMACENES = {"almacen", "almacenes", "bodega", "bodegas", "deposito", "depositos", "existencias", "existencia", "stock",
              "sucursal", "sucursales", "warehouse", "warehouses", "cantidad", "unidades", "quantity", "on hand"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cabecera:
    """`fila`: where it begins, from 1, and `alto` rows high; `titulos`, of each column."""

    fila: int
    alto: int
    titulos: list[str]
    mapa: dict[int, str]


def _rangos(tipo: str) -> dict[str, list[tuple[str, int]]]:
    """What a title stands for: fields, each with how sure it is (0, the surest)."""
    rangos: dict[str, list[tuple[str, int]]] = {}
    for campo in CAMPOS[tipo]:
        for i, nombre in enumerate(SINONIMOS[campo].replace(",  ", ", ").split(", ")):
            rangos.setdefault(plegar(nombre.strip()), []).append((campo, i))
    return rangos


def llano(titulo: str) -> str:
    """A title as it is compared: folded, without what stands between brackets, without signs."""
    texto = re.sub(r"\([^)]*\)|\[[^\]]*\]|[*:#º°ª]", " ", plegar(titulo))
    return re.sub(r"[\s_]+", " ", texto).strip(" .-") or plegar(titulo).strip()


def letra(columna: int) -> str:
    """A, B … Z, AA, as a spreadsheet names its columns."""
    letras = ""
    columna += 1
    while columna:
        columna, resto = divmod(columna - 1, 26)
        letras = chr(65 + resto) + letras
    return letras


def indice(letras: str) -> int:
    n = 0
    for c in letras:
        n = n * 26 + ord(c) - 64
    return n - 1


def mapear(titulos: Sequence[str], tipo: str, almacenes: Iterable[str] = ()) -> dict[int, str]:
    """The field of each column: one column a field, the surest title wins. `almacenes`: names by which a column may be
    what that warehouse holds, where no column is the quantity.
    """
    rangos = _rangos(tipo)
    hallados: list[tuple[int, int, str]] = []
    for i, titulo in enumerate(titulos):
        for texto in dict.fromkeys((plegar(titulo).strip(), llano(titulo), llano(titulo.rpartition("|")[0]))):
            candidatos = rangos.get(re.sub(r"\s*\|\s*", " ", texto), [])
            hallados += [(rango, i, campo) for campo, rango in candidatos]
    mapa: dict[int, str] = {}
    for _rango, i, campo in sorted(hallados):
        if i not in mapa and campo not in mapa.values():
            mapa[i] = campo
    if tipo == "existencias":
        mapa |= _a_lo_ancho(titulos, mapa, almacenes)
    return dict(sorted(mapa.items()))


def _a_lo_ancho(titulos: Sequence[str], mapa: dict[int, str], almacenes: Iterable[str]) -> dict[int, str]:
    """The columns that hold what one warehouse has: under a common title, or called as a warehouse is."""
    conocidos = {plegar(a) for a in almacenes}
    anchas = {}
    for i, titulo in enumerate(titulos):
        arriba, _barra, abajo = (p.strip() for p in titulo.rpartition("|"))
        bajo_titulo = llano(arriba) in _ALMACENES and abajo
        if bajo_titulo and (mapa.get(i) in (None, "cantidad", "almacen")):
            anchas[i] = f"{ALMACEN}{abajo}"
        elif i not in mapa and "cantidad" not in mapa.values() and plegar(titulo) in conocidos:
            anchas[i] = f"{ALMACEN}{titulo}"
    return anchas


def hallar(filas: Sequence[Sequence[Any]], tipo: str, almacenes: Iterable[str] = ()) -> Cabecera:
    """The header among the first rows of a sheet: the row, or two of them, whose titles say most fields."""
    mejor, puntos = Cabecera(1, 1, [], {}), 0.0
    almacenes = list(almacenes)
    for n in range(len(filas)):
        for alto in (1, 2):
            hallada = leer(filas, n + 1, alto, tipo, almacenes)
            if hallada is None:
                continue
            suyos = len(hallada.mapa) + (0.5 if alto == 1 else 0)  # two levels only where they say more
            if suyos > puntos and len(hallada.mapa) >= 2:
                mejor, puntos = hallada, suyos
    if not mejor.titulos:
        primera = next((i for i, f in enumerate(filas) if sum(bool(limpio(c)) for c in f) > 1), 0)
        return leer(filas, primera + 1, 1, tipo, almacenes) or mejor
    return mejor


def leer(
    filas: Sequence[Sequence[Any]], fila: int, alto: int, tipo: str, almacenes: Iterable[str] = ()
) -> Cabecera | None:
    """The header that begins at row `fila` (from 1); None where two levels make no sense there."""
    if not 1 <= fila <= len(filas):
        return None
    titulos = [limpio(c) for c in filas[fila - 1]]
    if alto == 2:
        abajo = [limpio(c) for c in filas[fila]] if fila < len(filas) else []
        combinados = _dos_niveles(titulos, abajo)
        if combinados is None:
            return None
        titulos = combinados
    return Cabecera(fila, alto, titulos, mapear(titulos, tipo, almacenes))


def _dos_niveles(arriba: list[str], abajo: list[str]) -> list[str] | None:
    """Each title under the one that spans it, as "Lote | Vence"; None where the second row is no row of titles."""
    dichos = [t for t in abajo if t]
    huecos = [i for i, t in enumerate(abajo) if t and i and not (arriba[i] if i < len(arriba) else "")]
    if not huecos or len(dichos) < 2 or any(any(c.isdigit() for c in t) for t in dichos):
        return None
    titulos, tramo = [], ""
    for i in range(max(len(arriba), len(abajo))):
        propio = arriba[i] if i < len(arriba) else ""
        debajo = abajo[i] if i < len(abajo) else ""
        tramo = propio or (tramo if debajo else "")
        titulos.append(f"{tramo} | {debajo}" if tramo and debajo else tramo or debajo)
    return titulos
