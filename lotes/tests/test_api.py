"""Lots and warehouses over HTTP."""

import pytest
from django.utils import timezone

from lotes.models import Almacen, CambioDeLote
from pruebas.ayudas import entrar, nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(administrador):
    return ClienteAPI(administrador)


@pytest.fixture
def lote(db):
    return nuevo_lote(ProductoFactory(sku="P1", nombre="Suero"), "A-2291", 200, 127, costo="0.12")


def test_a_lot_says_what_each_warehouse_holds(api, lote, almacen):
    r = api.get(f"lotes/{lote.pk}/")

    assert r.json() == {
        "id": lote.pk,
        "producto": lote.producto_id,
        "producto_sku": "P1",
        "producto_nombre": "Suero",
        "codigo": "A-2291",
        "fecha_caducidad": str(lote.fecha_caducidad),
        "fecha_fabricacion": None,
        "estado": "disponible",
        "costo_unitario": "0.120000",
        "cantidad": 200,
        "dias_para_caducar": 127,
        "existencias": [{"almacen": almacen.pk, "almacen_codigo": "PRINCIPAL", "cantidad": 200}],
        "creado_en": timezone.localtime(lote.creado_en).isoformat(),
    }
    assert api.get(f"lotes/{lote.pk}/", If_None_Match=r["ETag"]).status_code == 304


def test_a_lot_is_held_released_and_recalled(api, lote):
    estados = [
        api.post(f"lotes/{lote.pk}/{verbo}/", {"nota": "por si acaso"}).json().get("estado")
        for verbo in ("retener", "liberar", "retirar")
    ]
    tarde = api.post(f"lotes/{lote.pk}/liberar/", {"nota": "no"})

    assert estados == ["cuarentena", "disponible", "retirado"]
    assert (tarde.status_code, tarde.json()["codigo"], tarde.json()["estado"]) == (409, "cambio_imposible", "retirado")


@pytest.mark.parametrize("cuerpo", [{}, {"nota": ""}, {"nota": "x" * 501}, {"nota": 5}, {"nota": "a\u200b"}])
def test_a_change_without_its_note_is_refused(api, lote, cuerpo):
    r = api.post(f"lotes/{lote.pk}/retener/", cuerpo)

    assert (r.status_code, list(r.json()["errores"])) == (400, ["nota"])
    assert CambioDeLote.objects.count() == 0


def test_an_expiry_is_corrected(api, lote):
    bien = api.post(f"lotes/{lote.pk}/corregir_caducidad/", {"fecha_caducidad": "2099-01-31", "nota": "errata"})
    mal = api.post(f"lotes/{lote.pk}/corregir_caducidad/", {"fecha_caducidad": "2101-01-01", "nota": "errata"})

    assert (bien.status_code, bien.json()["fecha_caducidad"]) == (200, "2099-01-31")
    assert (mal.status_code, list(mal.json()["errores"])) == (400, ["fecha_caducidad"])


def test_lots_cost_the_same_however_many(api, lote, django_assert_num_queries):
    for n in range(3):
        entrar(lote.producto, f"B{n}", 1)

    with django_assert_num_queries(4):  # who asks, total, lots, balances with their warehouses
        api.get("lotes/?por_pagina=1")
    with django_assert_num_queries(4):
        assert api.get("lotes/").json()["total"] == 4


def test_the_default_warehouse_changes_hands_and_is_never_missing(api, almacen):
    otro = AlmacenFactory()

    quitar = api("PATCH", f"almacenes/{almacen.pk}/", {"predeterminado": False})
    apagar = api("PATCH", f"almacenes/{almacen.pk}/", {"activo": False})
    pasar = api("PATCH", f"almacenes/{otro.pk}/", {"predeterminado": True})

    assert (quitar.status_code, list(quitar.json()["errores"])) == (400, ["predeterminado"])
    assert (apagar.status_code, list(apagar.json()["errores"])) == (400, ["activo"])
    assert pasar.status_code == 200
    assert list(Almacen.objects.filter(predeterminado=True)) == [otro]
    assert api("DELETE", f"almacenes/{otro.pk}/").json()["codigo"] == "en_uso"
    assert api("DELETE", f"almacenes/{almacen.pk}/").status_code == 204
