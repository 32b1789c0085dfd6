"""What is typed and not sent comes back to whoever typed it, on the form of that record, and says so; and to nobody else."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from productos.models import Producto
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.navegador
NOTA, VIEJO, NOMBRE = "[data-borrador-nota]", "[data-borrador-viejo]", "[name=nombre]"


@pytest.fixture
def producto(transactional_db):
    return ProductoFactory(sku="AMOX", nombre="Amoxicilina")


def editar(producto):
    return reverse("productos:editar", args=[producto.pk])


def otra_sesion(ventana, cliente, usuario):
    """The same tab of the same browser, in which somebody else has signed in."""
    cliente.force_login(usuario)
    galleta = {"name": "sessionid", "value": cliente.cookies["sessionid"].value, "url": ventana.servidor}
    ventana.page.context.add_cookies([galleta])


def guardados(pagina):
    return pagina.evaluate("Object.keys(sessionStorage).filter((x) => x.startsWith('borrador'))")


def test_a_draft_comes_back_says_so_and_can_be_thrown_away(abrir, supervisor, producto):
    ventana = abrir(supervisor)
    pagina = ventana.ir(editar(producto))
    pagina.fill(NOMBRE, "A medias")

    pagina.reload()
    expect(pagina.locator(NOMBRE)).to_have_value("A medias")
    expect(pagina.locator(NOTA)).to_be_visible()
    pagina.click("[data-borrador-descartar]")
    expect(pagina.locator(NOTA)).to_be_hidden()
    expect(pagina.locator(NOMBRE)).to_have_value("Amoxicilina")
    assert guardados(pagina) == []


def test_cancel_forgets_and_no_other_record_is_written_over(abrir, supervisor, producto):
    otro = ProductoFactory(sku="IBU", nombre="Ibuprofeno")
    ventana = abrir(supervisor)
    pagina = ventana.ir(editar(producto))
    pagina.fill(NOMBRE, "A medias")
    pagina.click("[data-borrador-olvidar]")

    ventana.ir(editar(otro))
    expect(pagina.locator(NOMBRE)).to_have_value("Ibuprofeno")
    pagina.click(".formulario-pie button[type=submit]")
    expect(pagina).not_to_have_url(ventana.servidor + editar(otro))
    ventana.ir(editar(producto))
    expect(pagina.locator(NOMBRE)).to_have_value("Amoxicilina")
    expect(pagina.locator(NOTA)).to_be_hidden()
    assert set(Producto.objects.values_list("nombre", flat=True)) == {"Amoxicilina", "Ibuprofeno"}


def test_another_user_never_sees_it_and_the_first_neither_afterwards(
    abrir, supervisor, administrador, producto, client
):
    ventana = abrir(supervisor)
    pagina = ventana.ir(editar(producto))
    pagina.fill(NOMBRE, "Del supervisor")

    otra_sesion(ventana, client, administrador)
    pagina.reload()
    expect(pagina.locator(NOMBRE)).to_have_value("Amoxicilina")
    expect(pagina.locator(NOTA)).to_be_hidden()
    assert guardados(pagina) == []


def test_leaving_forgets_and_an_expired_session_does_not(abrir, supervisor, producto, client):
    ventana = abrir(supervisor)
    pagina = ventana.ir(editar(producto))
    pagina.fill(NOMBRE, "A medias")
    pagina.context.clear_cookies()
    pagina.click(".formulario-pie button[type=submit]")  # to the login page, with the way back
    expect(pagina.locator("[name=username]")).to_be_visible()
    assert guardados(pagina) != []
    otra_sesion(ventana, client, supervisor)
    ventana.ir(editar(producto))
    expect(pagina.locator(NOMBRE)).to_have_value("A medias")

    pagina.click("header details.menu summary")
    pagina.click(f"form[action='{reverse('salir')}'] button")
    expect(pagina.locator("[name=username]")).to_be_visible()
    assert guardados(pagina) == []


def test_a_record_that_changed_since_is_not_written_over(abrir, supervisor, producto):
    ventana = abrir(supervisor)
    pagina = ventana.ir(editar(producto))
    pagina.fill("[name=descripcion]", "A medias")
    Producto.objects.filter(pk=producto.pk).update(nombre="Amoxicilina 500")

    pagina.reload()
    expect(pagina.locator(VIEJO)).to_be_visible()
    expect(pagina.locator(NOTA)).to_be_hidden()
    expect(pagina.locator(NOMBRE)).to_have_value("Amoxicilina 500")
    expect(pagina.locator("[name=descripcion]")).to_have_value("")
    pagina.reload()
    expect(pagina.locator(VIEJO)).to_be_hidden()


def test_each_tab_keeps_its_own(abrir, supervisor, producto):
    ventana = abrir(supervisor)
    una = ventana.ir(editar(producto))
    otra = una.context.new_page()
    otra.goto(una.url)
    una.fill(NOMBRE, "De una")
    otra.fill(NOMBRE, "De otra")

    una.reload()
    otra.reload()

    expect(una.locator(NOMBRE)).to_have_value("De una")
    expect(otra.locator(NOMBRE)).to_have_value("De otra")


def test_the_sheet_of_one_product_does_not_bring_back_that_of_another(abrir, operador, producto):
    ventana = abrir(operador)
    pagina = ventana.ir(reverse("movimientos:entrada"))
    pagina.fill("[name=lineas-0-lote]", "X-1")

    ventana.ir(f"{reverse('movimientos:entrada')}?producto={producto.pk}")
    expect(pagina.locator("[name=lineas-0-producto]")).to_have_value("AMOX")
    expect(pagina.locator("[name=lineas-0-lote]")).to_have_value("")
    ventana.ir(reverse("movimientos:entrada"))
    expect(pagina.locator("[name=lineas-0-lote]")).to_have_value("X-1")


def test_garbage_and_the_drafts_of_an_older_version_are_nothing(abrir, supervisor, producto):
    ventana = abrir(supervisor)
    pagina = ventana.ir(editar(producto))
    for basura in ("{", "null", "7", '[["nombre","Viejo","Viejo"]]', '{"base":1}'):
        pagina.evaluate(
            "([u, b]) => sessionStorage.setItem(`borrador:${u}:${location.pathname}`, b)", [supervisor.pk, basura]
        )
        pagina.reload()
        expect(pagina.locator(NOMBRE)).to_have_value("Amoxicilina")
