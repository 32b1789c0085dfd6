"""Quantities told in packs, in the sheets: the ledger has units, and the pack is from then on what it was."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from movimientos.models import Movimiento
from productos.empaques import EmpaqueQuerySet
from productos.models import Empaque
from pruebas.ayudas import entrar, hoy_mas
from pruebas.clientes import hoja
from pruebas.factories import EmpaqueFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caja(db):
    return EmpaqueFactory(producto=ProductoFactory(sku="AMOX"), nombre="Caja", unidades=100, gtin="17501234567890")


@pytest.mark.parametrize(
    ("escrito", "unidades", "usado"),
    [
        ("300", 300, False),
        ("3x100", 300, True),
        ("3×100", 300, True),
        ("3 * 100 + 20", 320, True),
        ("1,200 X 100+7", 120_007, True),
        ("6x50", 300, False),
        ("100+5", 105, False),
    ],
)
def test_what_is_typed_in_packs_is_recorded_in_units(client, operador, caja, escrito, unidades, usado):
    client.force_login(operador)
    linea = {"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(100), "cantidad": escrito}

    r = client.post("/entrada/", hoja(linea))

    assert r.status_code == 302
    assert Movimiento.objects.get().cantidad == unidades
    assert Empaque.objects.get().usado is usado


@pytest.mark.parametrize(
    "escrito", ["x", "3x", "x100", "3x100x2", "3x-1", "+", "3++2", "1e3x2", "٣x2", "9" * 30 + "x2", "0x100"]
)
def test_what_is_no_quantity_in_packs_is_said_beside_it_and_stays_as_it_was_typed(client, operador, caja, escrito):
    client.force_login(operador)

    r = client.post("/entrada/", hoja({"producto": "AMOX", "lote": "A", "cantidad": escrito}))

    assert r.status_code == 422
    assert "cantidad" in r.context["hoja"].lineas.forms[0].errors
    assert f'value="{escrito}"' in r.content.decode()


def test_a_refused_sheet_shows_the_packs_again_and_marks_none(client, operador, caja):
    entrar(caja.producto, "A", 10)
    client.force_login(operador)

    r = client.post("/despacho/", hoja({"producto": "17501234567890", "cantidad": "3x100"}))

    assert r.status_code == 409
    assert "+ Caja ×100" in " ".join(r.content.decode().split())
    assert not Empaque.objects.get().usado


def test_a_scanned_pack_offers_its_product_and_the_units_it_adds(client, operador, caja):
    client.force_login(operador)

    una = client.get("/productos/sugerencias/?q=17501234567890").content.decode()
    tarima = client.get("/productos/sugerencias/", {"q": "]C102175012345678903724"}).content.decode()

    assert 'data-valor="AMOX"' in una
    assert 'data-llenar-cantidad="1×100"' in una
    assert 'data-llenar-cantidad="24×100"' in tarima


def test_a_sheet_and_that_its_pack_was_used_are_written_together(client, operador, caja, monkeypatch):
    def ocupada(*_args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(EmpaqueQuerySet, "usar", ocupada)
    client.force_login(operador)

    r = client.post(
        "/entrada/", hoja({"producto": "AMOX", "lote": "A", "fecha_caducidad": "2090-01-31", "cantidad": "3x100"})
    )

    assert (r.status_code, Movimiento.objects.count()) == (503, 0)


def test_the_packs_of_a_sheet_cost_one_query_however_its_products_were_named(client, operador):
    for n in range(12):
        producto = ProductoFactory(sku=f"S{n}", nombre=f"Nombre {n:02} largo")
        EmpaqueFactory(producto=producto, nombre="Caja", unidades=100, gtin=None)
    client.force_login(operador)
    nombrados = [f"S{n}" for n in range(4)] + [f"Nombre {n:02}" for n in range(4, 12)]

    with CaptureQueriesContext(connection) as consultas:
        r = client.post("/entrada/", hoja(*[{"producto": x, "cantidad": "x"} for x in nombrados]))

    assert (r.status_code, r.content.decode().count("+ Caja ×100")) == (422, 12)
    assert len([q for q in consultas if 'FROM "productos_empaque"' in q["sql"]]) == 1
