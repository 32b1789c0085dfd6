"""What a sheet looks like and where the focus goes, in a real browser, at every size."""

import pytest
from playwright.sync_api import expect

from lotes.models import Almacen
from movimientos.tests.test_navegador import ENVIAR
from pruebas.ayudas import entrar
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]
TAMANOS = [(360, 740), (390, 844), (768, 1024), (1280, 800), (1366, 768), (2560, 1440)]

# What has the focus, when a bar lies over it; "" when none does; null once the focus has left the sheet.
TAPADO = """() => {
  const x = document.activeElement, r = x.getBoundingClientRect();
  if (!x.closest("#hoja")) return null;
  const barras = [...document.querySelectorAll(".barra, .formulario-pie, .pie-movil")].filter((b) => !b.contains(x));
  const bajo = barras.find((b) => {
    const s = b.getBoundingClientRect();
    return s.height && ["sticky", "fixed"].includes(getComputedStyle(b).position)
      && s.top < r.bottom && s.bottom > r.top && s.left < r.right && s.right > r.left;
  });
  const fuera = r.bottom < 0 || r.top > innerHeight;
  return bajo || fuera ? `${x.name || x.textContent.trim()} ${bajo?.className || "out of sight"}` : "";
}"""


@pytest.mark.lento
@pytest.mark.parametrize("ruta", ["/entrada/", "/despacho/"])
def test_what_has_the_focus_is_never_under_a_bar(abrir, operador, ruta):
    pagina = abrir(operador).ir(ruta)
    for _n in range(5):
        pagina.keyboard.press("Alt+a")

    tapados, vistos = set(), 0
    for ancho, alto in TAMANOS:
        pagina.set_viewport_size({"width": ancho, "height": alto})
        pagina.evaluate("document.activeElement.scrollIntoView({block: 'nearest'})")
        for tecla in ("Shift+Tab", "Tab"):
            while (tapado := pagina.evaluate(TAPADO)) is not None:
                tapados.add(tapado and f"{ancho}: {tapado}")
                pagina.keyboard.press(tecla)
                vistos += 1
            pagina.keyboard.press("Tab" if tecla == "Shift+Tab" else "Shift+Tab")

    assert tapados - {""} == set()
    assert vistos > len(TAMANOS) * 30


def test_after_a_refusal_the_focus_is_on_what_is_wrong(abrir, operador, con_lotes):
    ventana = abrir(operador)
    ventana.admitir("409", "422")
    pagina = ventana.ir(f"/despacho/?producto={con_lotes.pk}")

    pagina.fill("[name='lineas-0-cantidad']", "100")
    pagina.click(ENVIAR)
    expect(pagina.locator("[name='lineas-0-cantidad']")).to_be_focused()
    pagina.fill("[name='lineas-0-cantidad']", "")
    pagina.fill("[name='lineas-0-producto']", "")
    pagina.click(ENVIAR)

    expect(pagina.locator("main .errorlist.nonfield")).to_be_focused()


def test_a_product_without_lots_here_says_where_it_is(abrir, operador):
    botiquin = AlmacenFactory(nombre="Botiquín")
    entrar(ProductoFactory(sku="AMOX", nombre="Amoxicilina", unidad="caja"), "A-1", 4, almacen=botiquin)
    assert Almacen.objects.predeterminado() != botiquin
    pagina = abrir(operador).ir("/salida/")

    pagina.keyboard.type("amox")
    pagina.keyboard.press("Enter")

    expect(pagina.locator(".combo-vacio")).to_contain_text("4 cajas · Botiquín")
    assert pagina.input_value("[name='motivo']")  # a reason is there already
