"""The trace of a lot: where it came from, where each unit went, what was undone and who has how much."""

import pytest

from pruebas.ayudas import nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(supervisor):
    return ClienteAPI(supervisor)


@pytest.fixture
def producto(db):
    return ProductoFactory(sku="AMOX500")


@pytest.fixture
def lote(producto):
    return nuevo_lote(producto, "A-1", 200)


def test_a_lot_is_traced_from_its_entry_to_its_exits(api, lote, producto, almacen):
    api.post("despachos/", {"contraparte": "Piso 3", "lineas": [{"producto": producto.pk, "cantidad": 50}]})

    r = api.get(f"lotes/{lote.pk}/trazabilidad/")

    cuerpo = r.json()
    assert [(p["tipo"], p["cantidad"]) for p in cuerpo["entradas"]] == [("entrada", 200)]
    assert [(p["contraparte"], p["cantidad"]) for p in cuerpo["salidas"]] == [("Piso 3", -50)]
    assert cuerpo["existencias"] == [{"almacen": almacen.pk, "almacen_codigo": "PRINCIPAL", "cantidad": 150}]
    assert cuerpo["quedan"] == 150


def test_a_trace_says_what_was_reversed_and_who_has_how_much(api, lote, producto):
    def despachar(contraparte, cantidad):
        lineas = [{"producto": producto.pk, "cantidad": cantidad}]
        return api.post("despachos/", {"contraparte": contraparte, "lineas": lineas}).json()["id"]

    error = despachar("Piso 3", 50)
    despachar("Piso 3", 20), despachar("Piso 4", 10)
    reverso = api.post(f"operaciones/{error}/revertir/", {"nota": "error"}).json()["id"]

    cuerpo = api.get(f"lotes/{lote.pk}/trazabilidad/").json()

    assert {p["operacion"]: p["revertida_por"] for p in cuerpo["salidas"] if p["revertida_por"]} == {error: reverso}
    assert {p["operacion"]: p["revierte"] for p in cuerpo["entradas"] if p["revierte"]} == {reverso: error}
    assert cuerpo["destinatarios"] == [
        {"contraparte": "Piso 3", "salio": 70, "volvio": 50, "cantidad": 20},
        {"contraparte": "Piso 4", "salio": 10, "volvio": 0, "cantidad": 10},
    ]


def test_the_page_of_a_lot_says_the_same(api, client, supervisor, lote, producto):
    lineas = [{"producto": producto.pk, "cantidad": 50}]
    error = api.post("despachos/", {"contraparte": "Piso 3", "lineas": lineas}).json()["id"]
    api.post(f"operaciones/{error}/revertir/", {"nota": "error"})
    client.force_login(supervisor)

    pagina = client.get(f"/lotes/{lote.pk}/")

    assert pagina.context["destinatarios"] == [{"contraparte": "Piso 3", "salio": 50, "volvio": 50, "cantidad": 0}]
    assert ">Revertida</a>" in pagina.content.decode()
    assert "Deshace otra" in pagina.content.decode()
