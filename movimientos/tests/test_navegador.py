"""The main jobs of a store room, in a real browser, keyboard and scanner first. Locators do not depend on the language."""

import re

import pytest
from playwright.sync_api import expect

from lotes.models import Almacen, Existencia, Lote
from movimientos.models import Movimiento, Operacion
from pruebas.ayudas import entrar, hoy_mas
from pruebas.factories import AlmacenFactory, ProductoFactory
from pruebas.navegador import en_cada_vista

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]
ENVIAR = "#hoja .formulario-pie .btn-primary"


@pytest.fixture
def producto(transactional_db):
    return ProductoFactory(sku="AMOX", nombre="Amoxicilina 500 mg", gtin="7501234567893")


def enfocado(pagina, nombre):
    expect(pagina.locator(f"[name='{nombre}']")).to_be_focused()


def registrada(pagina):
    expect(pagina).to_have_url(re.compile(r"/operaciones/\d+/"))
    return Operacion.objects.get(pk=pagina.url.rstrip("/").rsplit("/", 1)[1])


@en_cada_vista
def test_entry_of_a_new_lot_with_a_scanner(abrir, operador, producto, vista):
    ventana = abrir(operador, **vista)
    pagina = ventana.ir("/entrada/")
    enfocado(pagina, "lineas-0-producto")

    pagina.keyboard.type("7501234567893")
    pagina.keyboard.press("Enter")
    enfocado(pagina, "lineas-0-lote")
    expect(pagina.locator("[name='lineas-0-producto']")).to_have_value("AMOX")
    expect(pagina.locator("[data-combo-eco]").first).to_have_text("Amoxicilina 500 mg")
    pagina.keyboard.type("a-77")
    pagina.keyboard.press("Enter")
    enfocado(pagina, "lineas-0-fecha_caducidad")
    pagina.fill("[name='lineas-0-fecha_caducidad']", hoy_mas(300).isoformat())
    pagina.fill("[name='lineas-0-cantidad']", "12")
    if vista["tamano"] == "movil":
        pagina.click("[for='mas-campos']")
    pagina.fill("[name='lineas-0-costo_unitario']", "2.5")
    expect(pagina.locator("[data-importe]")).to_have_text(re.compile(r"^30[.,]00$"))
    pagina.fill("[name='lineas-0-cantidad']", "1200")  # grouped as the pages do: 3 000,00 or 3,000.00
    expect(pagina.locator("[data-importe]")).to_have_text(re.compile(r"^3(\s000,00|,000\.00)$"))
    pagina.fill("[name='lineas-0-cantidad']", "12")
    pagina.focus("[name='lineas-0-costo_unitario']")
    pagina.keyboard.press("Enter")  # past what is seldom known
    enfocado(pagina, "lineas-1-producto")
    ventana.accesible()
    pagina.locator("[data-linea-quitar]").nth(1).click()
    pagina.click(ENVIAR)

    operacion = registrada(pagina)
    assert [(m.lote.codigo, m.cantidad) for m in operacion.movimientos.all()] == [("A-77", 12)]
    ventana.accesible()


@en_cada_vista
def test_dispatch_over_two_lots_shows_the_expired_one_passed_over_and_why(abrir, operador, con_lotes, vista):
    ventana = abrir(operador, **vista)
    pagina = ventana.ir("/despacho/")

    pagina.keyboard.type("amox")
    pagina.keyboard.press("Enter")
    enfocado(pagina, "lineas-0-cantidad")
    pagina.keyboard.type("60")
    plan = pagina.locator("#plan")
    expect(plan.locator("tbody tr")).to_have_count(2)
    expect(plan.locator("tbody tr").nth(0)).to_contain_text("PRONTO")
    expect(plan.locator("tbody tr").nth(1)).to_contain_text("TARDE")
    expect(plan.locator(".plan-omitidos li")).to_contain_text("VIEJO")
    expect(plan.locator(".plan-omitidos .insignia-caducado").first).to_be_visible()
    plan.evaluate(
        "x => x.scrollIntoView({block: 'start'})"
    )  # what lies under the bar is no target until it is scrolled
    ventana.accesible()
    pagina.click(ENVIAR)

    operacion = registrada(pagina)
    assert [(m.lote.codigo, m.cantidad) for m in operacion.movimientos.order_by("pk")] == [
        ("PRONTO", -30),
        ("TARDE", -30),
    ]


def test_a_short_dispatch_keeps_what_was_typed_beside_the_refusal(abrir, operador, con_lotes):
    ventana = abrir(operador)
    ventana.admitir("409")
    pagina = ventana.ir(f"/despacho/?producto={con_lotes.pk}")

    pagina.fill("[name='lineas-0-cantidad']", "100")
    pagina.fill("[name='contraparte']", "Piso 3")
    pagina.click(ENVIAR)

    expect(pagina.locator(".linea-cantidad .errorlist")).to_contain_text("20")
    expect(pagina.locator("[name='contraparte']")).to_have_value("Piso 3")
    ventana.accesible()
    pagina.click(".linea-falta button")
    assert registrada(pagina).faltantes[0]["falta"] == 20


def test_dispatch_without_javascript_sees_the_plan_and_confirms(abrir, operador, con_lotes):
    pagina = abrir(operador, javascript=False).ir("/despacho/")
    pagina.fill("[name='lineas-0-producto']", "amox")
    pagina.fill("[name='lineas-0-cantidad']", "60")
    pagina.click("[name='mas_lineas']")
    expect(pagina.locator("[name='lineas-1-producto']")).to_be_visible()

    pagina.click("[formaction='/despacho/plan/']")
    expect(pagina.locator("#plan tbody tr")).to_have_count(2)
    pagina.click(ENVIAR)

    assert registrada(pagina).tipo == "despacho"


@en_cada_vista
def test_count(abrir, supervisor, con_lotes, vista):
    ventana = abrir(supervisor, **vista)
    pagina = ventana.ir("/ajuste/")

    pagina.keyboard.type("amox")
    pagina.keyboard.press("Enter")
    enfocado(pagina, "lineas-0-lote")
    pagina.keyboard.type("tarde")
    pagina.keyboard.press("Enter")
    enfocado(pagina, "lineas-0-cantidad")
    expect(pagina.locator("[data-lote-eco]").first).to_contain_text("50")
    pagina.keyboard.type("48")
    ventana.accesible()
    pagina.click(ENVIAR)

    assert [m.cantidad for m in registrada(pagina).movimientos.all()] == [-2]


@en_cada_vista
def test_transfer(abrir, operador, con_lotes, vista):
    destino = AlmacenFactory(nombre="Sucursal")
    ventana = abrir(operador, **vista)
    pagina = ventana.ir(f"/traslado/?lote={Lote.objects.get(codigo='TARDE').pk}")

    pagina.fill("[name='lineas-0-cantidad']", "20")
    pagina.select_option("[name='almacen_destino']", str(destino.pk))
    ventana.accesible()
    pagina.click(ENVIAR)

    registrada(pagina)
    assert Existencia.objects.get(lote__codigo="TARDE", almacen=destino).cantidad == 20


@en_cada_vista
def test_reverse_with_a_note_in_a_dialog(abrir, supervisor, producto, vista):
    operacion = entrar(producto)
    ventana = abrir(supervisor, **vista)
    pagina = ventana.ir(f"/operaciones/{operacion.pk}/")

    pagina.click("[data-abrir='#dialogo-revertir']")
    expect(pagina.locator("#dialogo-revertir [name='nota']")).to_be_focused()
    pagina.keyboard.type("error de captura")
    ventana.accesible()
    pagina.click("#dialogo-revertir .btn-peligro")

    expect(pagina).not_to_have_url(re.compile(f"/operaciones/{operacion.pk}/"))
    assert registrada(pagina).revierte == operacion
    assert Existencia.objects.get().cantidad == 0


def test_write_off_of_everything_expired_asks_first(abrir, operador, con_lotes):
    ventana = abrir(operador)
    pagina = ventana.ir("/baja/")

    pagina.check("[data-seleccion-todo]")
    ventana.accesible()
    pagina.click(".formulario-pie .btn-peligro")
    expect(pagina.locator("#dialogo-confirmar")).to_be_visible()
    assert not Movimiento.objects.filter(tipo="salida").exists()
    pagina.click("[data-confirmar-si]")

    assert registrada(pagina).motivo.codigo == "caducado"


def test_what_was_typed_survives_an_expired_session(abrir, operador, producto):
    ventana = abrir(operador)
    pagina = ventana.ir("/entrada/")
    with pagina.expect_response(re.compile("/sugerencias/")):  # or it would be the one to find the session over
        pagina.fill("[name='lineas-0-producto']", "AMOX")
    pagina.fill("[name='contraparte']", "Distribuidora Norte")
    clave = pagina.input_value("[name='clave']")

    pagina.context.clear_cookies()
    pagina.click(ENVIAR)
    expect(pagina).to_have_url(re.compile("/entrar/"))
    operador.set_password("una clave larga")
    operador.save()
    pagina.fill("[name='username']", operador.username)
    pagina.fill("[name='password']", "una clave larga")
    pagina.keyboard.press("Enter")

    expect(pagina).to_have_url(re.compile("/entrada/"))
    expect(pagina.locator("[name='lineas-0-producto']")).to_have_value("AMOX")
    expect(pagina.locator("[name='contraparte']")).to_have_value("Distribuidora Norte")
    expect(pagina.locator("[name='clave']")).to_have_value(clave)


@en_cada_vista
def test_a_transfer_with_nowhere_to_go_is_accessible(abrir, operador, con_lotes, vista):
    assert Almacen.objects.count() == 1
    ventana = abrir(operador, **vista)

    ventana.ir("/traslado/")
    ventana.accesible()
