"""Charts: geometry that says what the numbers say, and markup that is safe under the CSP."""

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

    assert float(d.barras[0]["alto"]) == pytest.approx(2 * float(d.barras[1]["alto"]), abs=0.2)


def test_stacked_bars_stand_on_each_other():
    d = dibujar(Grafica("t", ["a"], [Serie("x", [10]), Serie("y", [5])], tipo="apiladas"))

    abajo, arriba = d.barras
    assert float(arriba["y"]) + float(arriba["alto"]) == pytest.approx(float(abajo["y"]), abs=0.2)


def test_negative_bar_hangs_from_the_base():
    d = dibujar(Grafica("t", ["a", "b"], [Serie("", [10, -10])]))

    assert float(d.barras[1]["y"]) == pytest.approx(float(d.base), abs=0.1)
    assert float(d.barras[1]["y"]) + float(d.barras[1]["alto"]) <= ALTO


def test_markup_escapes_and_has_no_style_script_or_localised_number():
    g = Grafica("<b>", ["<i>", "z"], [Serie("s", [Decimal("1234.5"), 7])], tipo="escalon")

    with translation.override("es"):
        html = Template("{% load graficas %}{% grafica g %}{% barras 't' e v %}").render(
            Context({"g": g, "v": [1, 5, 2], "e": ["a", "b", "c"]})
        )

    assert "<b>" not in html
    assert "&lt;i&gt;" in html
    assert "style" not in html
    assert "<script" not in html
    assert 'viewBox="0 0 720 260"' in html


def test_a_legend_says_what_colours_mean_and_never_repeats_the_title():
    una = Grafica("t", ["a", "b"], [Serie("t", [1, 2])])
    dos = Grafica("t", ["a"], [Serie("entra", [1], "entrada"), Serie("sale", [2], "salida")])

    assert dibujar(una).leyenda == []
    assert [(x["clase"], x["nombre"]) for x in dibujar(dos).leyenda] == [("entrada", "entra"), ("salida", "sale")]


def test_one_bar_alone_is_not_a_wall_and_stands_in_the_middle():
    d = dibujar(Grafica("t", ["a"], [Serie("", [1])]))

    ancho, x = float(d.barras[0]["ancho"]), float(d.barras[0]["x"])
    assert ancho <= 72
    assert x + ancho / 2 == pytest.approx((d.izquierda + d.derecha) / 2, abs=1)
