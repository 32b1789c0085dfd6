"""GS1 element strings: application identifiers (AI) with their values, one after another. Pure functions of text and `hoy`.

The table of identifiers is biip's, made from GS1's own. What biip does not decide is decided here: check digits and dates of
every identifier that has one, identifiers that need or exclude each other, and separators that a scanner has lost.
Source: GS1 General Specifications, sections 3 and 7; GS1 syntax dictionary.
"""

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

from .campos import digito_de_control

GS = "\x1d"  # what a scanner sends for FNC1, the separator
Elemento = tuple[str, str]  # identifier and value
CON_DIA_CERO = frozenset({"11", "12", "13", "15", "16", "17"})  # day 00 is the last of the month
_FECHAS = CON_DIA_CERO | {"4326", "7003", "7006", "7007", "7011", "8008"}
# How many of the first digits of its value end in a check digit.
_CON_DIGITO = {
    "00": 18,
    "01": 14,
    "02": 14,
    "03": 14,
    "253": 13,
    "255": 13,
    "402": 17,
    "8003": 14,
    "8006": 14,
    "8017": 18,
}
_CON_DIGITO |= {"8018": 18, "8026": 14} | {str(ai): 13 for ai in range(410, 418)}
_DE_UN_PRODUCTO = frozenset({"10", "11", "13", "15", "16", "17", "21", "7003"})
_DICEN_EL_PRODUCTO = frozenset({"01", "02", "03", "8006", "8026"})
# What a pack or a pallet usually carries: a lost separator is looked for before these only.
_USUALES: tuple[str, ...] = (
    "00",
    "01",
    "02",
    "10",
    "11",
    "13",
    "15",
    "17",
    "20",
    "21",
    "30",
    "37",
    "240",
    "241",
    "250",
    "7003",
)
_USUALES += tuple(str(ai) for ai in range(710, 718))
PROPUESTAS_MAXIMAS = 8
PASOS_MAXIMOS = 5000  # of the search for them: a hostile text has more ways to be cut than atoms


@dataclass(slots=True)
class Lectura:
    """What was read: `elementos` that are right, `errores` of those that are not, `avisos` of what somebody should look at.

    `propuestas` are whole readings that would be right if a separator had been lost: somebody must choose.
    """

    elementos: list[Elemento] = field(default_factory=list)
    errores: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)
    propuestas: list[list[Elemento]] = field(default_factory=list)

    def poner(self, ai: str, valor: str, hoy: date) -> None:
        """Add an element, or what is wrong with it."""
        visto = dict(self.elementos).get(ai)
        if fallo := defecto(ai, valor, hoy):
            self.errores.append(fallo)
        elif visto is None:
            self.elementos.append((ai, valor))
        elif visto != valor:
            self.errores.append("ai_repetido")


@dataclass(frozen=True, slots=True)
class _Identificador:
    minimo: int
    maximo: int
    separado: bool  # ends with a separator unless it is the last
    patron: re.Pattern[str]
    numerico: bool


@functools.cache
def _identificador(ai: str) -> _Identificador:
    """Raises ParseError if there is none."""
    dato = GS1ApplicationIdentifier.extract(ai)
    if dato.ai != ai:
        raise ParseError
    minimo = maximo = 0
    for opcional, partes in re.findall(r"(\[?)\+?([^\[\]]+)", dato.format.split("+", 1)[1]):
        for parte in filter(None, partes.split("+")):
            desde, hasta = _largo(parte)
            minimo, maximo = minimo + (0 if opcional else desde), maximo + hasta
    numerico = not re.search(r"[XYZ-]", dato.format)
    return _Identificador(minimo, maximo, dato.separator_required, re.compile(dato.pattern), numerico)


def _largo(parte: str) -> tuple[int, int]:
    """Least and most characters of `N6`, `X..20`, `N1..N2` or `-`."""
    numeros = [int(n) for n in re.findall(r"\d+", parte)]
    if not numeros:
        return 0, 1
    if ".." in parte:
        return (1 if len(numeros) == 1 else numeros[0]), numeros[-1]
    return numeros[0], numeros[0]


def es_identificador(ai: str) -> bool:
    if len(ai) > 4 or not (ai.isascii() and ai.isdigit()):
        return False
    try:
        return bool(_identificador(ai))
    except ParseError:
        return False


def defecto(ai: str, valor: str, hoy: date) -> str:
    """What is wrong with `valor` as that of `ai`, which exists: the code of an error, or nothing."""
    regla = _identificador(ai)
    cifras = valor if regla.numerico else valor[: _CON_DIGITO.get(ai, 0)]
    if cifras and not (cifras.isascii() and cifras.isdigit()):
        return "no_numerico"
    if not regla.minimo <= len(valor) <= regla.maximo:
        return "corto" if len(valor) < regla.minimo else "largo"
    return _defecto_de_contenido(ai, valor, hoy) or ("" if regla.patron.match(ai + valor) else "caracter_invalido")


def _defecto_de_contenido(ai: str, valor: str, hoy: date) -> str:
    """A check digit that is not right, or a day that does not exist."""
    cifras = valor[: _CON_DIGITO.get(ai, 0)]
    if cifras and digito_de_control(cifras[:-1]) != cifras[-1]:
        return "digito_de_control"
    fechas = (valor[i : i + 6] for i in _inicios(ai, valor)) if ai in _FECHAS else ()
    return "fecha_invalida" if any(fecha(f, hoy, dia_cero=ai in CON_DIA_CERO) is None for f in fechas) else ""


def _inicios(ai: str, valor: str) -> range:
    """Where a date begins in `valor`: 7007 may have a second one."""
    return range(0, len(valor) if ai == "7007" else 6, 6)


def fecha(yymmdd: str, hoy: date, *, dia_cero: bool = True) -> date | None:
    """The day that six digits write, in the century of GS1 General Specifications 7.12; None if there is none."""
    ano, mes, dia = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    diferencia = ano - hoy.year % 100
    siglo = hoy.year // 100 - (diferencia > 50) + (diferencia <= -50)
    try:
        if dia == 0 and dia_cero:
            primero = date(siglo * 100 + ano, mes, 1)
            return (primero + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return date(siglo * 100 + ano, mes, dia)
    except ValueError:
        return None


def _ai_en(texto: str, posicion: int) -> str:
    """The identifier that begins there, or nothing."""
    return next((ai for n in (2, 3, 4) if es_identificador(ai := texto[posicion : posicion + n]) and len(ai) == n), "")


def leer(texto: str, hoy: date) -> Lectura:
    """Read an element string whose separators are GS. Never raises."""
    lectura = Lectura()
    texto = texto.strip(GS)
    if not texto:
        lectura.errores.append("vacio")
    posicion = 0
    while posicion < len(texto):
        ai = _ai_en(texto, posicion)
        if not ai:
            lectura.errores.append("ai_desconocido")
            break
        posicion += len(ai)
        fin = _fin(ai, texto, posicion)
        lectura.poner(ai, texto[posicion:fin], hoy)
        if lectura.errores[-1:] == ["corto"]:
            break
        posicion = fin + (texto[fin : fin + 1] == GS)
    lectura.avisos += avisos(lectura.elementos)
    _proponer(lectura, texto, hoy)
    return lectura


def _fin(ai: str, texto: str, posicion: int) -> int:
    """Where the value that begins at `posicion` ends."""
    regla = _identificador(ai)
    separador = texto.find(GS, posicion)
    fin = len(texto) if separador < 0 else separador
    return fin if regla.separado else min(fin, posicion + regla.maximo)


def avisos(elementos: list[Elemento]) -> list[str]:
    """What should not stand together, or alone (`ex` and `req` of the syntax dictionary), and days 00."""
    hay = {ai for ai, _valor in elementos}
    avisos = []
    if any(ai in CON_DIA_CERO and valor.endswith("00") for ai, valor in elementos):
        avisos.append("dia_00")
    if hay & _DE_UN_PRODUCTO and not hay & _DICEN_EL_PRODUCTO:
        avisos.append("falta_gtin")
    if "01" in hay and hay & {"02", "37"}:
        avisos.append("pareja_invalida")
    elif ("37" in hay) != bool(hay & {"02", "8026"}):
        avisos.append("falta_asociado")
    return avisos


def _proponer(lectura: Lectura, texto: str, hoy: date) -> None:
    """Say where a separator may have been lost: a value too long, or one that ends in another element with a date or GTIN."""
    fundido = any(_lleva_otro(ai, valor, hoy) for ai, valor in lectura.elementos)
    if not fundido and not {"largo", "ai_desconocido", "ai_repetido", "caracter_invalido"} & set(lectura.errores):
        return
    lectura.propuestas = [p for p in propuestas(texto, hoy) if p != lectura.elementos]
    if lectura.propuestas:
        lectura.avisos.append("posible_separador_perdido")


def _lleva_otro(ai: str, valor: str, hoy: date) -> bool:
    if ai not in {"10", "21"}:
        return False
    partes = ((valor[i : i + 2], valor[i + 2 :]) for i in range(1, len(valor) - 7))
    return any(
        (otro in {"11", "13", "15", "17"} and len(resto) >= 6 and not defecto(otro, resto[:6], hoy))
        or (otro == "01" and len(resto) >= 14 and not defecto(otro, resto[:14], hoy))
        for otro, resto in partes
    )


def propuestas(texto: str, hoy: date) -> list[list[Elemento]]:
    """The readings of `texto` that are right in every element if separators were lost, the likeliest first, at most eight.

    The more of product, expiry and lot a reading has, and the fewer elements, the likelier it is.
    """
    if len(texto) > 120:  # more than a symbol of a pack holds
        return []
    pasos = itertools.islice(_repartos(texto, 0, (), hoy), PASOS_MAXIMOS)
    todas = [list(lectura) for lectura in pasos if lectura]

    def mala(lectura: list[Elemento]) -> tuple[int, int]:
        hay = {ai for ai, _valor in lectura}
        return -len(hay & {"01", "17", "10"}) - 2 * ("01" in hay), len(lectura)

    return sorted(todas, key=mala)[:PROPUESTAS_MAXIMAS]


def _repartos(
    texto: str, posicion: int, hechos: tuple[Elemento, ...], hoy: date
) -> Iterator[tuple[Elemento, ...] | None]:
    """Every way to cut `texto` into elements that are right, and None at each step, so that the caller can count them."""
    yield hechos if posicion >= len(texto) else None
    ai = _ai_en(texto, posicion)
    if ai not in _USUALES or ai in {x for x, _valor in hechos}:
        return
    inicio = posicion + len(ai)
    ultimo = _fin(ai, texto, inicio)
    regla = _identificador(ai)
    for fin in range(min(ultimo, inicio + regla.maximo), inicio + regla.minimo - 1, -1):
        valor = texto[inicio:fin]
        if not defecto(ai, valor, hoy):
            yield from _repartos(texto, fin + (texto[fin : fin + 1] == GS), (*hechos, (ai, valor)), hoy)


def escribir(elementos: list[Elemento]) -> str:
    """The element string of `elementos`, with a separator after each that needs one. `leer` reads it back as it was."""
    partes = []
    for i, (ai, valor) in enumerate(elementos):
        regla = _identificador(ai)
        partes.append(ai + valor + (GS if regla.separado and i < len(elementos) - 1 else ""))
    return "".join(partes)
