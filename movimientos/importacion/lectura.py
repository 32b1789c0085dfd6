"""All the rows of a sheet, read with one decision a column; and what must be decided before. Pure.

Two passes: the first looks for what each column tells of itself (`pistas`), the second reads. A row is kept or refused whole.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from inventario.dominio.texto import plegar

from . import valores
from .cabecera import ALMACEN, ENTEROS, FECHAS, Cabecera, letra
from .valores import Malo, es_vacio, limpio

ORDEN, MES, DECIMAL, CEROS = "orden_de_fecha", "mes_solo", "decimal", "ceros_perdidos"
OPCIONES = {
    ORDEN: (valores.DIA_PRIMERO, valores.MES_PRIMERO),
    MES: (valores.FIN_DE_MES, valores.RECHAZAR),
    DECIMAL: (valores.COMA, valores.PUNTO),
    CEROS: ("completar", "dejar"),
}
NUMEROS = (*ENTEROS, "costo_unitario")
CODIGOS = ("sku", "gtin")
EJEMPLOS = 4
_TOTAL = re.compile(r"(sub ?total|gran total|total|suma|totales|grand total|sum)\b.*")
SI, NO = {"si", "s", "yes", "y", "1", "true", "verdadero", "x"}, {"no", "n", "0", "false", "falso"}
ERROR, OMISION, AVISO = "error", "omision", "aviso"


@dataclass(frozen=True, slots=True)
class Problema:
    """Something to say of a row: it is refused, left out, or only remarked on. `datos` go into the sentence."""

    fila: int
    columna: str
    valor: str
    codigo: str
    clase: str = ERROR
    datos: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Decision:
    """One question about a column. `elegida` by who imports, or by what the column itself says (`sola`); else it waits."""

    columna: str
    codigo: str
    opciones: tuple[str, ...]
    elegida: str | None
    sola: bool
    ejemplos: list[str]
    ancho: int = 0  # of CEROS


@dataclass(slots=True)
class Renglon:
    """What a row says: `datos` by field, and how much in which warehouse ("" is that of the import; None, it says nothing)."""

    fila: int
    datos: dict[str, Any] = field(default_factory=dict)
    cantidades: list[tuple[str, int | None, str]] = field(default_factory=list)  # warehouse, quantity, column
    problemas: list[Problema] = field(default_factory=list)

    @property
    def vale(self) -> bool:
        return all(p.clase == AVISO for p in self.problemas)

    def decir(self, columna: str, valor: Any, codigo: str, clase: str = ERROR, **datos: Any) -> None:
        self.problemas.append(Problema(self.fila, columna, limpio(valor)[:200], codigo, clase, datos))


@dataclass(slots=True)
class Pistas:
    """What the columns tell: of each, how many cells of each kind, and some of them."""

    cuentas: dict[int, Counter[str]] = field(default_factory=dict)
    ejemplos: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    anchos: dict[int, Counter[int]] = field(default_factory=dict)

    def anotar(self, columna: int, pista: str, valor: Any) -> None:
        self.cuentas.setdefault(columna, Counter())[pista] += 1
        vistos = self.ejemplos.setdefault(columna, {}).setdefault(pista, [])
        if len(vistos) < EJEMPLOS and (texto := limpio(valor)[:40]) not in vistos:
            vistos.append(texto)


def mirar(
    filas: Iterable[tuple[int, list[Any]]], cabecera: Cabecera, formatos: Mapping[tuple[int, int], str | int]
) -> Pistas:
    """The first pass."""
    pistas = Pistas()
    fechas = [i for i, campo in cabecera.mapa.items() if campo in FECHAS]
    numeros = [i for i, campo in cabecera.mapa.items() if campo in NUMEROS or campo.startswith(ALMACEN)]
    codigos = [i for i, campo in cabecera.mapa.items() if campo in CODIGOS]
    for n, celdas in filas:
        if n < cabecera.fila + cabecera.alto:
            continue
        for i in fechas:
            if i < len(celdas):
                for pista in valores.pistas_de_fecha(celdas[i], formatos.get((n, i))):
                    pistas.anotar(i, pista, celdas[i])
        for i in numeros:
            if i < len(celdas) and isinstance(celdas[i], str) and (p := valores.pista_de_decimal(celdas[i])):
                pistas.anotar(i, p, celdas[i])
        for i in codigos:
            if i < len(celdas):
                _mirar_ceros(pistas, i, celdas[i], formatos.get((n, i)))
    return pistas


def _mirar_ceros(pistas: Pistas, i: int, valor: Any, formato: str | int | None) -> None:
    texto = limpio(valor)
    if not (texto.isascii() and texto.isdigit()):
        return
    if isinstance(valor, str):
        if texto.startswith("0"):
            pistas.anchos.setdefault(i, Counter())[len(texto)] += 1
    elif formato is None:
        pistas.anotar(i, CEROS, valor)


def decidir(pistas: Pistas, cabecera: Cabecera, elegidas: Mapping[str, Iterable[str]]) -> list[Decision]:
    """The questions that the columns ask, and how each is settled: by `elegidas` (options, by letter), or by itself."""
    decisiones = []
    del_archivo = sum((pistas.cuentas.get(i, Counter()) for i in cabecera.mapa), Counter[str]())
    for i, campo in cabecera.mapa.items():
        cuenta, ejemplos = pistas.cuentas.get(i, Counter()), pistas.ejemplos.get(i, {})
        dichas = tuple(elegidas.get(letra(i), ()))

        def preguntar(
            codigo: str,
            sola: str | None,
            vistos: list[str],
            *,
            i: int = i,
            dichas: tuple[str, ...] = dichas,
            ancho: int = 0,
        ) -> None:
            dicha = next((o for o in dichas if o in OPCIONES[codigo]), None)
            elegida = dicha or sola
            decisiones.append(
                Decision(letra(i), codigo, OPCIONES[codigo], elegida, dicha is None and bool(sola), vistos, ancho)
            )

        if campo in FECHAS:
            if cuenta[valores.DIA_PRIMERO] or cuenta[valores.MES_PRIMERO] or cuenta[valores.AMBIGUA]:
                vistos = [x for p in OPCIONES[ORDEN] + (valores.AMBIGUA,) for x in ejemplos.get(p, [])[:2]]
                preguntar(ORDEN, _uno(cuenta, *OPCIONES[ORDEN]), vistos)
            if cuenta[valores.SOLO_MES]:
                preguntar(MES, None, ejemplos[valores.SOLO_MES])
        elif (campo in NUMEROS or campo.startswith(ALMACEN)) and cuenta.total():
            suya = _uno(cuenta, *OPCIONES[DECIMAL])
            contradice = cuenta[valores.COMA] and cuenta[valores.PUNTO]
            sola = suya or (None if contradice else _uno(del_archivo, *OPCIONES[DECIMAL]))
            preguntar(DECIMAL, sola, [x for lista in ejemplos.values() for x in lista[:2]])
        elif campo in CODIGOS and cuenta[CEROS] and (anchos := pistas.anchos.get(i)) and len(anchos) == 1:
            [ancho] = anchos
            preguntar(CEROS, None, ejemplos[CEROS], ancho=ancho)
    return decisiones


def _uno(cuenta: Counter[str], una: str, otra: str) -> str | None:
    """The only one of two that is told."""
    return una if cuenta[una] and not cuenta[otra] else otra if cuenta[otra] and not cuenta[una] else None


class Lector:
    """The second pass: rows, one by one."""

    def __init__(
        self, cabecera: Cabecera, decisiones: Iterable[Decision], formatos: Mapping[tuple[int, int], str | int]
    ) -> None:
        self.cabecera, self.formatos = cabecera, formatos
        self.elegidas = {(d.columna, d.codigo): d.elegida for d in decisiones}
        self.anchos = {d.columna: d.ancho for d in decisiones if d.codigo == CEROS and d.elegida == "completar"}
        self.titulos = [plegar(t) for t in cabecera.titulos]

    def leer(self, filas: Iterable[tuple[int, list[Any]]]) -> Iterator[Renglon]:
        """Each row with something in it."""
        for n, celdas in filas:
            if n < self.cabecera.fila + self.cabecera.alto or all(c is None or c == "" for c in celdas):
                continue
            if any(limpio(c) for c in celdas):
                yield self._fila(n, celdas)

    def _fila(self, n: int, celdas: list[Any]) -> Renglon:
        renglon = Renglon(n)
        if codigo := self._sobra(celdas):
            renglon.decir("", limpio(next(c for c in celdas if limpio(c))), codigo, OMISION)
            return renglon
        anchas = False
        for i, campo in self.cabecera.mapa.items():
            valor = celdas[i] if i < len(celdas) else None
            columna = letra(i)
            try:
                leido = self._celda(campo, valor, columna, n, i, renglon)
            except Malo as error:
                renglon.decir(columna, valor, self._codigo(campo, error), **error.datos)
                continue
            if campo.startswith(ALMACEN):
                anchas = True
                if leido:
                    renglon.cantidades.append((campo.removeprefix(ALMACEN), leido, columna))
            elif leido not in (None, ""):
                renglon.datos[campo] = leido
        if not anchas or not renglon.cantidades:
            cual = next((letra(i) for i, c in self.cabecera.mapa.items() if c == "cantidad"), "")
            renglon.cantidades.append((renglon.datos.get("almacen", ""), renglon.datos.pop("cantidad", None), cual))
        if not renglon.datos.get("sku"):
            renglon.decir(self._columna("sku"), None, "sku_falta")
        return renglon

    def _columna(self, campo: str) -> str:
        return next((letra(i) for i, c in self.cabecera.mapa.items() if c == campo), "")

    def _sobra(self, celdas: list[Any]) -> str:
        """Why the row is no row of data."""
        textos = [plegar(limpio(c)) for c in celdas]
        en = {campo: textos[i] for i, campo in self.cabecera.mapa.items() if i < len(textos)}
        iguales = sum(bool(t) and t == self.titulos[i] for i, t in enumerate(textos[: len(self.titulos)]))
        if iguales >= 2 and iguales >= sum(map(bool, textos)) - 1:
            return "cabecera_repetida"
        sin_sku = not en.get("sku") and any(_TOTAL.fullmatch(t) for t in textos)
        sku_total = _TOTAL.fullmatch(en.get("sku", "")) and not (en.get("nombre") or en.get("lote"))
        return "fila_de_total" if sin_sku or sku_total else ""

    @staticmethod
    def _codigo(campo: str, error: Malo) -> str:
        es_cantidad = campo == "cantidad" or campo.startswith(ALMACEN)
        return "cantidad_no_entera" if es_cantidad and error.codigo == "numero_invalido" else error.codigo

    def _celda(self, campo: str, valor: Any, columna: str, n: int, i: int, renglon: Renglon) -> Any:
        if campo in FECHAS:
            return self._fecha(valor, columna, n, i, renglon)
        if campo in ENTEROS or campo.startswith(ALMACEN):
            return self._entero(valor, columna)
        if campo == "costo_unitario":
            return self._costo(valor, columna)
        if campo == "controla_caducidad":
            return _si_o_no(valor)
        if campo in CODIGOS:
            return self._codigo_escrito(valor, columna, n, i)
        return "" if campo == "lote" and es_vacio(valor) else limpio(valor)

    def _fecha(self, valor: Any, columna: str, n: int, i: int, renglon: Renglon) -> date | None:
        leida = valores.leer_fecha(
            valor,
            orden=self.elegidas.get((columna, ORDEN)),
            mes=self.elegidas.get((columna, MES)),
            formato=self.formatos.get((n, i)),
        )
        if leida.como and leida.fecha:
            renglon.decir(columna, valor, f"fecha_de_{leida.como}", AVISO, fecha=leida.fecha)
        return leida.fecha

    def _entero(self, valor: Any, columna: str) -> int | None:
        numero = valores.leer_numero(valor, self.elegidas.get((columna, DECIMAL)))
        if numero is None:
            return None
        if numero != numero.to_integral_value():
            raise Malo("cantidad_no_entera")
        if numero < 0:
            raise Malo("cantidad_negativa")
        if numero > 10**9:
            raise Malo("cantidad_excesiva")
        return int(numero)

    def _costo(self, valor: Any, columna: str) -> Decimal | None:
        numero = valores.leer_numero(valor, self.elegidas.get((columna, DECIMAL)))
        if numero is None:
            return None
        if isinstance(valor, float):  # 0.1 + 0.2 of a spreadsheet
            numero = round(numero, 6)
        exponente = numero.normalize().as_tuple().exponent
        if numero < 0 or numero >= 10**12 or (isinstance(exponente, int) and exponente < -6):
            raise Malo("costo_invalido")
        return numero

    def _codigo_escrito(self, valor: Any, columna: str, n: int, i: int) -> str:
        texto = "" if es_vacio(valor) else limpio(valor)
        if valores.CIENTIFICA.fullmatch(texto):
            raise Malo("codigo_deformado")
        formato = self.formatos.get((n, i))
        ancho = formato if isinstance(formato, int) else 0 if isinstance(valor, str) else self.anchos.get(columna, 0)
        return texto.zfill(ancho) if ancho and texto.isdigit() else texto


def _si_o_no(valor: Any) -> bool | None:
    texto = plegar(limpio(valor))
    if not texto:
        return None
    if texto not in SI | NO:
        raise Malo("si_o_no")
    return texto in SI
