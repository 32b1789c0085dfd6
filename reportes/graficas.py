"""Charts as plain data, and the coordinates of their marks; the template draws them.

A chart is as wide as its card: across, coordinates are percentages, and down they are pixels. They are text already: a template
would write 12,5 in Spanish, and SVG wants 12.5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import Promise

from inventario.dominio import unidades
from inventario.templatetags.interfaz import dinero

DIAS_POR_DIA = 45  # a longer period is drawn by week
ALTO, ARRIBA, ABAJO = 160, 18, 22  # of the drawing; above the bars is where a mark answers, below, the labels
ROTULOS_MAXIMOS = 12
GRUESO_MAXIMO = 12.0  # of a bar, in hundredths of the width: one alone is not a wall
GRUESO_DE_FILA = 14
Numero = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Serie:
    """One value per label of the chart. `clase` picks a colour of reportes.css (`1`…`4`, `entrada`, `critica`…)."""

    nombre: str | Promise
    valores: Sequence[Numero]
    clase: str = ""


@dataclass(frozen=True, slots=True)
class Grafica:
    """`tipo`: barras (side by side when there are several series), apiladas (stacked), escalon (steps), or filas: bars that lie
    down, each beside its name. `clases` colours each bar of a chart of one series. What a value is of: `unidad`, or that of each
    label in `unidades`, or money. `enlaces`: where each label leads.
    """

    titulo: str | Promise
    etiquetas: Sequence[str | Promise]
    series: Sequence[Serie]
    tipo: str = "barras"
    unidad: str = ""
    unidades: Sequence[str] = ()
    en_dinero: bool = False
    descripcion: str | Promise = ""
    clases: Sequence[str] = ()
    enlaces: Sequence[str] = ()

    @property
    def vacia(self) -> bool:
        return not any(v for serie in self.series for v in serie.valores)

    @property
    def dibujo(self) -> "Dibujo":
        return dibujar(self)

    def decir(self, i: int, valor: Numero) -> str:
        """A value of label `i` as people read it, with what it is of."""
        if self.en_dinero:
            return dinero(Decimal(valor))
        unidad = self.unidades[i] if self.unidades else self.unidad
        if isinstance(valor, int):
            return unidades.contar(valor, unidad)
        return f"{number_format(valor, decimal_pos=2, use_l10n=True, force_grouping=True)} {unidades.nombre(unidad, 2)}".strip()


@dataclass(slots=True)
class Marca:
    """What answers for one label: its place, what it says, where it leads, and its bars or points."""

    nombre: str
    dice: str
    valor: str = ""  # of a bar that lies down, said at its end
    url: str = ""
    x: str = ""
    ancho: str = ""
    barras: list[dict[str, str]] = field(default_factory=list)
    puntos: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Dibujo:
    alto: int = ALTO
    base: str = ""
    marcas: list[Marca] = field(default_factory=list)
    lineas: list[dict[str, str]] = field(default_factory=list)
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
    d = Dibujo(leyenda=_leyenda(g), marcas=[_marca(g, i) for i in range(len(g.etiquetas))])
    extremos = _extremos([[float(v) for v in s.valores] for s in g.series], apiladas=g.tipo == "apiladas")
    if g.tipo == "filas":
        _acostar(d, g, max(extremos[1], 1e-9))
        return d
    escala = _Escala(marcas(*extremos, cuantas=3))
    d.base = _n(escala.y(0))
    d.eje_y = [{"y": _n(escala.y(v)), "texto": abreviado(v)} for v in escala.marcas]
    ancho = 100 / max(len(g.etiquetas), 1)
    salto = max(1, math.ceil(len(g.etiquetas) / ROTULOS_MAXIMOS))
    d.eje_x = [
        {"x": _por_ciento(ancho * (i + 0.5)), "texto": str(texto)}
        for i, texto in enumerate(g.etiquetas)
        if i % salto == 0
    ]
    for i, m in enumerate(d.marcas):
        m.x, m.ancho = _por_ciento(ancho * i), _por_ciento(ancho)
        if g.tipo == "escalon":
            m.puntos = [
                {"x": _por_ciento(ancho * (i + 0.5)), "y": _n(escala.y(float(s.valores[i]))), "clase": _clase(s, j)}
                for j, s in enumerate(g.series)
            ]
        else:
            m.barras = _levantar(g, i, escala, ancho)
    if g.tipo == "escalon":
        d.lineas = [{"trazo": _trazar(s, escala, ancho), "clase": _clase(s, j)} for j, s in enumerate(g.series)]
    return d


def _marca(g: Grafica, i: int) -> Marca:
    nombre = str(g.etiquetas[i])
    valores = [(str(s.nombre), g.decir(i, s.valores[i])) for s in g.series]
    dichos = [f"{serie} {valor}" if serie and len(g.series) > 1 else valor for serie, valor in valores]
    return Marca(
        nombre, f"{nombre}: {' · '.join(dichos)}", " · ".join(v for _s, v in valores), g.enlaces[i] if g.enlaces else ""
    )


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


def _extremos(valores: list[list[float]], *, apiladas: bool) -> tuple[float, float]:
    todos = [sum(x) for x in zip(*valores, strict=True)] if apiladas else [v for fila in valores for v in fila]
    return min(todos, default=0.0), max(todos, default=0.0)


def _levantar(g: Grafica, i: int, escala: _Escala, ancho: float) -> list[dict[str, str]]:
    """The bars of label `i`: beside each other, or each upon the one before."""
    apiladas = g.tipo == "apiladas"
    juntas = 1 if apiladas else len(g.series)
    grueso = min(ancho * 0.76 / juntas, GRUESO_MAXIMO)
    margen = (ancho - grueso * juntas) / 2
    barras, debajo = [], 0.0
    for j, serie in enumerate(g.series):
        valor = float(serie.valores[i])
        if apiladas and not valor:
            continue
        a, b = escala.y(debajo), escala.y(debajo + valor)
        barras.append(
            {
                "x": _por_ciento(ancho * i + margen + (0 if apiladas else grueso * j)),
                "y": _n(min(a, b)),
                "ancho": _por_ciento(grueso * 0.94),
                "alto": _n(abs(a - b)),
                "clase": g.clases[i] if g.clases else _clase(serie, j),
            }
        )
        debajo += valor if apiladas else 0
    return barras


def _acostar(d: Dibujo, g: Grafica, maximo: float) -> None:
    """Bars that lie down: one row a label, its series one under the other."""
    grueso = GRUESO_DE_FILA / len(g.series)
    for i, m in enumerate(d.marcas):
        m.barras = [
            {
                "y": _n(grueso * j),
                "ancho": _por_ciento(100 * max(float(s.valores[i]), 0) / maximo),
                "alto": _n(grueso - (1 if j else 0)),
                "clase": g.clases[i] if g.clases else _clase(s, j),
            }
            for j, s in enumerate(g.series)
        ]


def _trazar(serie: Serie, escala: _Escala, ancho: float) -> str:
    trazo: list[str] = []
    for i, valor in enumerate(serie.valores):
        x, y = ancho * (i + 0.5), escala.y(float(valor))
        trazo.append(f"H{_n(x)}V{_n(y)}" if trazo else f"M{_n(x)} {_n(y)}")
    return "".join(trazo)


def abreviado(valor: Numero) -> str:
    """An axis value in few characters: 15 000 is 15 k."""
    for limite, letra in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if not -limite < valor < limite:
            corto = float(valor) / (1e3 if letra == "k" else limite)
            return f"{_corto(corto)} {letra}"
    return _corto(float(valor))


def _corto(valor: float) -> str:
    return number_format(round(valor, 2) if valor % 1 else int(valor), use_l10n=True, force_grouping=True)


def _clase(serie: Serie, orden: int) -> str:
    return serie.clase or str(orden + 1)


def _n(valor: float) -> str:
    return f"{valor:.2f}".rstrip("0").removesuffix(".")


def _por_ciento(valor: float) -> str:
    return f"{_n(valor)}%"
