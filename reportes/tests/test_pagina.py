"""A report on its page: sorted, linked, and whole on paper."""

import re
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from pruebas.ayudas import despachar, entrar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory
from reportes.consulta import Consulta
from reportes.informes import REPORTES, existencias


@pytest.fixture
def cliente(client, supervisor):
    client.force_login(supervisor)
    return client


@pytest.fixture
def cosas(db):
    categoria = CategoriaFactory(nombre="Sueros")
    suero = ProductoFactory(sku="SU1", nombre="Suero", categoria=categoria)
    gasa = ProductoFactory(sku="GA1", nombre="Ácido", categoria=None)
    entrar(suero, "S1", 40, 100, costo="2")
    entrar(suero, "S2", 2, 10, almacen=AlmacenFactory(nombre="Norte"))
    operacion = entrar(gasa, "G1", 1500, 300, costo="1")
    despachar(gasa, 100)
    return {"suero": suero, "gasa": gasa, "operacion": operacion}


def pedir(cliente, nombre, **filtros):
    return cliente.get(reverse("reportes:reporte", args=[nombre]), filtros)


def columna(respuesta, titulo):
    tabla = respuesta.context["tabla"]
    n = [str(c.titulo) for c in tabla.cabezas].index(titulo)
    return [re.sub("<[^>]+>", "", str(fila[n][0])) for fila in tabla.filas]


@pytest.mark.parametrize(
    ("orden", "esperado"),
    [
        ("producto", ["Ácido", "Suero"]),
        ("-producto", ["Suero", "Ácido"]),
        ("fisico", ["Suero", "Ácido"]),
        ("nada", None),
    ],
)
def test_any_column_sorts_as_people_read_it(cliente, cosas, orden, esperado):
    respuesta = pedir(cliente, "existencias", orden=orden)

    assert columna(respuesta, "Producto") == (esperado or ["Ácido", "Suero"])
    sentidos = {str(c.titulo): c.sentido for c in respuesta.context["tabla"].cabezas if c.sentido}
    assert len(sentidos) == (0 if orden == "nada" else 1)


def test_what_is_unknown_comes_last_either_way(cliente, cosas):
    for orden in ("valor", "-valor"):
        assert columna(pedir(cliente, "caducidades", orden=orden), "Valor")[-1] == ""


def test_a_longer_report_keeps_its_own_order_and_says_how_many(cliente, cosas, monkeypatch):
    monkeypatch.setattr("reportes.pagina.TOPE", 1)
    monkeypatch.setattr("reportes.consulta.TOPE", 1)

    respuesta = pedir(cliente, "existencias", orden="-producto")

    assert columna(respuesta, "Producto") == ["Ácido", "Suero"]
    assert "de más de 1 " in " ".join(respuesta.content.decode().split())
    assert not any(c.url for c in respuesta.context["tabla"].cabezas)


def test_of_many_products_where_few_ran_out_no_page_is_promised_that_is_not_there(cliente, cosas, monkeypatch):
    monkeypatch.setattr("reportes.pagina.TOPE", 1)
    monkeypatch.setattr("reportes.consulta.TOPE", 1)
    monkeypatch.setattr("reportes.pagina.FILAS", 1)
    despachar(cosas["gasa"], 1400)

    pagina = pedir(cliente, "quiebres").context["pagina"]

    assert (len(pagina), pagina.total, pagina.siguiente) == (1, 1, None)


def test_names_lead_to_their_pages_and_sums_to_what_they_add_up(cliente, cosas):
    suero, operacion = cosas["suero"], cosas["operacion"]
    existencias = pedir(cliente, "existencias").content.decode()
    lineas = pedir(cliente, "movimientos").content.decode()

    assert f'<a href="/productos/{suero.pk}/">Suero</a>' in existencias
    assert f'href="/lotes/{suero.lotes.get(codigo="S1").pk}/"' in pedir(cliente, "caducidades").content.decode()
    assert f'href="/operaciones/{operacion.pk}/"' in lineas
    [consulta] = set(re.findall(r'<a href="\?([^"]*)">42</a>', existencias))
    detalle = cliente.get(reverse("reportes:reporte", args=["existencias"]) + "?" + consulta.replace("&amp;", "&"))
    assert parse_qs(consulta.replace("&amp;", "&")).items() >= {"sku": ["SU1"], "agrupar": ["lote"]}.items()
    assert sum(map(int, columna(detalle, "Físico"))) == 42


@pytest.mark.parametrize("agrupar", ["categoria", "almacen"])
def test_a_group_leads_to_its_rows(cliente, cosas, agrupar):
    pagina = pedir(cliente, "existencias", agrupar=agrupar).content.decode()

    assert re.search(rf'href="\?agrupar=lote&amp;{agrupar}=\d+"', pagina)


def test_the_foot_has_the_totals_and_paper_has_every_row(cliente, db):
    for n in range(60):
        entrar(ProductoFactory(), f"L{n}", 1, 100)

    pantalla, papel = pedir(cliente, "existencias"), pedir(cliente, "existencias", imprimir="1")

    assert [str(x) for x, c in papel.context["tabla"].totales if str(c.titulo) == "Físico"] == ["60"]
    assert (len(pantalla.context["tabla"].filas), len(papel.context["tabla"].filas)) == (50, 60)
    assert "Solo las filas 1 a 50" in pantalla.content.decode()
    assert "Solo las filas" not in papel.content.decode()


def test_every_mark_of_every_chart_leads_to_a_page_that_answers(cliente, cosas):
    for nombre in (
        "existencias",
        "caducidades",
        "consumo",
        "movimientos",
        "perdidas",
        "quiebres",
        "existencias_a_fecha",
    ):
        grafica = pedir(cliente, nombre).context["grafica"]
        for enlace in {grafica.enlaces[0], grafica.enlaces[-1]} if grafica.enlaces else ():
            lugar = enlace if enlace.startswith("/") else reverse("reportes:reporte", args=[nombre]) + enlace
            assert cliente.get(lugar).status_code == 200, enlace


def test_the_card_of_a_lot_leads_to_it(cliente, cosas):
    lote = cosas["suero"].lotes.get(codigo="S1")

    assert f'href="/lotes/{lote.pk}/">S1</a>' in pedir(cliente, "kardex", lote=lote.pk).content.decode()


def test_what_cannot_be_sorted_has_no_figure_that_offers_it(cliente, cosas, monkeypatch):
    assert any(t["url"] for t in pedir(cliente, "existencias").context["totales"])
    monkeypatch.setattr("reportes.pagina.TOPE", 1)
    monkeypatch.setattr("reportes.consulta.TOPE", 1)

    assert not any(t["url"] for t in pedir(cliente, "existencias").context["totales"])


@pytest.mark.parametrize(
    ("nombre", "agrupar"), [(r.nombre, a) for r in REPORTES.values() if not r.exige_producto for a in r.agrupaciones]
)
def test_only_what_is_shown_is_read_unless_it_is_sorted(cliente, cosas, monkeypatch, nombre, agrupar):
    entera = pedir(cliente, nombre, agrupar=agrupar, orden="nada").context["pagina"]
    monkeypatch.setattr("reportes.pagina.FILAS", 1)
    leidas = []
    rebanada = Consulta.rebanada
    monkeypatch.setattr(Consulta, "rebanada", lambda c, i, n: leidas.append((n, c.criba)) or rebanada(c, i, n))

    pagina = pedir(cliente, nombre, agrupar=agrupar).context["pagina"]

    assert (pagina.total, list(pagina)) == (entera.total, list(entera)[:1])
    assert all(n == 1 or criba for n, criba in leidas)


def test_the_totals_are_added_up_once(cliente, cosas, monkeypatch):
    veces = []
    totales = existencias._totales
    monkeypatch.setattr(existencias, "_totales", lambda *datos: veces.append(1) or totales(*datos))

    pedir(cliente, "existencias")

    assert len(veces) == 1
