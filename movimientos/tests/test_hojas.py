"""The sheets: what each registers, what it refuses and where it says so, with nothing typed ever lost."""

import re
from dataclasses import fields

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from lotes.models import Lote
from movimientos.forms import LineaEntradaForm
from movimientos.models import Movimiento, Operacion
from movimientos.peticiones import LineaEntrada
from productos.models import ProductoQuerySet
from pruebas.ayudas import entrar, hoy_mas
from pruebas.clientes import errores, hoja
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


# Entry --------------------------------------------------------------------------------------------


def test_entry_finds_products_by_sku_gtin_and_name_and_registers_them(puerta, producto):
    otro = ProductoFactory(sku="GASA", nombre="Gasa estéril", controla_caducidad=False)
    lineas = [
        {"producto": "amox", "lote": "a-1", "fecha_caducidad": hoy_mas(100), "cantidad": "40", "costo_unitario": "1.5"},
        {"producto": "7501234567893", "lote": "a-2", "fecha_caducidad": hoy_mas(200), "cantidad": "5"},
        {"producto": "gasa estéril", "cantidad": "7"},
        {"producto": "", "cantidad": "", "lote": ""},
    ]

    respuesta = puerta.post("/entrada/", hoja(*lineas, contraparte="Distribuidora Norte", documento="F-1"))

    operacion = Operacion.objects.get()
    assertRedirects(respuesta, f"/operaciones/{operacion.pk}/")
    assert (operacion.tipo, operacion.contraparte, operacion.motivo.codigo) == (
        "entrada",
        "Distribuidora Norte",
        "compra",
    )
    assert sorted((m.producto_id, m.lote.codigo, m.cantidad) for m in operacion.movimientos.select_related("lote")) == [
        (producto.pk, "A-1", 40),
        (producto.pk, "A-2", 5),
        (otro.pk, "SIN LOTE", 7),
    ]


def test_everything_that_an_entry_takes_can_be_typed_on_its_sheet(puerta, producto):
    """A field of a lot that the request has and the sheet forgot could only come by the API."""
    campos = {campo.name for campo in fields(LineaEntrada)}
    linea = {"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(100), "cantidad": "4", "costo_unitario": "1.5"}

    puerta.post("/entrada/", hoja(linea | {"fecha_fabricacion": hoy_mas(-20)}))
    tarde = puerta.post("/entrada/", hoja(linea | {"lote": "B", "fecha_fabricacion": hoy_mas(101)}))

    assert campos == set(LineaEntradaForm.base_fields) - {"segura"}  # which is the sheet's own
    assert Lote.objects.get().fecha_fabricacion == hoy_mas(-20)
    assert errores(tarde) == {"fecha_fabricacion": ["No puede caducar antes de fabricarse."]}


def test_a_name_only_begun_is_asked_about_and_one_only_contained_is_nobody(puerta, producto):
    """Nothing is recorded of a product that was not seen: the second time its sku is there."""
    ProductoFactory(sku="GASA", nombre="Gasa estéril", controla_caducidad=False)

    contenido = puerta.post("/entrada/", hoja({"producto": "estéril", "cantidad": "7"}))
    comienzo = puerta.post("/entrada/", hoja({"producto": "gas", "cantidad": "7"}))

    assert (contenido.status_code, errores(contenido)) == (422, {"producto": ["No existe."]})
    assert comienzo.status_code == 422
    assert errores(comienzo) == {"producto": ["¿Es Gasa estéril? Compruébelo y confirme de nuevo."]}
    assertContains(comienzo, 'value="GASA"', status_code=422)
    assert not Operacion.objects.exists()
    plan = puerta.post("/despacho/plan/", hoja({"producto": "amo", "cantidad": "1"}), headers={"HX-Request": "true"})
    assertContains(plan, "Amoxicilina")


def test_entry_says_beside_each_field_what_is_wrong_and_keeps_what_was_typed(puerta, producto):
    lineas = [
        {"producto": "amox", "lote": "a-1", "fecha_caducidad": "", "cantidad": "40"},
        {"producto": "no hay", "lote": "x", "cantidad": "٥"},
    ]

    respuesta = puerta.post("/entrada/", hoja(*lineas, contraparte="Norte & Cía"))

    assert respuesta.status_code == 422
    assert set(errores(respuesta, 1)) == {"producto", "cantidad"}
    assertContains(respuesta, "Norte &amp; Cía", status_code=422)
    assertContains(respuesta, 'value="no hay"', status_code=422)
    assertContains(respuesta, "data-enviado", status_code=422)
    lineas[1] = {"producto": "amox", "lote": "x", "fecha_caducidad": hoy_mas(9), "cantidad": "1"}
    respuesta = puerta.post("/entrada/", hoja(*lineas))
    assert errores(respuesta) == {"fecha_caducidad": ["Falta la fecha de caducidad."]}
    assert not Operacion.objects.exists()


def test_entry_of_a_known_lot_with_another_expiry_shows_both_dates(puerta, producto):
    entrar(producto, "A", 5, 50)

    linea = {"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(60), "cantidad": "5"}
    respuesta = puerta.post("/entrada/", hoja(linea))

    assert respuesta.status_code == 409
    assert "El lote está registrado con caducidad" in errores(respuesta)["fecha_caducidad"][0]
    assert Movimiento.objects.count() == 1


def test_the_sheet_takes_a_date_of_manufacture_and_shows_both_where_the_lot_has_another(puerta, producto):
    linea = {"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(60), "cantidad": "5"}

    bien = puerta.post("/entrada/", hoja(linea | {"fecha_fabricacion": hoy_mas(-60)}))
    mal = puerta.post("/entrada/", hoja(linea, linea | {"fecha_fabricacion": hoy_mas(-61)}))

    assert (bien.status_code, mal.status_code) == (302, 409)
    assert Lote.objects.get().fecha_fabricacion == hoy_mas(-60)
    assert errores(mal) == {}
    assert "El lote está registrado como fabricado el" in errores(mal, 1)["fecha_fabricacion"][0]


def test_sending_the_same_sheet_twice_registers_once(puerta, producto):
    datos = hoja({"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(50), "cantidad": "5"})

    primera, segunda = puerta.post("/entrada/", datos), puerta.post("/entrada/", datos)

    assert primera.url == segunda.url
    assert Operacion.objects.count() == 1
    otra = puerta.post("/entrada/", datos | {"lineas-0-cantidad": "6"})
    assert otra.status_code == 422
    nueva = re.search(r'name="clave" value="([^"]+)"', otra.content.decode()).group(1)
    assert nueva != datos["clave"]
    assert puerta.post("/entrada/", datos | {"lineas-0-cantidad": "6", "clave": nueva}).status_code == 302


def test_lines_are_added_and_removed_without_javascript(puerta, producto):
    datos = hoja({"producto": "AMOX", "lote": "A", "cantidad": "1"}, {"producto": "OTRO", "lote": "B", "cantidad": "2"})

    con_mas = puerta.post("/entrada/", datos | {"mas_lineas": "1"})
    con_menos = puerta.post("/entrada/", datos | {"quitar": "0"})

    assert con_mas.status_code == con_menos.status_code == 200
    assertContains(con_mas, 'name="lineas-2-producto"')
    assertContains(con_mas, 'value="OTRO"')
    assertContains(con_menos, 'name="lineas-0-producto" value="OTRO"')
    assertNotContains(con_menos, 'name="lineas-1-producto"')
    assert not Operacion.objects.exists()


def test_an_empty_sheet_and_a_broken_one_are_refused(puerta):
    assertContains(puerta.post("/entrada/", hoja({})), "Falta al menos una línea.", status_code=422)
    assert puerta.post("/entrada/", {}).status_code == 422


def test_only_who_may_backdate_is_offered_a_date(client, operador, supervisor, producto):
    linea = {"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(50), "cantidad": "5"}
    client.force_login(operador)
    assertNotContains(client.get("/entrada/"), "fecha_efectiva")
    client.post("/entrada/", hoja(linea, fecha_efectiva=hoy_mas(-3)))
    assert Operacion.objects.get().fecha_efectiva == hoy_mas(0)

    client.force_login(supervisor)
    assertContains(client.get("/entrada/"), "fecha_efectiva")
    client.post("/entrada/", hoja(linea, fecha_efectiva=hoy_mas(-3)))
    assert Operacion.objects.first().fecha_efectiva == hoy_mas(-3)
    lejos = client.post("/entrada/", hoja(linea, fecha_efectiva=hoy_mas(-31)))
    assert "fecha_efectiva" in lejos.context["hoja"].cabecera.errors
    assert lejos.status_code == 409


def test_warehouses_are_not_mentioned_while_there_is_one(puerta, producto):
    assertNotContains(puerta.get("/despacho/"), "Almacén")
    AlmacenFactory()
    assertContains(puerta.get("/despacho/"), 'name="almacen"')


def test_a_link_proposes_the_first_line(puerta, producto):
    entrar(producto, "A", 5, 50)

    assertContains(puerta.get(f"/despacho/?producto={producto.pk}"), 'value="AMOX"')
    respuesta = puerta.get(f"/salida/?lote={Lote.objects.get().pk}")
    assertContains(respuesta, 'name="lineas-0-lote" value="A"')
    assertContains(respuesta, 'name="lineas-INITIAL_FORMS" value="0"')
    assert puerta.get("/salida/?lote=" + "9" * 5000).status_code == 200


@pytest.mark.parametrize("url", ["/entrada/", "/despacho/", "/salida/", "/traslado/", "/ajuste/"])
def test_a_sheet_costs_the_same_queries_whatever_its_lines(
    client, supervisor, url, producto, django_assert_max_num_queries
):
    # session, user, two of permissions, warehouses, reasons; products; lots; the choices of the header's selects (3)
    client.force_login(supervisor)
    linea = {"producto": "AMOX", "lote": "NADA", "cantidad": "x"}

    with django_assert_max_num_queries(13):
        assert client.post(url, hoja(*[linea] * 30)).status_code == 422


def test_what_there_is_is_only_asked_for_a_page_that_shows_it(puerta, con_lotes):
    datos = hoja({"producto": "AMOX", "cantidad": "1"})

    def preguntas(url, **cabeceras):
        with CaptureQueriesContext(connection) as consultas:
            puerta.post(url, datos, **cabeceras)
        return len([q for q in consultas if '"disponible"' in q["sql"]])

    assert preguntas("/despacho/plan/") == 1
    assert preguntas("/despacho/plan/", headers={"HX-Request": "true"}) == 0
    assert preguntas("/despacho/") == 0
    assert Operacion.objects.filter(tipo="despacho").exists()


def test_a_product_that_goes_while_its_page_is_made_has_nothing_said_of_it(puerta, con_lotes, monkeypatch):
    monkeypatch.setattr(ProductoQuerySet, "con_existencias", lambda self, *_args: self.none())

    assert puerta.post("/salida/", hoja({"producto": "AMOX", "cantidad": "x"})).status_code == 422


# Dispatch -----------------------------------------------------------------------------------------


def test_the_plan_shows_what_leaves_what_is_missing_and_why_a_lot_is_passed_over(puerta, con_lotes):
    datos = hoja({"producto": "amox", "cantidad": "90"}, {"producto": "a medias", "cantidad": ""})

    fragmento = puerta.post("/despacho/plan/", datos, headers={"HX-Request": "true"})

    assertNotContains(fragmento, "<html")
    texto = re.sub(r"<[^>]+>|\s+", " ", fragmento.content.decode())
    assert re.search(r"PRONTO.* 30 .*TARDE.* 50 .*1 lote no se toma +Caducado +VIEJO", texto)
    assertContains(fragmento, "Faltan 10 de 90")
    assert not Operacion.objects.filter(tipo="despacho").exists()


def test_without_javascript_the_plan_is_a_page(puerta, con_lotes):
    respuesta = puerta.post("/despacho/plan/", hoja({"producto": "amox", "cantidad": "40"}, contraparte="Piso 3"))

    assert respuesta.status_code == 200
    assertContains(respuesta, "Completo: 40")
    assertContains(respuesta, 'value="Piso 3"')
    assert puerta.post("/despacho/plan/", hoja({"producto": "nada", "cantidad": "40"})).status_code == 422


def test_dispatch_takes_two_lots_and_passes_over_the_expired(puerta, con_lotes):
    respuesta = puerta.post("/despacho/", hoja({"producto": "amox", "cantidad": "60"}, contraparte="Piso 3"))

    operacion = Operacion.objects.get(tipo="despacho")
    assertRedirects(respuesta, f"/operaciones/{operacion.pk}/")
    assert [(m.lote.codigo, m.cantidad) for m in operacion.movimientos.order_by("pk")] == [
        ("PRONTO", -30),
        ("TARDE", -30),
    ]


def test_a_short_dispatch_is_refused_beside_its_line_and_served_in_part_on_demand(puerta, con_lotes):
    datos = hoja({"producto": "amox", "cantidad": "100"})

    corta = puerta.post("/despacho/", datos)
    assert corta.status_code == 409
    assert errores(corta) == {"cantidad": ["Pide 100 unidades y hay 80: faltan 20."]}
    assertContains(corta, "VIEJO", status_code=409)
    mucho = puerta.post("/despacho/", hoja({"producto": "amox", "cantidad": "11000"}))
    assert errores(mucho) == {"cantidad": ["Pide 11,000 unidades y hay 80: faltan 10,920."]}

    parcial = puerta.post("/despacho/", datos | {"parcial": "on"}, follow=True)
    assertContains(parcial, "Lo que faltó")
    assert Operacion.objects.get(tipo="despacho").faltantes[0]["falta"] == 20


def test_repeated_products_add_up_and_the_refusal_lands_on_one_of_them(puerta, con_lotes):
    respuesta = puerta.post("/despacho/", hoja(*[{"producto": "amox", "cantidad": "50"}] * 2))

    assert errores(respuesta, 0) == {"cantidad": ["Pide 100 unidades y hay 80: faltan 20."]}
    assert errores(respuesta, 1) == {}


def test_a_sheet_without_a_csrf_token_is_refused(operador):
    from django.test import Client

    cliente = Client(enforce_csrf_checks=True)
    cliente.force_login(operador)

    assert cliente.post("/entrada/", hoja({})).status_code == 403
