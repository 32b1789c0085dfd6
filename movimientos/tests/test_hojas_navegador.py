"""What a sheet looks like and where the focus goes, in a real browser, at every size."""

import re

import pytest
from playwright.sync_api import expect

from lotes.models import Almacen
from movimientos.models import Operacion
from movimientos.tests.test_navegador import ENVIAR
from productos.models import Producto
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


def cajas(pagina, selector):
    """Where each thing is on the window: its top and its bottom."""
    return pagina.eval_on_selector_all(
        selector, "xs => xs.map(x => x.getBoundingClientRect()).map(r => [Math.round(r.top), Math.round(r.bottom)])"
    )


@pytest.mark.parametrize("ruta", ["/entrada/", "/despacho/", "/ajuste/"])
def test_ten_lines_are_in_sight_on_a_small_laptop(abrir, supervisor, ruta):
    pagina = abrir(supervisor).ir(ruta)
    pagina.set_viewport_size({"width": 1366, "height": 768})
    for _n in range(9):
        pagina.keyboard.press("Alt+a")

    lineas, [(pie, _abajo)] = cajas(pagina, "[data-linea]"), cajas(pagina, ".formulario-pie")
    assert pagina.evaluate("scrollY") == 0
    assert {abajo - arriba for arriba, abajo in lineas} == {44}
    assert (len(lineas), max(abajo for _arriba, abajo in lineas) < pie) == (10, True)


def test_a_line_is_read_by_the_name_of_its_product_and_says_what_is_here(abrir, operador):
    amox = ProductoFactory(sku="AMOX", nombre="Amoxicilina 500 mg", unidad="caja")
    entrar(amox, "A-1", 40)
    entrar(amox, "A-2", 7, almacen=AlmacenFactory(nombre="Botiquín"))
    pagina = abrir(operador).ir("/despacho/")

    pagina.keyboard.type("amox")
    pagina.keyboard.press("Enter")
    expect(pagina.locator("[name='lineas-0-cantidad']")).to_be_focused()

    def tamano(selector):
        return pagina.eval_on_selector(selector, "x => parseFloat(getComputedStyle(x).fontSize)")

    expect(pagina.locator("[data-linea] [data-combo-eco]")).to_have_text("Amoxicilina 500 mg")
    expect(pagina.locator("[data-linea] [data-combo-hay]")).to_have_text("40 cajas")
    assert (tamano("[data-combo-eco]"), tamano("[name='lineas-0-producto']")) == (15, 12)


def test_from_a_product_the_focus_is_on_the_first_empty_field(abrir, operador, con_lotes):
    ventana = abrir(operador)
    for ruta, campo in (("/entrada/", "lote"), ("/despacho/", "cantidad"), ("/salida/", "lote")):
        pagina = ventana.ir(f"{ruta}?producto={con_lotes.pk}")
        expect(pagina.locator(f"[name='lineas-0-{campo}']")).to_be_focused()


def test_the_plan_is_beside_the_lines_and_each_says_what_it_lacks(abrir, operador, con_lotes):
    ventana = abrir(operador)
    pagina = ventana.ir("/despacho/")
    pagina.set_viewport_size({"width": 1366, "height": 768})

    pagina.keyboard.type("amox")
    pagina.keyboard.press("Enter")
    expect(pagina.locator("[name='lineas-0-cantidad']")).to_be_focused()
    pagina.keyboard.type("95")
    falta = pagina.locator("[data-linea] [data-falta]")
    expect(falta).to_contain_text("15")  # before anything is sent
    [(plan, _abajo)], [(linea, _fin)] = cajas(pagina, "#plan"), cajas(pagina, "[data-linea]")
    assert plan < 300 > linea
    pagina.fill("[name='lineas-0-cantidad']", "80")
    expect(falta).to_be_hidden()
    pagina.fill("[name='lineas-0-cantidad']", "95")
    falta.locator("button").click()

    expect(pagina).to_have_url(re.compile(r"/operaciones/\d+/"))
    assert Operacion.objects.get(tipo="despacho").faltantes[0]["falta"] == 15


def test_on_a_telephone_a_line_has_two_rows_and_the_button_and_its_total_stay_in_sight(abrir, operador):
    pagina = abrir(operador).ir("/entrada/")
    pagina.set_viewport_size({"width": 390, "height": 844})
    for _n in range(4):
        pagina.keyboard.press("Alt+a")

    lineas, barra = cajas(pagina, "[data-linea]"), cajas(pagina, ".pie-movil")[0][0]
    assert max(abajo - arriba for arriba, abajo in lineas) < 2 * 60
    for selector in (ENVIAR, "[data-total]"):
        [(arriba, abajo)] = cajas(pagina, selector)
        assert 0 < arriba < abajo <= barra
    assert "/entrada/" in pagina.eval_on_selector_all(".pie-movil a", "xs => xs.map(x => x.pathname)")
    for x in pagina.locator("#hoja :is(input:not([type=hidden]), button, a):visible").all():
        caja = x.bounding_box()
        if caja["width"] > 1:  # else its label is what is touched
            assert caja["height"] >= 43.9, x.evaluate("x => x.outerHTML")


def test_a_product_that_nobody_wrote_down_is_created_in_its_line(abrir, supervisor):
    ventana = abrir(supervisor)
    ventana.admitir("422")
    pagina = ventana.ir("/entrada/")
    pagina.keyboard.type("01095060001343521726123110LOTE7")
    pagina.keyboard.press("Enter")

    dialogo = pagina.locator("dialog[open]")
    expect(dialogo.locator("[name='gtin']")).to_have_value("09506000134352")
    expect(dialogo.locator("[name='sku']")).to_be_focused()
    pagina.keyboard.press("Enter")  # what lacks is said there
    expect(dialogo.locator(".errorlist")).to_have_count(2)
    dialogo.locator("[name='sku']").fill("nuevo-1")
    dialogo.locator("[name='nombre']").fill("Jarabe nuevo")
    pagina.keyboard.press("Enter")

    expect(dialogo).to_have_count(0)
    expect(pagina.locator("[data-linea] [data-combo-eco]")).to_have_text("Jarabe nuevo")
    expect(pagina.locator("[name='lineas-0-lote']")).to_have_value("LOTE7")
    assert Producto.objects.get().sku == "NUEVO-1"


def test_who_may_not_create_a_product_is_told_who_may(abrir, operador, supervisor):
    supervisor.first_name = "Elena"
    supervisor.save()
    pagina = abrir(operador).ir("/entrada/")

    pagina.keyboard.type("no existe")

    expect(pagina.locator(".combo-vacio")).to_contain_text("Elena")


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
