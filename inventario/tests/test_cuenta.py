"""Signing in and out, one's own account, search of nonsense, and the pages that explain an error."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from inventario import menu
from inventario.cuentas.models import Token, Usuario
from inventario.paginas import errores, navegacion

CLAVE = "una-frase-larga-7"


@pytest.fixture
def ana(operador):
    operador.set_password(CLAVE)
    operador.save()
    return operador


@pytest.fixture
def cliente(client, ana):
    client.force_login(ana)
    return client


def test_login_leads_to_the_page_asked_for(client, ana):
    respuesta = client.post(reverse("entrar"), {"username": ana.username, "password": CLAVE, "next": reverse("cuenta")})

    assert respuesta.status_code == 302
    assert respuesta.url == reverse("cuenta")


def test_login_never_leads_to_another_site(client, ana):
    respuesta = client.post(
        reverse("entrar"), {"username": ana.username, "password": CLAVE, "next": "https://malo.example/"}
    )

    assert respuesta.url == reverse("panel")


def test_a_wrong_password_is_explained_and_signs_nobody_in(client, ana):
    respuesta = client.post(reverse("entrar"), {"username": ana.username, "password": "otra"})

    assert respuesta.status_code == 200
    assert respuesta.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_too_many_failures_say_how_long_to_wait(client, ana, settings):
    settings.AXES_FAILURE_LIMIT = 2
    datos = {"username": ana.username, "password": "otra"}

    respuestas = [client.post(reverse("entrar"), datos) for _ in range(3)]

    assert respuestas[-1].status_code == 429
    assert respuestas[-1]["Retry-After"] == "900"
    assert "15 minutos" in respuestas[-1].content.decode()


def test_signing_out_needs_a_post(cliente):
    assert cliente.get(reverse("salir")).status_code == 405
    assert cliente.post(reverse("salir")).status_code == 302
    assert "_auth_user_id" not in cliente.session


def test_an_expired_session_tells_htmx_where_to_sign_in(client):
    respuesta = client.get(
        reverse("cuenta"), headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/cuenta/"}
    )

    assert respuesta.status_code == 204
    assert respuesta["HX-Redirect"].startswith(reverse("entrar"))


def test_preferences_are_kept_and_change_the_language(cliente, ana):
    respuesta = cliente.post(
        reverse("cuenta"), {"idioma": "en", "tema": "oscuro", "email": "ana@example.com"}, follow=True
    )

    ana.refresh_from_db()
    assert (ana.idioma, ana.tema) == ("en", "oscuro")
    assert respuesta.context["request"].LANGUAGE_CODE == "en"
    assert 'data-bs-theme="dark"' in respuesta.content.decode()


def test_the_digest_needs_an_address(cliente, ana):
    respuesta = cliente.post(reverse("cuenta"), {"idioma": "", "tema": "claro", "email": "", "recibe_resumen": "on"})

    ana.refresh_from_db()
    assert respuesta.status_code == 422
    assert "email" in respuesta.context["preferencias"].errors
    assert ana.recibe_resumen is False


def test_a_new_password_keeps_this_session(cliente, ana):
    nueva = "otra-frase-larga-8"

    respuesta = cliente.post(
        reverse("cambiar_contrasena"), {"old_password": CLAVE, "new_password1": nueva, "new_password2": nueva}
    )

    ana.refresh_from_db()
    assert respuesta.status_code == 302
    assert ana.check_password(nueva)
    assert cliente.get(reverse("cuenta")).status_code == 200


def test_a_password_change_with_the_wrong_old_one_is_refused(cliente, ana):
    datos = {"old_password": "no", "new_password1": "otra-frase-larga-8", "new_password2": "otra-frase-larga-8"}

    respuesta = cliente.post(reverse("cambiar_contrasena"), datos)

    ana.refresh_from_db()
    assert respuesta.status_code == 422
    assert ana.check_password(CLAVE)


def test_a_token_is_shown_once_and_works(cliente, ana, client):
    respuesta = cliente.post(reverse("crear_token"), {"nombre": "Caja", "dias": "30"})
    clave = respuesta.context["clave"]

    token = Token.objects.get(user=ana)
    assert clave in respuesta.content.decode()
    assert clave not in cliente.get(reverse("cuenta")).content.decode()
    assert round((token.expiry - token.created) / timedelta(days=1)) == 30
    assert Client().get("/api/v1/productos/", headers={"Authorization": f"Token {clave}"}).status_code == 200


@pytest.mark.parametrize(
    "datos", [{"nombre": "", "dias": "30"}, {"nombre": "x", "dias": "31"}, {"nombre": "a\u200bb", "dias": "0"}]
)
def test_a_token_without_sense_is_refused(cliente, datos):
    respuesta = cliente.post(reverse("crear_token"), datos)

    assert respuesta.status_code == 422
    assert not Token.objects.exists()


def test_one_revokes_only_ones_own_tokens(cliente, ana, supervisor):
    propio, _ = Token.objects.create(user=ana)
    ajeno, _ = Token.objects.create(user=supervisor)

    assert cliente.post(reverse("revocar_token", args=[ajeno.pk])).status_code == 404
    assert cliente.post(reverse("revocar_token", args=[propio.pk])).status_code == 302
    assert list(Token.objects.all()) == [ajeno]


def test_the_theme_is_kept_for_the_account_and_for_the_login_page(cliente, ana):
    respuesta = cliente.post(reverse("tema"), {"tema": "oscuro", "volver": reverse("cuenta")})

    ana.refresh_from_db()
    cliente.logout()
    assert respuesta.url == reverse("cuenta")
    assert ana.tema == Usuario.Tema.OSCURO
    cliente.cookies["tema"] = "oscuro"
    assert 'data-bs-theme="dark"' in cliente.get(reverse("entrar")).content.decode()


def test_an_unknown_theme_is_400_and_changes_nothing(cliente, ana):
    assert cliente.post(reverse("tema"), {"tema": "rosa"}).status_code == 400
    ana.refresh_from_db()
    assert ana.tema == Usuario.Tema.SISTEMA


@pytest.mark.parametrize(("q", "estado"), [("amox", 200), ("", 200), ("x" * 101, 400), ("a\0b", 400)])
def test_a_search_of_nonsense_is_400(cliente, q, estado):
    assert cliente.get(reverse("buscar"), {"q": q}).status_code == estado


def test_help_is_there_for_everybody(cliente):
    assert cliente.get(reverse("ayuda")).status_code == 200


def test_an_unknown_page_is_404_in_our_style(cliente):
    respuesta = cliente.get("/no-existe/")

    assert respuesta.status_code == 404
    assert "Esta página no existe" in respuesta.content.decode()


@pytest.mark.parametrize(("error", "estado"), [(RuntimeError("x"), 500), (OperationalError("x"), 503)])
def test_failures_are_explained_without_the_database(error, estado, django_assert_num_queries, db):
    """A database that fails before any view is 503 with Retry-After, whatever else is 500."""
    peticion = RequestFactory().get("/")

    with django_assert_num_queries(0):
        try:
            raise error
        except type(error):
            respuesta = errores.interno(peticion)

    assert respuesta.status_code == estado
    assert ("Retry-After" in respuesta) is (estado == 503)
    assert "pagina-sola" in respuesta.content.decode()


def test_the_menu_leads_somewhere_and_hides_what_one_may_not_do(consulta, administrador):
    peticion = RequestFactory().get("/")

    peticion.user = administrador
    todo = {d["ruta"] for s in navegacion.menu(peticion) for d in s["destinos"]}
    peticion.user = consulta
    visto = {d["ruta"] for s in navegacion.menu(peticion) for d in s["destinos"]}

    assert todo == {d.ruta for _titulo, destinos in menu.MENU for d in destinos}
    assert not any(d.ruta in visto for _titulo, destinos in menu.MENU for d in destinos if d.accion)


def test_the_menu_keys_are_unique():
    teclas = [d.tecla for _titulo, destinos in menu.MENU for d in destinos]

    assert len(teclas) == len(set(teclas))
