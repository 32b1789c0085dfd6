"""The pages of an error: inside the frame for who is in, alone for who is not, and never Django's own."""

import pytest
from django.urls import reverse

from inventario.demo.personas import PERSONAS
from pruebas.factories import UsuarioFactory

MENU = 'class="lateral"'


@pytest.mark.parametrize(("lugar", "estado"), [("/no-existe/", 404), ("/lotes/999999999/", 404), ("/empresa/", 403)])
def test_who_is_signed_in_keeps_the_menu(client, consulta, lugar, estado):
    client.force_login(consulta)

    respuesta = client.get(lugar)

    assert respuesta.status_code == estado
    assert MENU in respuesta.content.decode()
    assert respuesta.content.decode().count("<h1>") == 1


def test_a_stranger_gets_the_page_alone(client, db):
    respuesta = client.get("/no-existe/")

    assert respuesta.status_code == 404
    assert MENU not in respuesta.content.decode()


def test_in_development_too_a_wrong_address_shows_our_page(client, db, settings):
    settings.DEBUG = True

    respuesta = client.get("/no-existe/")

    assert respuesta.status_code == 404
    assert "Esta página no existe" in respuesta.content.decode()
    assert "URLconf" not in respuesta.content.decode()


def test_the_login_of_a_demo_says_its_users_and_no_other_does(client, db, settings):
    lugar = reverse("entrar")
    settings.DEBUG = True
    assert "demo-inventario" not in client.get(lugar).content.decode()
    UsuarioFactory(username="operador")
    UsuarioFactory(username="admin", is_active=False)

    pagina = client.get(lugar).content.decode()

    assert "demo-inventario" in pagina
    assert [p.usuario for p in PERSONAS if f"<code>{p.usuario}</code>" in pagina] == ["operador"]
    settings.DEBUG = False
    assert "demo-inventario" not in client.get(lugar).content.decode()
