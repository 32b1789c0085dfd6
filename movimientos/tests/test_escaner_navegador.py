"""A scanner types: 5 ms a key, Enter at the end, wherever the focus is, while the server takes 400 ms to answer."""

import time

import pytest
from playwright.sync_api import expect

from inventario.dominio.elementos import GS
from movimientos.tests.test_navegador import ENVIAR, enfocado, registrada
from productos.models import Producto
from pruebas.ayudas import entrar, hoy_mas, nuevo_lote
from pruebas.factories import EmpaqueFactory, ProductoFactory

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]
AMOX, SUERO, CAJA = "07501234567893", "09506000134352", "17501234567890"


@pytest.fixture
def productos(transactional_db):
    entrar(ProductoFactory(sku="AMOX", nombre="Amoxicilina 500 mg", gtin=AMOX), "A-1", 500)
    entrar(ProductoFactory(sku="SUERO", nombre="Suero oral", gtin=SUERO), "S-1", 500)


@pytest.fixture
def lenta(abrir, operador, productos):
    """`lenta(path)`: a page that then waits 400 ms for each answer of the server."""
    ventana = abrir(operador)
    ventana.admitir("htmx:afterRequest", "htmx:sendAbort")  # a plan that a later one replaces is given up

    def _lenta(ruta):
        pagina = ventana.ir(ruta)
        _con_retraso(pagina)
        return pagina

    yield _lenta
    ventana.page.wait_for_timeout(500)  # the plan asks a moment after the last key
    ventana.page.wait_for_selector(".htmx-request", state="detached")  # else the database is emptied under it


def _con_retraso(pagina):
    cdp = pagina.context.new_cdp_session(pagina)
    cdp.send("Network.enable")
    red = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", red)


def teclear(pagina, texto, fin="Enter", cada=0.005):
    """The keys of `texto` and `fin`, `cada` seconds apart by the browser's own clock, however slow this machine is."""
    cdp = pagina.context.new_cdp_session(pagina)
    ahora = time.time()
    for i, t in enumerate([*texto, *([fin] if fin else [])]):
        cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", **_tecla(t), "timestamp": ahora + i * cada})


def _tecla(t):
    if t == GS:  # as scanners send it
        return {"key": "]", "code": "BracketRight", "modifiers": 2}
    if t in ("Enter", "Tab"):
        return {
            "key": t,
            "code": t,
            "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9}[t],
            "text": "\r" if t == "Enter" else "",
        }
    return {"key": t, "text": t}


def valor(pagina, nombre):
    return pagina.locator(f"[name='{nombre}']")


def test_three_scans_in_a_row_add_one_each_and_lose_no_digit(lenta):
    pagina = lenta("/despacho/")
    enfocado(pagina, "lineas-0-producto")

    teclear(pagina, AMOX[1:])
    teclear(pagina, SUERO[1:])
    teclear(pagina, AMOX[1:], fin="Tab")

    expect(valor(pagina, "lineas-0-cantidad")).to_have_value("2")
    expect(valor(pagina, "lineas-0-producto")).to_have_value("AMOX")
    expect(valor(pagina, "lineas-1-producto")).to_have_value("SUERO")
    expect(valor(pagina, "lineas-1-cantidad")).to_have_value("1")
    assert pagina.locator("[data-linea]").count() == 2
    enfocado(pagina, "lineas-0-cantidad")


def test_packs_add_up_as_packs_and_loose_units_beside_them(lenta):
    EmpaqueFactory(producto=Producto.objects.get(sku="AMOX"), nombre="Caja", unidades=100, gtin=CAJA)
    pagina = lenta("/despacho/")
    enfocado(pagina, "lineas-0-producto")

    for codigo in (CAJA, CAJA, AMOX[1:], CAJA):
        teclear(pagina, codigo)

    expect(valor(pagina, "lineas-0-cantidad")).to_have_value("3×100+1")
    expect(pagina.locator("[data-cantidad-eco]").first).to_have_text("= 301")
    expect(pagina.locator("[data-total]")).to_have_text("301")
    pagina.get_by_role("button", name="+ Caja ×100").click()
    expect(valor(pagina, "lineas-0-cantidad")).to_have_value("4×100+1")
    expect(pagina.locator("#plan")).to_contain_text("401")
    pagina.click(ENVIAR)
    assert [m.cantidad for m in registrada(pagina).movimientos.all()] == [-401]


def test_a_quantity_typed_before_the_answer_waits_for_its_field(lenta):
    pagina = lenta("/despacho/")
    enfocado(pagina, "lineas-0-producto")

    teclear(pagina, AMOX[1:])
    teclear(pagina, "40", cada=0.15)

    expect(valor(pagina, "lineas-0-cantidad")).to_have_value("40")
    expect(valor(pagina, "lineas-0-producto")).to_have_value("AMOX")


def test_a_barcode_scanned_into_a_quantity_starts_the_next_line(lenta):
    pagina = lenta("/despacho/")
    teclear(pagina, AMOX[1:])
    enfocado(pagina, "lineas-0-cantidad")
    pagina.keyboard.type("12", delay=120)

    teclear(pagina, SUERO[1:])

    expect(valor(pagina, "lineas-1-producto")).to_have_value("SUERO")
    expect(valor(pagina, "lineas-0-cantidad")).to_have_value("12")


def test_a_scanner_that_sends_no_enter_is_understood_by_its_silence(lenta):
    pagina = lenta("/despacho/")
    enfocado(pagina, "lineas-0-producto")

    teclear(pagina, AMOX[1:], fin="")

    expect(valor(pagina, "lineas-0-producto")).to_have_value("AMOX")
    enfocado(pagina, "lineas-0-cantidad")


@pytest.mark.parametrize("pausa", [0.1, 0.6])
@pytest.mark.parametrize("donde", ["producto", "cantidad"])
def test_a_scanner_that_hesitates_half_way_is_read_whole(lenta, donde, pausa):
    pagina = lenta("/despacho/")
    pagina.focus(f"[name='lineas-0-{donde}']")

    teclear(pagina, AMOX[1:10], fin="")
    pagina.wait_for_timeout(pausa * 1000)
    teclear(pagina, AMOX[10:])

    expect(valor(pagina, "lineas-0-producto")).to_have_value("AMOX")
    enfocado(pagina, "lineas-0-cantidad")
    assert pagina.locator("[data-linea]").count() == 1


def test_a_code_typed_slowly_into_a_quantity_is_a_code_too(lenta):
    pagina = lenta("/despacho/")
    teclear(pagina, AMOX[1:])
    enfocado(pagina, "lineas-0-cantidad")

    teclear(pagina, "96385074", cada=0.2)

    expect(valor(pagina, "lineas-1-producto")).to_have_value("96385074")
    expect(pagina.locator(".combo-vacio")).to_be_visible()


def test_the_datamatrix_of_a_pack_fills_product_lot_and_expiry_at_once(lenta):
    caduca = hoy_mas(400)
    pagina = lenta("/entrada/")

    for _vez in range(2):
        teclear(pagina, f"]d201{AMOX}17{caduca:%y%m%d}10B-77{GS}21XYZ")
    expect(valor(pagina, "lineas-0-cantidad")).to_have_value("2")
    teclear(pagina, f"]d201{AMOX}17{caduca:%y%m%d}10B-78")

    expect(valor(pagina, "lineas-0-lote")).to_have_value("B-77")
    expect(valor(pagina, "lineas-1-lote")).to_have_value("B-78")
    expect(valor(pagina, "lineas-1-fecha_caducidad")).to_have_value(caduca.isoformat())
    pagina.click(ENVIAR)
    lineas = registrada(pagina).movimientos.order_by("pk")
    assert [(m.lote.codigo, m.cantidad, m.fecha_caducidad) for m in lineas] == [
        ("B-77", 2, caduca),
        ("B-78", 1, caduca),
    ]


def test_a_scan_into_the_paper_of_the_header_goes_to_a_line_and_any_other_stays(lenta):
    pagina = lenta("/despacho/")
    pagina.focus("[name='documento']")

    teclear(pagina, "FACTURA-1029")
    expect(valor(pagina, "documento")).to_have_value("FACTURA-1029")
    teclear(pagina, SUERO[1:])

    expect(valor(pagina, "lineas-0-producto")).to_have_value("SUERO")
    expect(valor(pagina, "documento")).to_have_value("FACTURA-1029")


@pytest.mark.parametrize(
    ("ruta", "usuario"),
    [("/salida/", "operador"), ("/traslado/", "operador"), ("/entrada/", "operador"), ("/ajuste/", "supervisor")],
)
def test_the_first_lot_offered_is_taken_by_arrow_and_enter(abrir, productos, request, ruta, usuario, almacen):
    pagina = abrir(request.getfixturevalue(usuario)).ir(ruta)
    pagina.fill("[name='lineas-0-producto']", "AMOX")
    pagina.focus("[name='lineas-0-lote']")
    expect(pagina.locator(".linea-lote [role='option']").first).to_be_visible()

    pagina.keyboard.press("ArrowDown")
    pagina.keyboard.press("Enter")

    expect(valor(pagina, "lineas-0-lote")).to_have_value("A-1")
    pagina.wait_for_load_state("networkidle")


def test_a_lot_scanned_into_the_search_opens_the_lot_itself(abrir, consulta, productos):
    lote = nuevo_lote(ProductoFactory(), "LOTE-UNICO", 5)
    pagina = abrir(consulta).ir("/")
    _con_retraso(pagina)

    pagina.keyboard.press("Control+k")
    teclear(pagina, "LOTE-UNICO")

    pagina.wait_for_url(f"**/lotes/{lote.pk}/")
    pagina.wait_for_load_state("networkidle")
