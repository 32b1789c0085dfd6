"""One reader for whatever a scanner or a person sends where a code is expected. Pure, and never raises.

GS1 DataMatrix, GS1-128, GS1 QR, DataBar and DotCode; EAN, UPC and ITF-14; GS1 Digital Link; bracketed text; else plain text,
which may be a SKU or a lot. What a scanner lost or changed on the way is said, never guessed. Sources: GS1 General
Specifications; ISO/IEC 15424 for the AIM prefix; GS1 Digital Link URI syntax.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl, unquote, urlsplit

from biip import BiipException
from biip.upc import Upc

from . import elementos as gs1
from .campos import digito_de_control

LARGO_MAXIMO = 1000  # of a scan: no symbol of a pack holds more
_AIM = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_DE_GS1 = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_DE_GTIN = frozenset({"E0", "E3", "E4", "I0", "I1"})
# What scanners put where the separator was: a picture of it, its name, its keys, what Alt+029 types.
_COMO_GS = re.compile(r"␝|\{GS\}|<GS>|\^\]|\[GS\]|<FNC1>|\{FNC1\}|\\x1[dD]|↔", re.IGNORECASE)
# A scanner set to another keyboard than the computer's: `]` comes as `+`, `/` as `-`, `:` as `Ñ`.
_OTRO_TECLADO = re.compile(r"\+[dCQeEJ][0-9]\d|https?[Ññ]--")
_ENTRE_PARENTESIS = re.compile(r"[(\[](\d{2,4})[)\]]")
_CLAVES_DE_ENLACE = frozenset(
    {"00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8013"}
)


@dataclass(frozen=True, slots=True)
class Codigo:
    """What a code says. `tipo`: gs1, hri (bracketed), digital_link, gtin, or texto.

    `ok`: nothing in it is wrong. `gtin` has 14 digits; `cantidad` is of its units; dates are days; `peso_kg` is exact.
    `propuestas`: other readings, as lists of elements, if separators were lost; somebody must choose.
    """

    tipo: str
    texto: str
    gtin: str | None = None
    gtin_contenido: str | None = None  # of what a pallet or case holds
    lote: str | None = None
    serie: str | None = None
    sscc: str | None = None
    caduca: date | None = None
    consumir_antes: date | None = None
    fabricado: date | None = None
    cantidad: int | None = None
    peso_kg: Decimal | None = None
    elementos: list[gs1.Elemento] = field(default_factory=list)
    errores: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)
    propuestas: list[list[gs1.Elemento]] = field(default_factory=list)

    @property
    def nombra(self) -> str:
        """The GTIN that it is of, itself or what it holds; "" without one."""
        return self.gtin or self.gtin_contenido or ""

    @property
    def ok(self) -> bool:
        return not self.errores


def leer(texto: str, hoy: date) -> Codigo:
    """Read `texto` as a scanner sent it. `hoy` decides the century of two-digit years."""
    limpio = texto.strip(" \t\r\n\x00")
    if len(limpio) > LARGO_MAXIMO:
        return Codigo("texto", limpio[:LARGO_MAXIMO], errores=["largo"])
    if not limpio.strip(gs1.GS):
        return Codigo("texto", "", errores=["vacio"])
    if _OTRO_TECLADO.match(limpio):
        return Codigo("texto", limpio, avisos=["teclado_del_lector"])
    prefijo = _AIM.match(limpio)
    if not prefijo:
        return _sin_prefijo(limpio, hoy)
    return _con_prefijo(prefijo[1] + prefijo[2], limpio[prefijo.end() :], hoy)


def _con_prefijo(aim: str, cuerpo: str, hoy: date) -> Codigo:
    avisos = []
    del_otro_caso = aim.swapcase()
    mayusculas = (
        aim not in _DE_GS1 and del_otro_caso in _DE_GS1 and not (aim in _DE_GTIN and _son_cifras_de_gtin(cuerpo))
    )
    if mayusculas:
        aim, avisos = del_otro_caso, ["bloq_mayus"]
    if not cuerpo.strip(gs1.GS):
        return Codigo("texto", "", errores=["vacio"], avisos=avisos)
    if aim in _DE_GTIN:
        return _gtin_declarado(cuerpo)
    if aim in _DE_GS1:
        return _de_elementos(cuerpo, hoy, avisos)
    codigo = _sin_prefijo(cuerpo, hoy)
    if codigo.tipo == "gs1":
        codigo.avisos.append("simbologia_no_gs1")
    return codigo


def _sin_prefijo(texto: str, hoy: date) -> Codigo:
    if re.match(r"https?://", texto, re.IGNORECASE):
        return _de_enlace(texto, hoy)
    if _ENTRE_PARENTESIS.match(texto):
        return _de_parentesis(texto, hoy)
    if texto.isascii() and texto.isdigit() and len(texto) in {8, 12, 13, 14}:
        return _gtin_posible(texto)
    if gs1.GS in _con_separadores(texto) or _empieza_con_clave(texto):
        return _de_elementos(texto, hoy, [])
    con_producto = [p for p in gs1.propuestas(texto, hoy) if "01" in dict(p)]
    return Codigo("texto", texto, propuestas=con_producto)


def _empieza_con_clave(texto: str) -> bool:
    """Whether it begins with a GTIN or SSCC that is right: without a prefix, digits may be anything else."""
    largo = {"00": 18, "01": 14, "02": 14}.get(texto[:2])
    return largo is not None and not gs1.defecto(texto[:2], texto[2 : 2 + largo], date(2000, 1, 1))


def _con_separadores(texto: str) -> str:
    return _COMO_GS.sub(gs1.GS, texto)


def _de_elementos(texto: str, hoy: date, avisos: list[str]) -> Codigo:
    return _codigo("gs1", texto, gs1.leer(_con_separadores(texto), hoy), hoy, avisos)


def _de_parentesis(texto: str, hoy: date) -> Codigo:
    """`(01)…(17)…(10)…` as it is printed under the bars; a parenthesis that holds no identifier belongs to its value."""
    lectura = gs1.Lectura()
    partes = _ENTRE_PARENTESIS.split(texto)[1:]
    pares: list[tuple[str, str]] = []
    for ai, valor in zip(partes[::2], partes[1::2], strict=True):
        if pares and not gs1.es_identificador(ai):
            pares[-1] = (pares[-1][0], f"{pares[-1][1]}({ai}){valor}")
        else:
            pares.append((ai, valor))
    for ai, valor in pares:
        if gs1.es_identificador(ai):
            lectura.poner(ai, valor.strip(), hoy)
        else:
            lectura.errores.append("ai_desconocido")
    lectura.avisos += gs1.avisos(lectura.elementos)
    return _codigo("hri", texto, lectura, hoy, [])


def _de_enlace(texto: str, hoy: date) -> Codigo:
    """A GS1 Digital Link: a key and its qualifiers at the end of the path of any host, attributes in the query."""
    try:
        partes = urlsplit(texto)
    except ValueError:
        return Codigo("texto", texto)
    tramos = [t for t in partes.path.split("/") if t]
    inicio = next((i for i in range(len(tramos) - 1) if _es_clave(tramos[i:])), None)
    if inicio is None:
        return Codigo("texto", texto)
    pares = [(tramos[i], unquote(tramos[i + 1])) for i in range(inicio, len(tramos), 2)]
    pares += [(ai, valor) for ai, valor in parse_qsl(partes.query) if gs1.es_identificador(ai)]
    lectura, avisos = gs1.Lectura(), []
    for ai, valor in pares:
        if ai == "01" and len(valor) in {8, 12, 13} and valor.isdigit():
            valor = valor.zfill(14)
            avisos.append("gtin_sin_ceros")
        lectura.poner(ai, valor, hoy)
    lectura.avisos += gs1.avisos(lectura.elementos)
    return _codigo("digital_link", texto, lectura, hoy, avisos)


def _es_clave(tramos: list[str]) -> bool:
    return tramos[0] in _CLAVES_DE_ENLACE and len(tramos) % 2 == 0 and all(map(gs1.es_identificador, tramos[::2]))


def _codigo(tipo: str, texto: str, lectura: gs1.Lectura, hoy: date, avisos: list[str]) -> Codigo:
    dice = dict(lectura.elementos)
    fechas = {ai: gs1.fecha(dice[ai][:6], hoy) for ai in ("11", "15", "17", "7003") if ai in dice}
    cantidad = dice.get("37") or dice.get("30")
    peso = next((Decimal(v).scaleb(-int(ai[3])) for ai, v in dice.items() if re.fullmatch(r"310[0-5]", ai)), None)
    return Codigo(
        tipo=tipo,
        texto=texto,
        gtin=dice.get("01"),
        gtin_contenido=dice.get("02"),
        lote=dice.get("10"),
        serie=dice.get("21"),
        sscc=dice.get("00"),
        caduca=fechas.get("17") or fechas.get("7003"),
        consumir_antes=fechas.get("15"),
        fabricado=fechas.get("11"),
        cantidad=int(cantidad) if cantidad else None,
        peso_kg=peso,
        elementos=lectura.elementos,
        errores=list(dict.fromkeys(lectura.errores)),
        avisos=list(dict.fromkeys([*avisos, *lectura.avisos])),
        propuestas=lectura.propuestas,
    )


def _son_cifras_de_gtin(texto: str) -> bool:
    return texto.isascii() and texto.isdigit() and len(texto) in {8, 12, 13, 14, 15, 18}


def _gtin_declarado(texto: str) -> Codigo:
    """The prefix says that it is a GTIN: what is not one is an error. A supplement of 2 or 5 digits is left out."""
    if not (texto.isascii() and texto.isdigit()):
        return Codigo("gtin", texto, errores=["no_numerico"])
    suplemento = len(texto) in {15, 18}
    cifras = texto[:13] if suplemento else texto
    if len(cifras) not in {8, 12, 13, 14}:
        return Codigo("gtin", texto, errores=["corto" if len(cifras) < 14 else "largo"])
    if digito_de_control(cifras[:-1]) != cifras[-1]:
        return Codigo("gtin", texto, errores=["digito_de_control"])
    return _gtin(texto, cifras, ["suplemento_ignorado"] if suplemento else [])


def _gtin_posible(cifras: str) -> Codigo:
    """Digits alone: a GTIN if the check digit says so, a UPC-E if that one does; else text, since a SKU may be digits."""
    if digito_de_control(cifras[:-1]) == cifras[-1]:
        return _gtin(cifras, cifras, [])
    if len(cifras) == 8 and (upc_a := _expandido(cifras)):
        return _gtin(cifras, upc_a, ["upc_e_expandido"])
    return Codigo("texto", cifras, avisos=["digito_de_control"])


def _expandido(cifras: str) -> str:
    try:
        return Upc.parse(cifras).as_upc_a()
    except BiipException:
        return ""


def _gtin(texto: str, cifras: str, avisos: list[str]) -> Codigo:
    gtin = cifras.zfill(14)
    # 02, 04 and 20 to 29 are a shop's own, and 0 and 2 of eight digits: another shop's mean something else.
    propio = cifras[0] in "02" if len(cifras) == 8 else gtin[0] == "0" and (gtin[1] == "2" or gtin[1:3] in {"02", "04"})
    if propio:
        avisos = [*avisos, "circulacion_restringida"]
    return Codigo("gtin", texto, gtin=gtin, elementos=[("01", gtin)], avisos=avisos)
