"""The life of an alert, and the recall of a lot, in a real browser. Locators do not depend on the language."""

import re

import pytest
from playwright.sync_api import expect

from alertas.models import Alerta
from lotes.models import Existencia, Lote
from pruebas.ayudas import despachar, entrar, hoy_mas, planificar
from pruebas.factories import AlmacenFactory, ProductoFactory
from pruebas.navegador import en_cada_vista

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def producto(transactional_db):
    producto = ProductoFactory(sku="AMOX", nombre="Amoxicilina", stock_minimo=100)
    for codigo, dias in (("PRONTO", 5), ("LUEGO", 15)):
        entrar(producto, codigo, 20, dias)
    return producto


@en_cada_vista
def test_an_alert_is_acknowledged_put_off_and_ends_by_itself(abrir, operador, producto, vista):
    ventana = abrir(operador, **vista)
    pagina = ventana.ir("/alertas/")
    filas = pagina.locator("#tabla tbody tr")
    expect(filas).to_have_count(1)  # a product, with all that happens to it
    expect(pagina.locator("#contador-alertas")).to_contain_text("3")
    ventana.accesible()

    baja = Alerta.objects.get(tipo="stock_bajo")
    pagina.locator("input[data-seleccion-fila]").check()
    expect(pagina.locator("[data-seleccion-barra]")).to_be_in_viewport()
    ventana.accesible()
    pagina.click("[data-otra-pagina]")
    expect(pagina.locator("[name='hasta']")).to_be_visible()
    ventana.accesible()
    pagina.fill("[name='hasta']", hoy_mas(3).isoformat())
    pagina.click("main .btn-primary")
    expect(filas).to_have_count(0)
    expect(pagina.locator("#contador-alertas .contador-numero")).to_have_count(0)
    assert Alerta.objects.filter(pospuesta_hasta=hoy_mas(3)).count() == 3

    entrar(producto, "MUCHO", 500, 700)
    ventana.ir("/alertas/?tipo=stock_bajo")
    expect(filas).to_have_count(0)
    baja.refresh_from_db()
    assert baja.resuelta_en is not None


@en_cada_vista
def test_in_the_inbox_one_touch_acknowledges_in_place_and_can_be_taken_back(abrir, operador, producto, vista):
    otro = ProductoFactory(nombre="Zinc")
    entrar(otro, "Z", 5, 40)
    pagina = abrir(operador, **vista).ir("/alertas/")
    pagina.evaluate("window.misma = true")
    filas = pagina.locator("[data-bandeja-fila]")
    expect(filas).to_have_count(2)

    filas.nth(0).locator("[data-tecla='e']").click()
    expect(filas).to_have_count(1)
    expect(pagina.locator("#contador-alertas")).to_contain_text("1")
    expect(filas.nth(0)).to_be_focused()
    pagina.locator("[data-aviso] [data-atajo='z']").click()
    expect(filas).to_have_count(2)
    expect(pagina.locator("#contador-alertas")).to_contain_text("4")

    assert pagina.evaluate("window.misma")  # nothing was loaded anew
    assert not Alerta.objects.exclude(reconocida_en=None).exists()


def test_the_inbox_is_worked_with_the_keyboard(abrir, operador, producto):
    for n in range(3):
        entrar(ProductoFactory(nombre=f"Zinc {n}"), "Z", 5, 40)
    pagina = abrir(operador).ir("/alertas/")
    filas = pagina.locator("[data-bandeja-fila]")

    pagina.keyboard.press("j")
    expect(filas.nth(0)).to_be_focused()
    pagina.keyboard.press("j")
    pagina.keyboard.press("k")
    pagina.keyboard.press("h")
    expect(filas).to_have_count(3)
    assert Alerta.objects.filter(producto=producto, pospuesta_hasta=hoy_mas(7)).count() == 3
    expect(filas.nth(0)).to_be_focused()
    pagina.keyboard.press("x")
    pagina.keyboard.press("j")
    pagina.keyboard.press("x")
    expect(pagina.locator("[data-seleccion-barra] output")).to_have_text("2")
    pagina.keyboard.press("e")
    expect(filas).to_have_count(1)
    expect(pagina.locator("[data-aviso] [data-atajo='z']")).to_be_visible()
    pagina.keyboard.press("z")

    expect(filas).to_have_count(3)


def test_a_filter_keeps_the_tab_the_kind_and_the_day_that_were_chosen(abrir, operador, producto):
    pagina = abrir(operador).ir("/alertas/")
    filas = pagina.locator("#tabla tbody th")

    pagina.click("a[href*='tipo=por_caducar']")
    expect(pagina.locator("a[href*='tipo=por_caducar'][aria-current]")).to_be_visible()
    pagina.click(".filtros summary")
    pagina.select_option(".filtros [name=severidad]", "importante")
    expect(pagina).to_have_url(re.compile("severidad=importante"))
    assert "tipo=por_caducar" in pagina.url
    expect(filas).to_have_count(1)
    expect(filas).not_to_contain_text("PRONTO")

    pagina.goto(pagina.url.split("?")[0] + f"?al={hoy_mas(21)}")
    pagina.click(".filtros summary")
    pagina.select_option(".filtros [name=severidad]", "critica")
    expect(pagina).to_have_url(re.compile("severidad=critica"))
    assert f"al={hoy_mas(21)}" in pagina.url


def test_a_key_that_is_no_name_is_let_pass(abrir, operador, producto):
    """The window itself complains of any error in the console."""
    pagina = abrir(operador).ir("/alertas/")

    pagina.keyboard.press("j")
    for tecla in ('"', "\\", "]"):
        pagina.keyboard.press(tecla)

    expect(pagina.locator("[data-bandeja-fila]").first).to_be_focused()


class Contada:
    """A page whose keys and clicks are counted."""

    def __init__(self, pagina):
        self.pagina, self.van = pagina, 0

    def pulsar(self, *teclas):
        for tecla in teclas:
            self.pagina.keyboard.press(tecla)
            self.van += 1

    def clic(self, selector):
        self.pagina.locator(selector).first.click()
        self.van += 1


# Before the inbox: the page of write-offs three times, once for each warehouse (2 keys to go there, 2 to choose the second
# and the third, tick all, write off, yes: 5 + 7 + 7), and four kinds of alerts (2 clicks for the filter, tick all,
# acknowledge, yes: 5 each).
ANTES = 5 + 7 + 7 + 4 * 5


@pytest.mark.lento
def test_all_alerts_of_a_shop_like_the_demo_are_dealt_with_in_a_third_of_the_keys_and_clicks_of_before(abrir, operador):
    almacenes = [None, AlmacenFactory(), AlmacenFactory()]
    for n in range(6):
        vencido = ProductoFactory()
        for almacen in almacenes[: 1 + n % 3]:
            entrar(vencido, "V", 5, -3, nota="llegó así", **({"almacen": almacen} if almacen else {}))
        entrar(ProductoFactory(stock_minimo=100), "B", 5, 700)
        entrar(ProductoFactory(stock_maximo=2), "S", 5, 700)
        entrar(ProductoFactory(), "P", 5, 6 + 10 * n)
        despachar(agotado := ProductoFactory(stock_minimo=1), 1, hoy=entrar(agotado, "A", 1, 700).fecha_efectiva)
    contada = Contada(abrir(operador).ir("/alertas/"))
    abiertas = contada.pagina.locator("#contador-alertas .contador-numero")
    expect(abiertas).to_contain_text("30")

    contada.clic("a[href*='tipo=caducado']")
    expect(contada.pagina.locator("[data-bandeja-fila]")).to_have_count(6)
    contada.clic("[data-seleccion-todo]")
    contada.clic("[data-seleccion-barra] [data-tecla='b']")
    contada.clic("[data-confirmar-si]")
    expect(abiertas).to_contain_text("24")
    contada.clic("a[href*='alertas'].con-contador")
    expect(contada.pagina.locator("[data-bandeja-fila]")).to_have_count(24)
    contada.clic("[data-seleccion-todo]")
    contada.pulsar("e")

    expect(abiertas).to_have_count(0)
    assert not Existencia.objects.caducadas(hoy_mas(0)).exists()
    assert contada.van <= ANTES / 3


def test_what_will_be_missing_in_three_weeks(abrir, consulta, producto):
    ventana = abrir(consulta)
    pagina = ventana.ir("/alertas/")

    pagina.click(f"a[href*='al={hoy_mas(21)}']")

    expect(pagina.locator("#tabla tbody tr")).to_have_count(1)
    expect(pagina.locator("#tabla tbody th")).to_contain_text("LUEGO")
    ventana.accesible()


@en_cada_vista
def test_supervisor_recalls_a_lot_and_it_stops_being_dispatched(abrir, supervisor, producto, vista):
    lote = Lote.objects.get(codigo="PRONTO")
    ventana = abrir(supervisor, **vista)
    pagina = ventana.ir(f"/lotes/{lote.pk}/")

    pagina.click("main details[data-menu] > summary")
    pagina.click("[data-abrir='#dialogo-retirar']")
    expect(pagina.locator("#dialogo-retirar [name='nota']")).to_be_focused()
    pagina.keyboard.type("orden sanitaria 12")
    ventana.accesible()
    pagina.click("#dialogo-retirar .btn-peligro")

    expect(pagina.locator(".encabezado .insignia-retirado")).to_be_visible()
    lote.refresh_from_db()
    assert lote.estado == Lote.Estado.RETIRADO
    assert [(t.saldo.lote_codigo, t.cantidad) for t in planificar(producto, 40).tomas] == [("LUEGO", 20)]


def sondear(pagina):
    """What the clock does every minute, now: the status of the answer and whether it was swapped in."""
    return pagina.evaluate(
        """new Promise((listo) => {
            document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
                setTimeout(() => listo([detail.xhr.status, detail.shouldSwap]), 50);
            }, { once: true });
            htmx.trigger("#tabla", "refrescar");
        })"""
    )


def test_a_poll_touches_nothing_until_there_is_news_and_never_what_is_ticked(abrir, operador, producto):
    pagina = abrir(operador).ir("/alertas/")
    pagina.evaluate("document.querySelector('#tabla').dataset.mio = '1'")

    assert sondear(pagina) == [304, False]
    expect(pagina.locator("#tabla[data-mio]")).to_have_count(1)

    entrar(ProductoFactory(), "OTRO", 20, 9)
    pagina.locator("input[data-seleccion-fila]").first.check()
    assert sondear(pagina) == [200, False]
    expect(pagina.locator("input[data-seleccion-fila]").first).to_be_checked()

    pagina.locator("input[data-seleccion-fila]").first.uncheck()
    pagina.locator("input[data-seleccion-fila]").first.blur()
    assert sondear(pagina) == [200, True]
    expect(pagina.locator("#tabla tbody tr")).to_have_count(2)
