"""The life of an alert, and the recall of a lot, in a real browser. Locators do not depend on the language."""

import re

import pytest
from playwright.sync_api import expect

from alertas.models import Alerta
from lotes.models import Lote
from pruebas.ayudas import entrar, hoy_mas, planificar
from pruebas.factories import ProductoFactory
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
    expect(filas).to_have_count(3)
    expect(pagina.locator("#contador-alertas")).to_contain_text("3")
    ventana.accesible()

    baja = Alerta.objects.get(tipo="stock_bajo")
    pagina.click(f"button[name='alerta'][value='{baja.pk}']")
    expect(pagina.locator("#contador-alertas")).to_contain_text("2")
    expect(pagina).to_have_url(re.compile("/alertas/$"))

    for casilla in pagina.locator("input[data-seleccion-fila]").all():
        casilla.check()
    pagina.click("button[form='varias'][formaction='/alertas/posponer/']")
    expect(pagina.locator("[name='hasta']")).to_be_visible()
    ventana.accesible()
    pagina.fill("[name='hasta']", hoy_mas(3).isoformat())
    pagina.click("main .btn-primary")
    expect(filas).to_have_count(3)
    expect(pagina.locator("#contador-alertas .contador-numero")).to_have_count(0)
    assert Alerta.objects.filter(pospuesta_hasta=hoy_mas(3)).count() == 3

    entrar(producto, "MUCHO", 500, 700)
    ventana.ir("/alertas/?tipo=stock_bajo")
    expect(filas).to_have_count(0)
    baja.refresh_from_db()
    assert baja.resuelta_en is not None


def test_what_will_be_missing_in_three_weeks(abrir, consulta, producto):
    ventana = abrir(consulta)
    pagina = ventana.ir("/alertas/")

    pagina.click(f"a[href*='al={hoy_mas(21)}']")

    expect(pagina.locator("#tabla tbody tr")).to_have_count(3)
    expect(pagina.locator("#tabla .insignia-critica")).to_have_count(3)
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

    entrar(producto, "OTRO", 20, 9)
    pagina.locator("input[data-seleccion-fila]").first.check()
    assert sondear(pagina) == [200, False]
    expect(pagina.locator("input[data-seleccion-fila]").first).to_be_checked()

    pagina.locator("input[data-seleccion-fila]").first.uncheck()
    pagina.locator("input[data-seleccion-fila]").first.blur()
    assert sondear(pagina) == [200, True]
    expect(pagina.locator("#tabla tbody tr")).to_have_count(4)
