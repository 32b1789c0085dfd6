"""Alerts over HTTP."""

import pytest

from pruebas.ayudas import entrar, hoy_mas
from pruebas.clientes import ClienteAPI
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(operador):
    return ClienteAPI(operador)


@pytest.fixture
def por_caducar(db):
    producto = ProductoFactory(sku="P1", nombre="Suero")
    entrar(producto, "A", 3, 5)
    return producto


def test_an_alert_says_what_expires_and_how_urgent_it_is(api, por_caducar):
    (alerta,) = api.get("alertas/").json()["resultados"]

    esperado = {"tipo": "por_caducar", "severidad": "critica", "estado": "abierta", "producto_sku": "P1", "cantidad": 3}
    assert esperado.items() <= alerta.items()
    assert (alerta["lote_codigo"], alerta["vence"]) == ("A", str(hoy_mas(5)))


def test_alerts_are_counted(api, por_caducar):
    resumen = api.get("alertas/resumen/").json()

    assert resumen["total"] == 1
    assert resumen["por_tipo"] == {
        "sin_stock": 0, "stock_bajo": 0, "sobrestock": 0, "por_caducar": 1, "caducado": 0,
    }  # fmt: skip
    assert resumen["por_severidad"] == {"aviso": 0, "importante": 0, "critica": 1}
    assert resumen["por_estado"] == {"abierta": 1, "reconocida": 0, "pospuesta": 0}


def test_an_alert_is_acknowledged_and_put_off(api, por_caducar):
    pk = api.get("alertas/").json()["resultados"][0]["id"]

    reconocida = api.post(f"alertas/{pk}/reconocer/", {"nota": "visto"})
    pospuesta = api.post(f"alertas/{pk}/posponer/", {"hasta": str(hoy_mas(1))})
    ayer = api.post(f"alertas/{pk}/posponer/", {"hasta": str(hoy_mas(-1))})

    assert (reconocida.json()["estado"], reconocida.json()["reconocida_por"]) == ("reconocida", "operador")
    assert (pospuesta.json()["estado"], pospuesta.json()["pospuesta_hasta"]) == ("pospuesta", str(hoy_mas(1)))
    assert (ayer.status_code, list(ayer.json()["errores"])) == (400, ["hasta"])


def test_a_resolved_alert_is_kept_and_not_attended(api, por_caducar):
    pk = api.get("alertas/").json()["resultados"][0]["id"]
    api.post("despachos/", {"lineas": [{"producto": por_caducar.pk, "cantidad": 3}]})

    r = api.post(f"alertas/{pk}/reconocer/", {})

    assert api.get("alertas/").json()["total"] == 0
    assert [a["id"] for a in api.get("alertas/?estado=resuelta").json()["resultados"]] == [pk]
    assert (r.status_code, r.json()["codigo"]) == (409, "alerta_resuelta")


def test_alerts_cost_the_same_however_many(api, por_caducar, django_assert_num_queries):
    for n in range(3):
        entrar(por_caducar, f"B{n}", 1, n)

    with django_assert_num_queries(3):  # who asks, total, rows
        api.get("alertas/?por_pagina=1")
    with django_assert_num_queries(3):
        assert api.get("alertas/").json()["total"] == 4
