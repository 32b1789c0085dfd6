"""A fake camera looks at the label of a lot: the sheet gets its line, and the search opens it."""

import pytest
from playwright.sync_api import expect

from herramientas.programas import ARGUMENTOS, chromium
from lotes.rotulos import contenido
from movimientos.tests.test_navegador import ENVIAR, registrada
from pruebas.ayudas import hoy_mas, nuevo_lote
from pruebas.factories import ProductoFactory
from pruebas.imagenes import pelicula
from pruebas.navegador import PACIENCIA, Ventana, _contexto

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lote(transactional_db):
    return nuevo_lote(ProductoFactory(sku="AMOX", nombre="Amoxicilina", gtin="07501234567893"), "A-1", 50, 300)


@pytest.fixture
def con_camara(playwright, _lanzado, live_server, lote, tmp_path):
    """`con_camara(user)`: a window of a browser whose camera sees the label of `lote`."""
    film = pelicula(tmp_path / "camara.y4m", contenido.de_lote(lote, hoy_mas(0), live_server.url).simbolo)
    falsa = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    navegador = playwright.chromium.launch(
        executable_path=chromium(), args=[*ARGUMENTOS, *falsa, f"--use-file-for-fake-video-capture={film}"]
    )
    ventanas = []

    def _abrir(usuario):
        ventana = Ventana(_contexto(navegador, live_server.url, usuario, tamano="movil").new_page(), live_server.url)
        ventana.page.set_default_timeout(PACIENCIA)
        ventanas.append(ventana)
        return ventana

    yield _abrir
    navegador.close()
    for ventana in ventanas:
        ventana.sin_quejas()


def test_a_camera_dispatches_a_lot(con_camara, operador):
    ventana = con_camara(operador)
    ventana.admitir("htmx:afterRequest", "htmx:sendAbort")
    pagina = ventana.ir("/despacho/")

    pagina.get_by_role("button", name="Cámara").click()
    expect(pagina.locator("[data-camara-estado]")).to_have_text("✓ Amoxicilina · 1")
    ventana.accesible()
    pagina.get_by_role("button", name="Listo").click()
    expect(pagina.locator("[name='lineas-0-cantidad']")).to_have_value("1")  # seen all the time: counted once
    pagina.fill("[name='lineas-0-cantidad']", "7")
    pagina.click(ENVIAR)

    assert [(m.lote.codigo, m.cantidad) for m in registrada(pagina).movimientos.all()] == [("A-1", -7)]


def test_a_camera_in_the_search_opens_what_it_sees(con_camara, consulta, lote):
    pagina = con_camara(consulta).ir("/buscar/#escanear")

    pagina.wait_for_url(f"**/lotes/{lote.pk}/")
    pagina.wait_for_load_state("networkidle")
