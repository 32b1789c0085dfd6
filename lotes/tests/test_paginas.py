"""The pages of lots: what each shows, to whom, and what it refuses."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from lotes import etiquetas
from lotes.caducidad import Razon
from lotes.models import Lote
from pruebas.ayudas import dar_de_baja, despachar, entrar, hoy_mas, nuevo_lote, planificar
from pruebas.factories import AlmacenFactory, EmpaqueFactory, ProductoFactory

pytestmark = pytest.mark.django_db


def test_list_is_in_fefo_order_and_costs_the_same_whatever_its_length(client, consulta, django_assert_max_num_queries):
    producto = ProductoFactory()
    for n in (3, 1, 2):
        entrar(producto, f"L{n}", 10 * n, 10 * n)
    client.force_login(consulta)

    # session, user, two of permissions, are there several warehouses, the choices of the filter, the page
    with django_assert_max_num_queries(7) as consultas:
        respuesta = client.get("/lotes/")

    assert [(x.codigo, x.cantidad) for x in respuesta.context["pagina"]] == [("L1", 10), ("L2", 20), ("L3", 30)]
    assert sum("lotes_lote" in q["sql"] and "COUNT" in q["sql"] for q in consultas) == 0
    assertNotContains(respuesta, 'for="id_almacen"')
    AlmacenFactory()
    assertContains(client.get("/lotes/"), 'for="id_almacen"')


def test_a_lot_of_which_nothing_is_left_alarms_nobody_and_the_menu_asks_for_those_with_stock(client, consulta):
    producto = ProductoFactory()
    lote = nuevo_lote(producto, "VIEJO", 5, -3, nota="así llegó")
    dar_de_baja(lotes=[lote.pk])
    client.force_login(consulta)

    todos = client.get("/lotes/")

    assertContains(todos, "Agotado")
    assertNotContains(todos, "insignia-caducado")
    assertContains(todos, 'href="/lotes/?con_existencias=true" aria-current="page"')
    assertContains(client.get(f"/lotes/{lote.pk}/"), "Agotado")
    assert len(client.get("/lotes/?con_existencias=true").context["pagina"]) == 0


def test_list_filters_fragments_and_refusals(client, consulta):
    producto = ProductoFactory(nombre="Ibuprofeno")
    entrar(producto, "A", caduca=5)
    entrar(producto, "B", caduca=500)
    client.force_login(consulta)

    cerca = client.get(f"/lotes/?caduca_hasta={hoy_mas(30)}", headers={"HX-Request": "true"})

    assert [x.codigo for x in cerca.context["pagina"]] == ["A"]
    assertNotContains(cerca, "<html")
    assert client.get("/lotes/?estado=perdido").status_code == 400
    assert client.get("/lotes/?caduca_hasta=2026-02-30").status_code == 400
    assert client.get("/lotes/?pagina=7").status_code == 404


def test_detail_tells_where_every_unit_came_from_and_went(client, consulta, django_assert_max_num_queries):
    producto = ProductoFactory()
    lote = nuevo_lote(producto, "A", 50, contraparte="<b>Norte</b>", documento="F-1")
    for piso in range(6):
        despachar(producto, 5, contraparte=f"Piso {piso}")
    client.force_login(consulta)

    # session, user, two of permissions, lot, ledger, what only moved inside, stock, changes, are there several warehouses
    with django_assert_max_num_queries(10):
        respuesta = client.get(f"/lotes/{lote.pk}/")

    assert [m.cantidad for m in respuesta.context["entraron"]] == [50]
    assert [m.operacion.contraparte for m in respuesta.context["salieron"]] == [f"Piso {n}" for n in range(5, -1, -1)]
    assertContains(respuesta, "&lt;b&gt;Norte")
    assertNotContains(respuesta, "/cambiar/")
    assert client.get("/lotes/999999/").status_code == 404


def test_supervisor_holds_releases_and_recalls_with_a_note(client, supervisor):
    lote = nuevo_lote(ProductoFactory())
    client.force_login(supervisor)

    def cambiar(accion, **datos):
        return client.post(f"/lotes/{lote.pk}/cambiar/{accion}/", datos)

    assert cambiar("retener", nota="").status_code == 422
    assertRedirects(cambiar("retener", nota="llegó mojado"), f"/lotes/{lote.pk}/")
    assertContains(client.get(f"/lotes/{lote.pk}/"), "llegó mojado")
    assert cambiar("retener", nota="otra vez").status_code == 409
    assert cambiar("liberar", nota="revisado").status_code == 302
    assert cambiar("retirar", nota="orden sanitaria").status_code == 302
    lote.refresh_from_db()
    assert lote.estado == Lote.Estado.RETIRADO
    assert cambiar("liberar", nota="no").status_code == 409
    assert cambiar("vender", nota="no").status_code == 404


def test_expiry_is_corrected_and_an_implausible_one_refused(client, supervisor):
    lote = nuevo_lote(ProductoFactory())
    client.force_login(supervisor)
    url = f"/lotes/{lote.pk}/cambiar/corregir_caducidad/"

    mala = client.post(url, {"nota": "error", "fecha_caducidad": "0001-01-01"})
    buena = client.post(url, {"nota": "error", "fecha_caducidad": "2030-01-31"})

    assertContains(mala, "La fecha debe estar entre", status_code=422)
    assert buena.status_code == 302
    lote.refresh_from_db()
    assert lote.fecha_caducidad.isoformat() == "2030-01-31"


def test_suggestions_are_the_lots_of_the_product_with_stock_first_expired_first(client, operador, almacen):
    producto = ProductoFactory(sku="AMOX")
    entrar(producto, "TARDE", 5, 90)
    entrar(producto, "VIEJO", 4, -1, nota="así llegó")
    entrar(ProductoFactory(), "AJENO")
    otro = AlmacenFactory()
    client.force_login(operador)

    def codigos(**consulta):
        opciones = client.get("/lotes/sugerencias/", {"producto": "amox"} | consulta).context["opciones"]
        return [(o["lote"].codigo, o["cantidad"], o["razon"]) for o in opciones]

    assert codigos() == [("VIEJO", 4, "caducado"), ("TARDE", 5, None)]
    assert codigos(q="tar", almacen=almacen.pk) == [("TARDE", 5, None)]
    assert codigos(almacen=otro.pk) == []
    assert codigos(almacen="x") == codigos()
    assert codigos(producto="") == []


def test_a_suggestion_tells_all_there_is_of_its_lot_however_many_warehouses_hold_it(client, operador, monkeypatch):
    monkeypatch.setattr("lotes.views.SUGERENCIAS", 1)
    producto = ProductoFactory(sku="AMOX")
    for _n in range(3):
        entrar(producto, "AB", 5, 90, almacen=AlmacenFactory())
    client.force_login(operador)

    opciones = client.get("/lotes/sugerencias/?producto=AMOX&todos").context["opciones"]

    assert [(o["lote"].codigo, o["cantidad"]) for o in opciones] == [("AB", 15)]


@pytest.mark.parametrize("estado", ["cuarentena", "retirado"])
def test_the_reason_why_a_lot_stays_has_the_same_words_wherever_it_is_told(client, supervisor, estado):
    producto = ProductoFactory(sku="AMOX")
    lote = nuevo_lote(producto)
    Lote.objects.update(estado=estado)
    client.force_login(supervisor)

    lista = client.get("/lotes/sugerencias/", {"producto": "AMOX"})

    assertContains(lista, etiquetas.RAZONES[planificar(producto, 1).omitidos[0].razon])
    assertContains(client.get(f"/lotes/{lote.pk}/"), etiquetas.AVISOS[estado])


def test_every_reason_has_its_words():
    assert set(etiquetas.RAZONES) == set(Razon)


def test_a_scan_in_a_sheet_is_its_product_with_the_lot_the_day_and_the_quantity(client, operador):
    caja = EmpaqueFactory(
        producto=ProductoFactory(sku="AMOX", gtin="07501234567893"), unidades=100, gtin="17501234567890"
    )
    lote = nuevo_lote(caja.producto, "A-1", 5, 90)
    client.force_login(operador)

    def opcion(codigo):
        return " ".join(client.get("/lotes/escaneado/", {"q": codigo}).content.decode().split())

    de_la_caja, suelto = opcion("]d2011750123456789010A-1"), opcion("a-1")
    assert 'data-valor="AMOX"' in de_la_caja
    assert 'data-llenar-cantidad="1×100"' in de_la_caja
    for html in (de_la_caja, suelto):
        assert 'data-llenar-lote="A-1"' in html
        assert f'data-llenar-fecha-caducidad="{lote.fecha_caducidad.isoformat()}"' in html
    assert "data-suelto" in suelto
    assert "data-suelto" not in de_la_caja
    assert opcion("NADIE") == opcion("\x00") == opcion("") == ""


@pytest.mark.parametrize(
    ("codigo", "dice"),
    [
        ("+d20107501234567893", "otro teclado"),
        ("]C11021072911172405310100693570007182", "separador"),
        ("]d201075012345", "incompleto"),
        ("COMUN", "Varios productos"),
    ],
)
def test_a_scan_that_names_nothing_says_what_can_be_done(client, operador, codigo, dice):
    for _n in range(2):
        nuevo_lote(ProductoFactory(), "COMUN", 5)
    client.force_login(operador)

    html = client.get("/lotes/escaneado/", {"q": codigo}).content.decode()

    assert dice in html
    assert "data-exacto" not in html
