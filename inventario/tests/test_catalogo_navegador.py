"""A catalogue from end to end, in a real browser. Locators do not depend on the language."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from movimientos.models import Motivo
from productos.models import Producto
from pruebas.factories import ProductoFactory

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]
VISTAS = [
    {"idioma": "es", "tema": "claro", "tamano": "escritorio"},
    {"idioma": "en", "tema": "oscuro", "tamano": "movil"},
]
GUARDAR = ".formulario-pie .btn-primary"


@pytest.mark.parametrize("vista", VISTAS, ids=lambda v: "-".join(v.values()))
def test_a_reason_is_created_refused_twice_edited_and_deleted(abrir, administrador, vista):
    ventana = abrir(administrador, **vista)
    ventana.admitir("422", "409")
    pagina = ventana.ir(reverse("motivos:lista"))
    ventana.accesible()
    expect(pagina.locator(".nav-enlace[aria-current]")).to_have_attribute("href", reverse("motivos:lista"))

    pagina.keyboard.press("n")
    expect(pagina).to_have_url(re.compile("/motivos/crear/$"))
    ventana.accesible()
    pagina.fill("[name=nombre]", "Donativo")
    pagina.fill("[name=codigo]", "merma")
    pagina.select_option("[name=tipo]", "salida")
    pagina.check("[name=admite_no_disponible]")
    pagina.click(GUARDAR)
    expect(pagina.locator(".campo:has([name=codigo]) .errorlist")).to_be_visible()
    ventana.accesible()
    pagina.fill("[name=codigo]", "donativo")
    pagina.click(GUARDAR)
    expect(pagina).to_have_url(re.compile("/motivos/$"))
    expect(pagina.locator(".aviso-exito")).to_contain_text("Donativo")

    pagina.click(".tabla .principal a >> text=Donativo")
    expect(pagina.locator("[name=tipo]")).to_be_enabled()
    pagina.fill("[name=nombre]", "Donación")
    pagina.uncheck("[name=activo]")
    pagina.click(GUARDAR)
    fila = pagina.locator("tr", has_text="Donación")
    expect(fila.locator(".principal .insignia")).to_be_visible()
    assert Motivo.objects.get(codigo="donativo").activo is False

    fila.locator("a").click()
    pagina.click(".encabezado .btn-peligro")
    ventana.accesible()
    pagina.click("main form .btn-peligro")
    expect(pagina).to_have_url(re.compile("/motivos/$"))
    assert not Motivo.objects.filter(codigo="donativo").exists()


def test_the_default_warehouse_says_why_it_stays(abrir, administrador, almacen):
    ventana = abrir(administrador)
    pagina = ventana.ir(reverse("almacenes:eliminar", args=[almacen.pk]))

    expect(pagina.locator("main form")).to_have_count(0)
    ventana.accesible()


def test_a_draft_of_one_row_is_not_brought_back_over_another(abrir, supervisor):
    producto = ProductoFactory(sku="AMOX", nombre="Amoxicilina")
    pagina = abrir(supervisor).ir(reverse("productos:crear"))
    pagina.fill("[name=nombre]", "A medias")

    pagina.goto(pagina.url.replace("crear", f"{producto.pk}/editar"))
    expect(pagina.locator("[name=nombre]")).to_have_value("Amoxicilina")
    pagina.go_back()
    expect(pagina.locator("[data-borrador-nota]")).to_be_visible()
    expect(pagina.locator("[name=nombre]")).to_have_value("A medias")
    assert Producto.objects.get() == producto
