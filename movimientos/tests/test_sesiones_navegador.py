"""Counting on a phone, with a scanner, through a connection that comes and goes."""

import pytest
from playwright.sync_api import expect

from inventario.cuentas.models import Usuario
from movimientos.conteos.models import NumeroContado
from pruebas import conteos
from pruebas.ayudas import nuevo_lote, sacar
from pruebas.factories import ProductoFactory
from pruebas.navegador import en_cada_vista

pytestmark = [pytest.mark.navegador, pytest.mark.lento]


@pytest.fixture
def lotes(transactional_db):
    return [nuevo_lote(ProductoFactory(sku=f"SKU-{i}", nombre=f"Producto {i}"), f"LOTE-{i}", 100) for i in range(4)]


@pytest.fixture
def quien(transactional_db):
    return Usuario.objects.create_superuser("ana", "ana@example.com", "x")


def escanear(page, texto):
    page.keyboard.type(texto)
    page.keyboard.press("Enter")


def test_a_phone_counts_with_a_scanner_and_loses_nothing_with_its_connection(abrir, lotes, quien):
    conteo = conteos.abrir()
    ventana = abrir(quien, tamano="movil")
    ventana.admitir("ERR_INTERNET_DISCONNECTED", "422")
    page = ventana.ir(f"/conteos/{conteo.pk}/contar/")
    marcador, cola = page.locator("[data-conteo-avance]"), page.locator("[data-conteo-cola]")

    escanear(page, "LOTE-0")  # each scan sends what was typed and goes on
    expect(page.locator("[data-conteo-elegido]")).to_contain_text("Producto 0")
    page.keyboard.type("98", delay=120)
    escanear(page, "LOTE-1")
    expect(marcador).to_have_text("1 / 4")
    page.context.set_offline(True)
    page.keyboard.type("7", delay=120)
    escanear(page, "LOTE-2")
    page.keyboard.type("5", delay=120)
    page.keyboard.press("Enter")
    expect(cola).to_contain_text("2")
    expect(page.locator("[data-conteo-estado]")).to_contain_text("Sin conexión")
    page.get_by_label("Lote o producto").fill("desconocido")
    page.keyboard.press("Enter")
    page.keyboard.type("3", delay=120)
    page.keyboard.press("Enter")
    sacar(lotes[1], 30)
    assert NumeroContado.objects.count() == 1

    page.context.set_offline(False)
    expect(cola).to_be_hidden()
    page.reload()  # a page that comes back sends nothing twice

    expect(marcador).to_have_text("3 / 4")
    expect(page.locator("[data-conteo-rechazos]")).to_contain_text("desconocido: 3")
    contados = {n.linea.lote.codigo: n.cantidad for n in NumeroContado.objects.select_related("linea__lote")}
    assert contados == {"LOTE-0": 98, "LOTE-1": 7, "LOTE-2": 5}
    assert NumeroContado.objects.count() == 3
    page.get_by_role("button", name="Quitar").click()
    expect(page.locator("[data-conteo-rechazos]")).to_be_hidden()


def test_what_was_counted_survives_a_closed_page(abrir, lotes, quien):
    conteo = conteos.abrir()
    ventana = abrir(quien, tamano="movil")
    ventana.admitir("ERR_FAILED", "Failed to load")
    page = ventana.ir(f"/conteos/{conteo.pk}/contar/")
    page.route("**/contar/", lambda ruta: ruta.abort() if ruta.request.method == "POST" else ruta.continue_())
    page.get_by_text("Producto 3").click()
    page.keyboard.type("42", delay=120)
    page.get_by_role("button", name="Apuntar").click()
    expect(page.locator("[data-conteo-cola]")).to_contain_text("1")

    page.unroute_all()
    ventana.ir("/conteos/")
    ventana.ir(f"/conteos/{conteo.pk}/contar/")

    expect(page.locator("[data-conteo-avance]")).to_have_text("1 / 4")
    assert NumeroContado.objects.get().cantidad == 42


@en_cada_vista
def test_the_pages_of_counts_are_accessible(abrir, lotes, quien, vista):
    conteo = conteos.abrir(a_ciegas=False)
    conteos.contar(conteo, lotes[0], 50)
    conteos.contar(conteo, lotes[1], 99)
    ventana = abrir(quien, **vista)
    for ruta in ("", "nuevo/", f"{conteo.pk}/", f"{conteo.pk}/contar/", f"{conteo.pk}/hoja/"):
        ventana.ir(f"/conteos/{ruta}")
        ventana.accesible()
