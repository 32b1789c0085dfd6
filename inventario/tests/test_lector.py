"""What a scanner sends, and what it says: vectors with the rule that decides each, and what any text may do."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from inventario.dominio import elementos as gs1
from inventario.dominio.campos import digito_de_control
from inventario.dominio.lector import leer

HOY = date(2026, 11, 25)
VECTORES = json.loads((Path(settings.BASE_DIR) / "pruebas" / "datos" / "gs1.json").read_text())["vectores"]
CONJUNTO_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize("vector", VECTORES, ids=lambda v: v["id"])
def test_each_vector_reads_as_the_rule_that_it_names_says(vector):
    codigo = leer(vector["entrada"], date.fromisoformat(vector["hoy"]))

    for nombre, esperado in vector["esperado"].items():
        if nombre == "elementos":
            assert codigo.elementos == [tuple(e) for e in esperado]
        elif nombre == "avisos":
            assert set(esperado) <= set(codigo.avisos)
        elif nombre == "alternativas_incluyen":
            assert [tuple(e) for e in esperado] in codigo.propuestas
        else:
            visto = getattr(codigo, nombre)
            plano = visto if visto is None or isinstance(visto, bool | int | list | str) else str(visto)
            assert (nombre, plano) == (nombre, esperado)


def _con_control(cuerpo: str) -> str:
    return cuerpo + digito_de_control(cuerpo)


_texto = st.text(CONJUNTO_82, min_size=1, max_size=20)
_cifras = st.text("0123456789", min_size=13, max_size=13).map(_con_control)
_fecha = st.dates(date(2000, 1, 1), date(2070, 12, 31)).map(lambda d: d.strftime("%y%m%d"))
_valores = {
    "01": _cifras,
    "10": _texto,
    "11": _fecha,
    "15": _fecha,
    "17": _fecha,
    "21": _texto,
    "30": st.integers(1, 99_999_999).map(str),
    "240": st.text(CONJUNTO_82, min_size=1, max_size=30),
    "3103": st.integers(0, 999_999).map("{:06d}".format),
    "7003": st.builds(str.__add__, _fecha, st.times().map(lambda t: t.strftime("%H%M"))),
}
_cadenas = st.lists(st.sampled_from(sorted(_valores)), min_size=1, max_size=6, unique=True).flatmap(
    lambda ais: st.tuples(*[st.tuples(st.just(ai), _valores[ai]) for ai in ais]).map(list)
)


@given(_cadenas, st.sampled_from(["]d2", "]C1", "]Q3", "]e0", "]J1"]))
def test_any_element_string_that_can_be_written_reads_back_as_it_was(elementos, prefijo):
    codigo = leer(prefijo + gs1.escribir(elementos), HOY)

    assert (codigo.elementos, codigo.errores) == (elementos, [])


_trozos = st.sampled_from(
    ["]d2", "]C1", "]D2", "]E0", "]Q1", "+d2", "01", "10", "17", "37", "7003", "8003", "(01)", "(", ")", "[10]", "\x1d", "<GS>",
     "https://", "/01/", "?17=", "%", "%ff", "9506000134352", "09506000134352", "261231", "٣", "É", "\ud800", "\x00", " "]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(_trozos, max_size=12).map("".join)))
@example("]d2" + "10" * 400)
@example("10" + "1" * 118)
@example("https://[::1/01/09506000134352")
def test_anything_else_is_text_or_says_why_and_never_raises(texto):
    codigo = leer(texto, HOY)

    assert codigo.tipo in {"gs1", "hri", "digital_link", "gtin", "texto"}
    assert codigo.ok or codigo.errores
    assert codigo.gtin is None or codigo.gtin == _con_control(codigo.gtin[:-1])
    assert all(not gs1.defecto(ai, valor, HOY) for ai, valor in codigo.elementos)
    assert all(not gs1.defecto(ai, valor, HOY) for p in codigo.propuestas for ai, valor in p)


def test_a_lot_that_swallowed_the_expiry_is_read_as_it_stands_and_the_other_reading_proposed():
    codigo = leer("]d2010950600013435210ABC17261231", HOY)

    assert (codigo.ok, codigo.lote, codigo.caduca) == (True, "ABC17261231", None)
    assert "posible_separador_perdido" in codigo.avisos
    assert [("01", "09506000134352"), ("10", "ABC"), ("17", "261231")] in codigo.propuestas


@pytest.mark.parametrize(
    ("texto", "aviso"),
    [("]E3950600013435212345", "suplemento_ignorado"), ("2012345000018", "circulacion_restringida")],
)
def test_supplements_and_numbers_of_a_shop_of_its_own_are_said(texto, aviso):
    codigo = leer(texto, HOY)

    assert codigo.tipo == "gtin"
    assert aviso in codigo.avisos


def test_a_hostile_text_ends_the_search_for_lost_separators_after_so_many_steps(monkeypatch):
    visitados = []
    repartos = gs1._repartos
    monkeypatch.setattr(gs1, "_repartos", lambda *a: visitados.append(1) or repartos(*a))

    codigo = leer("]d2" + "".join(f"{ai}21" for ai in range(710, 718)) * 3, HOY)

    assert codigo.tipo == "gs1"
    assert 0 < len(visitados) <= gs1.PASOS_MAXIMOS + 1
