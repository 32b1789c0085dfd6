"""A form without its token: refused, but for whoever has no session any more, who is sent to the login."""

import pytest
from django.test import Client

from pruebas.ayudas import hoy_mas
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


def test_a_form_without_its_token_is_refused(operador):
    cliente = Client(enforce_csrf_checks=True)
    cliente.force_login(operador)

    assert cliente.post("/entrada/", {}).status_code == 403


def test_without_a_session_it_goes_to_the_login():
    cliente = Client(enforce_csrf_checks=True)

    respuesta = cliente.post("/entrada/", {})
    fragmento = cliente.post("/entrada/", {}, headers={"HX-Request": "true"})

    assert (respuesta.status_code, respuesta["Location"][:8]) == (302, "/entrar/")
    assert (fragmento.status_code, fragmento["HX-Redirect"][:8]) == (204, "/entrar/")


def test_the_login_itself_needs_its_token():
    assert Client(enforce_csrf_checks=True).post("/entrar/", {}).status_code == 403


def test_a_session_writes_through_the_api_with_its_token_and_key(operador):
    """Who checks the token looks into the body first; the key of the request is told by the same body afterwards."""
    cliente = Client(enforce_csrf_checks=True)
    cliente.force_login(operador)
    cliente.get("/")
    linea = {"producto": ProductoFactory().pk, "lote": "S1", "fecha_caducidad": hoy_mas(90).isoformat(), "cantidad": 5}

    def entrar(**cabeceras):
        return cliente.post(
            "/api/v1/entradas/", {"lineas": [linea]}, "application/json", headers={"Idempotency-Key": "s1"} | cabeceras
        )

    sin_el = entrar()
    con_el = [entrar(**{"X-CSRFToken": cliente.cookies["csrftoken"].value}) for _vez in range(2)]

    assert sin_el.status_code == 403
    assert [r.status_code for r in con_el] == [201, 201]
    assert con_el[0].json() == con_el[1].json()
