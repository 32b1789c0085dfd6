"""Charts as plain data, and the coordinates of their marks; the template draws them.

Coordinates are text already: a template would write 12,5 in Spanish, and SVG wants 12.5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import Promise

from inventario.dominio import unidades

DIAS_POR_DIA = 45  # a longer period is drawn by week
ANCHO, ALTO = 720, 260
IZQUIERDA, DERECHA, ARRIBA, ABAJO = 62, 8, 10, 30
ROTULOS_MAXIMOS = 12
GRUESO_MAXIMO = 72  # of a bar, so that a chart of one bar is not a solid block
Numero = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Serie:
    """One value per label of the chart. `clase` picks a colour of reportes.css (`1`…`4`, `entrada`, `critica`…)."""

    nombre: str | Promise
    valores: Sequence[Numero]
    clase: str = ""


@dataclass(frozen=True, slots=True)
class Grafica:
    """`tipo`: barras (side by side when there are several series), apiladas (stacked) or escalon (steps). `clases` colours
    each bar of a chart of one series; `unidad`, one, is said in the tooltips.
    """

    titulo: str | Promise
    etiquetas: Sequence[str | Promise]
    series: Sequence[Serie]
    tipo: str = "barras"
    unidad: str = ""
    descripcion: str | Promise = ""
    clases: Sequence[str] = ()

    @property
    def vacia(self) -> bool:
        return not any(v for serie in self.series for v in serie.valores)

    @property
    def dibujo(self) -> "Dibujo":
        return dibujar(self)


@dataclass(slots=True)
class Dibujo:
    """Marks in the coordinates of a `ancho` x `alto` view box."""

    ancho: int = ANCHO
    alto: int = ALTO
    izquierda: int = IZQUIERDA
    derecha: int = ANCHO - DERECHA
    base: str = ""
    barras: list[dict[str, str]] = field(default_factory=list)
    lineas: list[dict[str, str]] = field(default_factory=list)
    puntos: list[dict[str, str]] = field(default_factory=list)
    eje_y: list[dict[str, str]] = field(default_factory=list)
    eje_x: list[dict[str, str]] = field(default_factory=list)
    leyenda: list[dict[str, str]] = field(default_factory=list)


def tramos_de_tiempo(periodo: tuple[date, date]) -> tuple[list[date], int]:
    """First day of each step of a chart of `periodo`, and how many days a step lasts (1 or 7)."""
    desde, hasta = periodo
    paso = 1 if (hasta - desde).days < DIAS_POR_DIA else 7
    return [desde + timedelta(days=i) for i in range(0, (hasta - desde).days + 1, paso)], paso


def repartir(dias: dict[date, int], periodo: tuple[date, date]) -> list[int]:
    """Daily sums added up into the steps of `periodo`."""
    inicios, paso = tramos_de_tiempo(periodo)
    sumas = [0] * len(inicios)
    for dia, cantidad in dias.items():
        sumas[(dia - periodo[0]).days // paso] += cantidad
    return sumas


def marcas(minimo: float, maximo: float, cuantas: int = 4) -> list[float]:
    """Round axis values that cover [minimo, maximo] and 0, about `cuantas` steps apart."""
    minimo, maximo = min(minimo, 0.0), max(maximo, 0.0)
    if maximo - minimo < 1e-6:
        maximo = minimo + 1.0
    bruto = (maximo - minimo) / cuantas
    potencia = 10.0 ** math.floor(math.log10(bruto))
    paso = potencia * next(m for m in (1, 2, 2.5, 5, 10) if bruto <= m * potencia * 1.0000001)
    primera = math.floor(minimo / paso)
    return [i * paso for i in range(primera, math.ceil(maximo / paso - 1e-9) + 1)]


def dibujar(g: Grafica) -> Dibujo:
    """The position of every mark of `g`."""
    d = Dibujo()
    valores = [[float(v) for v in serie.valores] for serie in g.series]
    escala = _escala(_extremos(valores, apiladas=g.tipo == "apiladas"))
    d.base = _n(escala.y(0))
    d.eje_y = [{"y": _n(escala.y(v)), "texto": abreviado(v)} for v in escala.marcas]
    ancho = (d.derecha - d.izquierda) / max(len(g.etiquetas), 1)
    salto = max(1, math.ceil(len(g.etiquetas) / ROTULOS_MAXIMOS))
    d.eje_x = [
        {"x": _n(d.izquierda + ancho * (i + 0.5)), "texto": str(texto)}
        for i, texto in enumerate(g.etiquetas)
        if i % salto == 0
    ]
    d.leyenda = _leyenda(g)
    if g.tipo == "escalon":
        for i, serie in enumerate(g.series):
            _trazar(d, g, serie, i, escala, ancho)
    else:
        _levantar(d, g, escala, ancho)
    return d


def _leyenda(g: Grafica) -> list[dict[str, str]]:
    """The colour of each series. One series alone needs none: the title of the chart says what it is."""
    if len(g.series) < 2:
        return []
    return [{"clase": _clase(s, i), "nombre": str(s.nombre)} for i, s in enumerate(g.series)]


@dataclass(frozen=True, slots=True)
class _Escala:
    marcas: list[float]

    def y(self, valor: float) -> float:
        abajo, arriba = self.marcas[0], self.marcas[-1]
        return ALTO - ABAJO - (valor - abajo) / (arriba - abajo) * (ALTO - ABAJO - ARRIBA)


def _escala(extremos: tuple[float, float]) -> _Escala:
    return _Escala(marcas(*extremos))


def _extremos(valores: list[list[float]], *, apiladas: bool) -> tuple[float, float]:
    todos = [sum(x) for x in zip(*valores, strict=True)] if apiladas else [v for fila in valores for v in fila]
    return min(todos, default=0.0), max(todos, default=0.0)


def _levantar(d: Dibujo, g: Grafica, escala: _Escala, ancho: float) -> None:
    apiladas = g.tipo == "apiladas"
    juntas = 1 if apiladas else len(g.series)
    grueso = min(ancho * 0.76 / juntas, GRUESO_MAXIMO)
    margen = (ancho - grueso * juntas) / 2
    for i, etiqueta in enumerate(g.etiquetas):
        debajo = 0.0
        for j, serie in enumerate(g.series):
            valor = float(serie.valores[i])
            if apiladas and not valor:
                continue
            a, b = escala.y(debajo), escala.y(debajo + valor)
            d.barras.append(
                {
                    "x": _n(d.izquierda + ancho * i + margen + (0 if apiladas else grueso * j)),
                    "y": _n(min(a, b)),
                    "ancho": _n(max(grueso - 1, 0.6)),
                    "alto": _n(abs(a - b)),
                    "clase": g.clases[i] if g.clases else _clase(serie, j),
                    "titulo": _titulo(etiqueta, serie, serie.valores[i], g.unidad),
                }
            )
            debajo += valor if apiladas else 0


def _trazar(d: Dibujo, g: Grafica, serie: Serie, orden: int, escala: _Escala, ancho: float) -> None:
    trazo: list[str] = []
    for i, valor in enumerate(serie.valores):
        x, y = d.izquierda + ancho * (i + 0.5), escala.y(float(valor))
        trazo.append(f"H{_n(x)}V{_n(y)}" if trazo else f"M{_n(x)} {_n(y)}")
        titulo = _titulo(g.etiquetas[i], serie, valor, g.unidad)
        d.puntos.append({"x": _n(x), "y": _n(y), "clase": _clase(serie, orden), "titulo": titulo})
    d.lineas.append({"trazo": "".join(trazo), "clase": _clase(serie, orden)})


def abreviado(valor: Numero) -> str:
    """An axis value in few characters: 15 000 is 15 k."""
    for limite, letra in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if not -limite < valor < limite:
            corto = float(valor) / (1e3 if letra == "k" else limite)
            return f"{_corto(corto)} {letra}"
    return _corto(float(valor))


def _corto(valor: float) -> str:
    return number_format(round(valor, 2) if valor % 1 else int(valor), use_l10n=True, force_grouping=True)


def _titulo(etiqueta: str | Promise, serie: Serie, valor: Numero, unidad: str) -> str:
    partes = [str(etiqueta), str(serie.nombre)] if serie.nombre else [str(etiqueta)]
    decimales = 2 if isinstance(valor, float | Decimal) else 0
    cifra = number_format(valor, decimal_pos=decimales, use_l10n=True, force_grouping=True)
    return f"{' · '.join(partes)}: {cifra} {unidades.nombre(unidad, 1 if valor == 1 else 2)}".strip()


def _clase(serie: Serie, orden: int) -> str:
    return serie.clase or str(orden + 1)


def _n(valor: float) -> str:
    return f"{valor:.1f}".removesuffix(".0")
