"""Charts: geometry that says what the numbers say, and markup that is safe under the CSP."""

import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reportes.graficas import ALTO, Grafica, Serie, dibujar, marcas


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_axis_covers_the_values_and_zero(a, b):
    eje = marcas(min(a, b), max(a, b))

    paso = eje[1] - eje[0]
    assert eje[0] <= min(a, b, 0) + paso * 1e-6
    assert eje[-1] >= max(a, b, 0) - paso * 1e-6
    assert 2 <= len(eje) <= 8


def test_bars_are_as_tall_as_their_values():
    d = dibujar(Grafica("t", ["a", "b"], [Serie("", [10, 5])]))

    assert float(d.marcas[0].barras[0]["alto"]) == pytest.approx(2 * float(d.marcas[1].barras[0]["alto"]), abs=0.2)


def test_stacked_bars_stand_on_each_other():
    d = dibujar(Grafica("t", ["a"], [Serie("x", [10]), Serie("y", [5])], tipo="apiladas"))

    abajo, arriba = d.marcas[0].barras
    assert float(arriba["y"]) + float(arriba["alto"]) == pytest.approx(float(abajo["y"]), abs=0.2)


def test_negative_bar_hangs_from_the_base():
    d = dibujar(Grafica("t", ["a", "b"], [Serie("", [10, -10])]))

    [colgada] = d.marcas[1].barras
    assert float(colgada["y"]) == pytest.approx(float(d.base), abs=0.1)
    assert float(colgada["y"]) + float(colgada["alto"]) <= ALTO


def test_markup_escapes_and_has_no_style_script_or_localised_number():
    pasos = Grafica("<b>", ["<i>", "z"], [Serie("s", [Decimal("1234.5"), 7])], tipo="escalon")
    filas = Grafica(
        "t", ["<u>", "z"], [Serie("", [1234, 7])], tipo="filas", unidades=["caja", "pieza"], enlaces=["?a=<", "?b"]
    )

    with translation.override("es"):
        html = Template("{% load graficas %}{% grafica g %}{% grafica f %}{% barras 't' e v %}").render(
            Context({"g": pasos, "f": filas, "v": [1, 5, 2], "e": ["a", "b", "c"]})
        )

    assert not [x for x in ("<b>", "<i>", "<u>", "?a=<", "style=", "<script") if x in html]
    assert "&lt;i&gt;" in html
    assert "1,234 cajas" in html
    coordenadas = re.findall(r'\b(?:x|y|x2|y1|y2|cx|cy|width|height)="([^"]*)"', html)
    assert len(coordenadas) > 20
    assert [c for c in coordenadas if not re.fullmatch(r"-?\d+(\.\d+)?%?", c)] == []


def test_a_legend_says_what_colours_mean_and_never_repeats_the_title():
    una = Grafica("t", ["a", "b"], [Serie("t", [1, 2])])
    dos = Grafica("t", ["a"], [Serie("entra", [1], "entrada"), Serie("sale", [2], "salida")])

    assert dibujar(una).leyenda == []
    assert [(x["clase"], x["nombre"]) for x in dibujar(dos).leyenda] == [("entrada", "entra"), ("salida", "sale")]


def test_one_bar_alone_is_not_a_wall_and_stands_in_the_middle():
    [barra] = dibujar(Grafica("t", ["a"], [Serie("", [1])])).marcas[0].barras

    ancho, x = float(barra["ancho"].rstrip("%")), float(barra["x"].rstrip("%"))
    assert ancho <= 12
    assert x + ancho / 2 == pytest.approx(50, abs=1)


@pytest.mark.parametrize(
    ("grafica", "dicho"),
    [
        (Grafica("t", ["Gasa"], [Serie("", [1200])], unidades=["pieza"]), "Gasa: 1,200 piezas"),
        (
            Grafica("t", ["Lunes"], [Serie("Entra", [1]), Serie("Sale", [2])], unidad="caja"),
            "Lunes: Entra 1 caja · Sale 2 cajas",
        ),
        (Grafica("t", ["Gasa"], [Serie("", [Decimal("12.5")])], en_dinero=True), "Gasa: 12.50 MXN"),
    ],
)
def test_a_mark_says_what_it_is_how_much_and_of_what(grafica, dicho):
    assert dibujar(grafica).marcas[0].dice == dicho


def test_bars_that_lie_down_fill_their_row_by_the_largest():
    d = dibujar(Grafica("t", ["a", "b"], [Serie("x", [50, 100]), Serie("y", [0, 25])], tipo="filas"))

    assert [[b["ancho"] for b in m.barras] for m in d.marcas] == [["50%", "0%"], ["100%", "25%"]]
