"""A form without its token: refused, but for whoever has no session any more, who is sent to the login."""

import pytest
from django.test import Client

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
