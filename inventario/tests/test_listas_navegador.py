"""How a list looks and is used, on a small laptop and on a phone, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from movimientos.peticiones import LineaEntrada
from pruebas.ayudas import entrar_lineas, hoy_mas
from pruebas.factories import ProductoFactory
from pruebas.navegador import TAMANOS, en_cada_vista

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]
LARGO = "Amoxicilina y ácido clavulánico 875/125 mg, caja con 14 tabletas recubiertas"
ENTERAS = """() => [...document.querySelectorAll("#tabla tbody tr")].filter((fila) => {
  const {top, bottom} = fila.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}).length"""


@pytest.fixture
def lotes(db):
    lineas = [
        LineaEntrada(ProductoFactory(nombre=f"{LARGO} {n}", unidad="caja").pk, n + 1, f"LOTE-{n:03}", hoy_mas(n))
        for n in range(60)
    ]
    entrar_lineas(lineas)


@pytest.mark.parametrize("ruta", ["/lotes/", "/productos/", "/movimientos/"])
def test_fourteen_rows_on_a_small_laptop_and_the_head_stays(abrir, lotes, supervisor, ruta):
    pagina = abrir(supervisor).ir("/")
    pagina.set_viewport_size({"width": 1366, "height": 768})
    pagina.goto(pagina.url.rstrip("/") + ruta)

    assert pagina.evaluate(ENTERAS) >= 14
    assert pagina.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pagina.locator("#tabla tbody tr").nth(40).scroll_into_view_if_needed()
    expect(pagina.locator("#tabla thead th").first).to_be_in_viewport()


@en_cada_vista
def test_a_list_sorts_filters_remembers_and_is_accessible(abrir, lotes, supervisor, vista):
    ventana = abrir(supervisor, **vista)
    pagina = ventana.ir("/lotes/")
    ventana.accesible()

    pagina.fill("#contenido [name=buscar]", "LOTE-01")
    expect(pagina.locator("#tabla tbody tr")).to_have_count(10)
    if vista["tamano"] == "escritorio":
        pagina.click("thead >> text=Cantidad")
        expect(pagina.locator("#tabla tbody tr").first).to_contain_text("LOTE-019")
    pagina.click(".menu:has(.menu-vista) summary")
    if vista["tamano"] == "escritorio":  # on a phone it covers half of a row
        ventana.accesible()
    pagina.fill("[name=nombre]", "Los diez")
    pagina.press("[name=nombre]", "Enter")
    expect(pagina).to_have_url(re.compile("buscar=LOTE-01"))

    pagina.goto(pagina.url.split("?")[0])
    expect(pagina.locator("#tabla tbody tr")).to_have_count(50)
    pagina.click(".menu:has(.menu-vista) summary")
    pagina.click("text=Los diez")
    expect(pagina.locator("#tabla tbody tr")).to_have_count(10)


def test_a_search_keeps_the_order_that_a_head_chose(abrir, lotes, supervisor):
    pagina = abrir(supervisor).ir("/lotes/")
    pagina.click("thead >> text=Cantidad")
    expect(pagina.locator("#tabla tbody tr").first).to_contain_text("LOTE-059")

    pagina.fill("#contenido [name=buscar]", "LOTE-01")

    expect(pagina.locator("#tabla tbody tr")).to_have_count(10)
    expect(pagina.locator("#tabla tbody tr").first).to_contain_text("LOTE-019")


def test_on_a_phone_a_row_is_short_and_opens_wherever_it_is_touched(abrir, lotes, supervisor):
    pagina = abrir(supervisor, tamano="movil").ir("/lotes/")

    fila = pagina.locator("#tabla tbody tr").first
    caja = fila.bounding_box()
    assert 44 <= caja["height"] <= 130
    assert pagina.evaluate("document.documentElement.scrollHeight") < 50 * 130 + TAMANOS["movil"]["height"]
    pagina.mouse.click(caja["x"] + caja["width"] - 4, caja["y"] + caja["height"] - 4)
    expect(pagina).to_have_url(re.compile(r"/lotes/\d+/"))


def test_without_scripts_heads_filters_columns_and_views_work(abrir, lotes, supervisor):
    pagina = abrir(supervisor, javascript=False).ir("/lotes/")

    pagina.click("thead >> text=Cantidad")
    expect(pagina.locator("#tabla tbody tr").first).to_contain_text("LOTE-059")
    pagina.click(".menu:has(.menu-vista) summary")
    pagina.uncheck("[name=columna][value=sku]")
    pagina.click("text=Mostrar estas columnas")
    expect(pagina.locator("thead >> text=SKU")).to_have_count(0)
    expect(pagina.locator("#tabla tbody tr").first).to_contain_text("LOTE-059")
    pagina.click(".filtros summary")
    pagina.select_option("[name=con_existencias]", "false")
    pagina.press("#contenido [name=buscar]", "Enter")
    expect(pagina.locator(".ficha")).to_contain_text("No")
