"""No cell that we write is alive in a spreadsheet, whatever separator it reads our files with; and the text can be had back."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventario.plataforma.celdas import celda_segura, linea_citada, se_parte

SIGNOS = "=+-@\uff1d\uff0b\uff0d\uff20"
BLANCOS = " \t\r\n\x00\"'\u00a0\ufeff"
VIVAS = [
    "=1+1", "+1", "-1+2", "@SUM(A1)", "\uff1d1", "\uff20SUM", " =1", "\t=1", "\r=1", "\x00=1", '"=1"', "'=1", "\ufeff=1",
    "a;=1+1", "a,=1", "a|@x", "a\t+1", "a\n-1+1", "a; \uff1d1", "=cmd|' /C calc'!A0", ";;=1",
]  # fmt: skip
texto = st.text(st.sampled_from("aé5.=+-@\uff1d\uff0b\uff0d\uff20,;|\t\r\n \x00\"'\ufeff"), max_size=12)


def escribir(fila):
    salida = io.StringIO()
    segura = [celda_segura(x) for x in fila]
    if se_parte(fila):
        salida.write(linea_citada(segura))
    else:
        csv.writer(salida).writerow(segura)
    return salida.getvalue()


def celdas_de_cualquiera(linea):
    """What a program could take for a cell: split by each separator, minding quotes or not."""
    for separador in ",;|\t":
        yield from re.split(f"[{re.escape(separador)}\r\n]", linea)
        for fila in csv.reader(io.StringIO(linea.replace("\x00", ""), newline=""), delimiter=separador):
            yield from fila


def viva(celda):
    return celda.lstrip(BLANCOS.replace("'", ""))[:1] in tuple(SIGNOS)


@pytest.mark.parametrize("texto", VIVAS)
def test_nothing_that_begins_like_a_formula_begins_a_cell(texto):
    assert [c for c in celdas_de_cualquiera(escribir(["x", texto, "y"])) if viva(c)] == []
    assert [c for c in celdas_de_cualquiera(escribir([texto, 3])) if viva(c)] == []


@given(st.lists(texto, min_size=1, max_size=3))
def test_no_text_at_all_begins_a_live_cell(fila):
    assert [c for c in celdas_de_cualquiera(escribir(fila)) if viva(c)] == []


@given(texto)
def test_the_text_can_be_had_back(valor):
    """By the rule of docs/security.md: one apostrophe less before a sign, at the start or after a separator."""
    vuelta = re.sub(
        r"(^|[,;|\t\r\n])'(?=[\s\x00-\x20\u00a0\ufeff\"']*[=+\-@\uff1d\uff0b\uff0d\uff20])", r"\1", celda_segura(valor)
    )

    assert vuelta == valor


@pytest.mark.parametrize("numero", [-5, 0, 12, -0.5])
def test_a_number_stays_one(numero):
    assert celda_segura(numero) == numero
    assert escribir(["a;b", numero]).endswith(f'"{numero}"\r\n')


@pytest.mark.parametrize("normal", ["Amoxicilina 500 mg", "10-006", "Caja; 5+3", "ácido, puro", "a - b", "x@y.mx", ""])
def test_ordinary_text_stays_as_it_is(normal):
    assert celda_segura(normal) == normal
