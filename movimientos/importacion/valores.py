"""What a cell of a spreadsheet says, once its column was decided; and what it tells of how its column is written.

Pure. A value is what the file holds: text, number, date, or nothing.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from inventario.dominio.texto import espaciar, plegar

DIA_PRIMERO, MES_PRIMERO = "dia_primero", "mes_primero"
FIN_DE_MES, RECHAZAR = "fin_de_mes", "rechazar"
COMA, PUNTO = "decimal_coma", "decimal_punto"
AMBIGUA, SOLO_MES = "ambigua", "solo_mes"

DIA_CERO = date(1899, 12, 30)  # of the serial numbers of a spreadsheet
SERIES = range(36526, 73416)  # 2000 to 2100: what else is a number is no date
VACIOS = {
    "", "-", "--", "---", "n/a", "na", "n.a.", "s/f", "sf", "sin fecha", "sin caducidad", "no aplica", "no caduca", "ninguna",
    "none", "null", "nan", "no expiry", "never", "nunca", "s/l", "sin lote", "#n/a", "?",
}  # fmt: skip
_MESES = (
    "ene enero jan january", "feb febrero february", "mar marzo march", "abr abril apr april", "may mayo",
    "jun junio june", "jul julio july", "ago agosto aug august", "sep sept septiembre setiembre september set",
    "oct octubre october", "nov noviembre november", "dic diciembre dec december",
)  # fmt: skip
MESES = {nombre: n for n, nombres in enumerate(_MESES, 1) for nombre in nombres.split()}
_HORA = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?\s*(am|pm|a\.? ?m\.?|p\.? ?m\.?|z)?$", re.IGNORECASE)
_TRES = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2}|[0-9]{4})")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_DOS = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{2}|[0-9]{4})|([0-9]{4})[-/.]([0-9]{1,2})")
_CON_LETRAS = re.compile(
    r"(?:([0-9]{1,2})(?:\s*de\s*|[-/. ]*))?([a-z]+)\.?(?:\s*del?\s*|[-/., ]*)"
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?,\s*)?([0-9]{4}|[0-9]{2})"
)
_NUMERO = re.compile(r"-?[0-9]+(?:[.,'’\u00a0\u202f ][0-9]+)*")
_MONEDA = re.compile(r"^[a-z]{0,3}[$€£¥]?\s*|\s*[$€£¥]?\s*[a-z]{0,3}\.?$", re.IGNORECASE)
CIENTIFICA = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)


class Malo(Exception):
    """The cell cannot be what its column holds. `codigo` says why; `datos`, what with."""

    def __init__(self, codigo: str, **datos: Any) -> None:
        self.codigo, self.datos = codigo, datos
        super().__init__(codigo)


class Leida(NamedTuple):
    """A date as it was read. `como`: "" as it is, "serie" from a bare number, "mes" a month alone."""

    fecha: date | None
    como: str = ""


def limpio(valor: Any) -> str:
    """The text of a cell: a whole number without its `.0`, spaces of all kinds at the ends and inside made plain."""
    if isinstance(valor, str):
        return espaciar(valor.replace("\r\n", " ").replace("\n", " "))
    if isinstance(valor, bool):
        return "1" if valor else "0"
    if isinstance(valor, float) and valor.is_integer() and abs(valor) < 1e15:
        return str(int(valor))
    if isinstance(valor, datetime):
        return valor.date().isoformat() if valor.time() == valor.min.time() else valor.isoformat(" ")
    return "" if valor is None else str(valor)


def es_vacio(valor: Any) -> bool:
    return valor is None or (isinstance(valor, str) and plegar(espaciar(valor)) in VACIOS)


# Dates ------------------------------------------------------------------------------------------------


def leer_fecha(valor: Any, *, orden: str | None, mes: str | None, formato: str | int | None = None) -> Leida:
    """Raises Malo: `fecha_ambigua` where `orden` or `mes` is needed and not decided, `fecha_imposible` otherwise."""
    if es_vacio(valor):
        return Leida(None)
    if isinstance(valor, date):
        dia = valor.date() if isinstance(valor, datetime) else valor
        return _mes(dia.year, dia.month, mes) if formato == "mes" else Leida(_admisible(dia))
    if isinstance(valor, int | float) and not isinstance(valor, bool):
        return _de_numero(valor)
    texto = _HORA.sub("", limpio(valor)).strip(" .,")
    if texto.isascii() and texto.isdigit():
        return _de_numero(int(texto))
    return _de_texto(plegar(texto), orden, mes)


def _de_texto(texto: str, orden: str | None, mes: str | None) -> Leida:
    if hallado := _ISO.fullmatch(texto):
        return Leida(_dia(*map(int, hallado.groups())))
    if hallado := _TRES.fullmatch(texto):
        if orden is None and int(hallado[1]) <= 12 and int(hallado[2]) <= 12 and hallado[1] != hallado[2]:
            raise Malo("fecha_ambigua")
        a, b = int(hallado[1]), int(hallado[2])
        if orden is None:
            orden = MES_PRIMERO if b > 12 else DIA_PRIMERO
        dia, mes_ = (a, b) if orden == DIA_PRIMERO else (b, a)
        return Leida(_dia(_anio(hallado[3]), mes_, dia))
    if hallado := _DOS.fullmatch(texto):
        anio, numero = (hallado[3], hallado[4]) if hallado[3] else (hallado[2], hallado[1])
        return _mes(_anio(anio), int(numero), mes)
    if (hallado := _CON_LETRAS.fullmatch(texto)) and hallado[2] in MESES:
        dia_ = hallado[1] or hallado[3]
        if dia_:
            return Leida(_dia(_anio(hallado[4]), MESES[hallado[2]], int(dia_)))
        return _mes(_anio(hallado[4]), MESES[hallado[2]], mes)
    raise Malo("fecha_imposible")


def _de_numero(n: float) -> Leida:
    entero = int(n) if 0 <= n < 1e9 else 0
    if entero in SERIES:
        return Leida(DIA_CERO + timedelta(days=entero), "serie")
    if 20000101 <= entero <= 21001231:
        return Leida(_dia(entero // 10000, entero // 100 % 100, entero % 100))
    raise Malo("fecha_imposible")


def _mes(anio: int, mes: int, decidido: str | None) -> Leida:
    if not 1 <= mes <= 12:
        raise Malo("fecha_imposible")
    fin = _dia(anio, mes, calendar.monthrange(anio, mes)[1])
    if decidido is None:
        raise Malo("fecha_ambigua", propuesta=fin)
    if decidido == RECHAZAR:
        raise Malo("fecha_sin_dia", propuesta=fin)
    return Leida(fin, "mes")


def _anio(texto: str) -> int:
    return int(texto) if len(texto) == 4 else 2000 + int(texto)


def _dia(anio: int, mes: int, dia: int) -> date:
    try:
        return _admisible(date(anio, mes, dia))
    except ValueError:
        raise Malo("fecha_imposible") from None


def _admisible(dia: date) -> date:
    if not 2000 <= dia.year <= 2100:
        raise Malo("fecha_imposible")
    return dia


def pistas_de_fecha(valor: Any, formato: str | int | None = None) -> Iterator[str]:
    """What the cell tells of its column: DIA_PRIMERO or MES_PRIMERO, AMBIGUA, SOLO_MES."""
    if es_vacio(valor) or isinstance(valor, int | float):
        return
    if isinstance(valor, date):
        if formato == "mes":
            yield SOLO_MES
        return
    hallado = _TRES.fullmatch(plegar(_HORA.sub("", limpio(valor)).strip(" .,")))
    if hallado is None:
        try:
            leer_fecha(valor, orden=DIA_PRIMERO, mes=None)
        except Malo as error:
            if error.codigo == "fecha_ambigua":
                yield SOLO_MES
        return
    a, b = int(hallado[1]), int(hallado[2])
    if a > 12 >= b:
        yield DIA_PRIMERO
    elif b > 12 >= a:
        yield MES_PRIMERO
    elif a <= 12 and a != b:
        yield AMBIGUA


# Numbers ----------------------------------------------------------------------------------------------


def leer_numero(valor: Any, decimal: str | None) -> Decimal | None:
    """None of an empty cell. Raises Malo: `numero_ambiguo` where `decimal` is needed and not decided, `numero_invalido`."""
    if es_vacio(valor):
        return None
    if isinstance(valor, bool | date):
        raise Malo("numero_invalido")
    if isinstance(valor, int | float):
        return Decimal(repr(valor)) if abs(valor) < 1e18 else _malo()
    texto = _numero(limpio(valor))
    if decimal is None and pista_de_decimal(valor) == AMBIGUA:
        raise Malo("numero_ambiguo")
    signo = {COMA: ",", PUNTO: "."}.get(decimal or pista_de_decimal(valor) or PUNTO, ".")
    entera, _signo, resto = texto.partition(signo)
    entera = re.sub(r"(?<=\d)[.,'’\u00a0\u202f ](?=\d{3}(?!\d))", "", entera)
    try:
        return Decimal(f"{entera}.{resto}" if resto else entera)
    except InvalidOperation:
        return _malo()


def _malo() -> Any:
    raise Malo("numero_invalido")


def _numero(texto: str) -> str:
    """`texto` without currency; "(3)" is -3."""
    if texto.startswith("(") and texto.endswith(")"):
        texto = "-" + texto[1:-1]
    texto = _MONEDA.sub("", texto.replace("−", "-")).strip()
    if not _NUMERO.fullmatch(texto) or len(texto) > 40:
        raise Malo("numero_invalido")
    return texto


def pista_de_decimal(valor: Any) -> str | None:
    """COMA or PUNTO where only one can be the sign of decimals, AMBIGUA where three figures follow the only sign, else None."""
    try:
        texto = _numero(limpio(valor)).lstrip("-") if isinstance(valor, str) and not es_vacio(valor) else ""
    except Malo:
        return None
    signos = [s for s in texto if s in ",."]
    if not signos:
        return None
    ultimo, otra = (COMA, PUNTO) if signos[-1] == "," else (PUNTO, COMA)
    if len(signos) > 1:
        return ultimo if len(set(signos)) == 2 else otra  # the same sign twice parts thousands
    antes, _s, despues = texto.partition(signos[0])
    return AMBIGUA if len(despues) == 3 and 1 <= len(antes) <= 3 and antes != "0" else ultimo
