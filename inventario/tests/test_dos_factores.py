"""The second factor: nobody goes past it, it is optional or compulsory, and nobody is left outside for ever."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from inventario.cuentas.dos_factores import services
from inventario.cuentas.models import Auditoria
from pruebas.ayudas import codigo_totp
from pruebas.factories import UsuarioFactory


@pytest.fixture
def protegida(operador):
    """An operator who uses a second factor: the user and the device."""
    dispositivo = TOTPDevice.objects.create(user=operador, name="TOTP", confirmed=True)
    return operador, dispositivo


def test_a_user_without_second_factor_is_not_asked(client: Client, operador):
    client.force_login(operador)

    assert reverse("dos_factores:estado") in client.get("/cuenta/").content.decode()
    assert client.get(reverse("dos_factores:estado")).status_code == 200


@pytest.mark.parametrize("ruta", ["/", "/admin/", "/cuenta/", "/cuenta/dos-factores/", "/cuenta/dos-factores/activar/"])
def test_after_the_password_everything_waits_for_the_code(client: Client, protegida, ruta):
    client.force_login(protegida[0])

    respuesta = client.get(ruta)

    assert respuesta.status_code == 302
    assert respuesta.url.startswith(reverse("dos_factores:verificar"))


def test_a_session_does_not_reach_the_api_before_the_code_and_htmx_is_sent_to_it(client: Client, protegida):
    client.force_login(protegida[0])

    api = client.get("/api/v1/productos/")
    htmx = client.get("/", headers={"hx-request": "true"})

    assert (api.status_code, api.json()["codigo"]) == (403, "falta_segundo_factor")
    assert htmx.status_code == 204
    assert htmx["HX-Redirect"].startswith(reverse("dos_factores:verificar"))


def test_the_right_code_opens_and_changes_the_session_id(client: Client, protegida):
    client.force_login(protegida[0])
    antes = client.session.session_key

    respuesta = client.post(
        reverse("dos_factores:verificar"), {"codigo": codigo_totp(protegida[1]), "next": "/cuenta/"}
    )

    assert (respuesta.status_code, respuesta.url) == (302, "/cuenta/")
    assert client.session.session_key != antes
    assert client.get("/cuenta/").status_code == 200


def test_a_wrong_code_opens_nothing_and_is_audited(client: Client, protegida):
    client.force_login(protegida[0])
    malo = f"{(int(codigo_totp(protegida[1])) + 1) % 10**6:06d}"

    respuesta = client.post(reverse("dos_factores:verificar"), {"codigo": malo})

    assert respuesta.status_code == 422
    assert client.get("/").status_code == 302
    assert Auditoria.objects.filter(suceso="fallo", usuario_id=protegida[0].pk).count() == 1


def test_a_code_works_once(client: Client, protegida):
    usuario, dispositivo = protegida
    codigo = codigo_totp(dispositivo)

    assert services.verificar(usuario, codigo)
    assert not services.verificar(usuario, codigo)


def test_a_session_of_before_needs_the_code_as_soon_as_there_is_one(client: Client, operador):
    client.force_login(operador)
    assert client.get("/cuenta/").status_code == 200

    TOTPDevice.objects.create(user=operador, name="TOTP", confirmed=True)

    assert client.get("/cuenta/").url.startswith(reverse("dos_factores:verificar"))
    assert client.post(reverse("crear_token"), {"nombre": "x", "dias": 30}).status_code == 302
    assert client.get("/api/v1/productos/").status_code == 403
    assert not operador.auth_token_set.exists()


def test_a_session_of_before_needs_a_factor_as_soon_as_its_role_must(client: Client, operador, settings):
    client.force_login(operador)
    assert client.get("/cuenta/").status_code == 200
    Group.objects.filter(name="operador").update(name="Mostrador")

    settings.DOS_FACTORES_OBLIGATORIO = ["operador"]

    assert client.get("/cuenta/").url.startswith(reverse("dos_factores:activar"))
    assert client.post(reverse("crear_token"), {"nombre": "x", "dias": 30}).status_code == 302
    assert not operador.auth_token_set.exists()


def test_a_second_login_over_a_verified_session_begins_without_the_factor(client: Client, protegida):
    usuario, dispositivo = protegida
    client.force_login(usuario)
    client.post(reverse("dos_factores:verificar"), {"codigo": codigo_totp(dispositivo)})
    assert client.get("/cuenta/").status_code == 200

    client.force_login(usuario)

    assert client.get("/cuenta/").status_code == 302


def test_a_secret_seen_in_one_session_is_not_the_one_that_another_confirms(operador):
    curioso, duena = Client(), Client()
    for cliente in (curioso, duena):
        cliente.force_login(operador)
    visto = curioso.get(reverse("dos_factores:activar")).context["secreto"]

    suyo = duena.get(reverse("dos_factores:activar")).context["secreto"]

    assert visto != suyo
    assert duena.get(reverse("dos_factores:activar")).context["secreto"] == suyo


def test_the_second_factor_costs_no_query_a_request(client: Client, operador, protegida):
    client.force_login(operador)
    client.post(reverse("dos_factores:verificar"), {"codigo": codigo_totp(protegida[1])})

    with CaptureQueriesContext(connection) as consultas:
        assert client.get("/alertas/contador/").status_code == 200

    assert [q for q in consultas if "otp_totp" in q["sql"] and "epoca" not in q["sql"]] == []


def test_next_never_leads_to_another_site(client: Client, protegida):
    client.force_login(protegida[0])

    respuesta = client.post(
        reverse("dos_factores:verificar"), {"codigo": codigo_totp(protegida[1]), "next": "https://malo.example/"}
    )

    assert respuesta.url == "/"


def test_setting_it_up_shows_a_qr_clean_under_the_csp_and_gives_recovery_codes(client: Client, operador):
    client.force_login(operador)

    pagina = client.get(reverse("dos_factores:activar")).content.decode()
    dispositivo = TOTPDevice.objects.get(user=operador, confirmed=False)
    hecho = client.post(reverse("dos_factores:activar"), {"codigo": codigo_totp(dispositivo)})

    svg = re.search(r"<svg.*?</svg>", pagina, re.DOTALL)[0]
    assert "style" not in svg
    assert "script" not in svg
    codigos = re.findall(r"<code>(\w+)</code>", hecho.content.decode())
    assert len(codigos) == services.CODIGOS
    assert client.get("/cuenta/").status_code == 200

    otra = Client()
    otra.force_login(operador)
    assert otra.get("/").status_code == 302
    assert otra.post(reverse("dos_factores:verificar"), {"codigo": codigos[0]}).status_code == 302
    assert otra.get("/cuenta/").status_code == 200
    assert not services.verificar(operador, codigos[0])


def test_a_role_may_be_made_to_use_it(client: Client, supervisor, operador, settings):
    settings.DOS_FACTORES_OBLIGATORIO = ["supervisor"]
    client.force_login(supervisor)
    otro = Client()
    otro.force_login(operador)

    assert client.get("/").url.startswith(reverse("dos_factores:activar"))
    assert otro.get("/cuenta/").status_code == 200


def test_a_superuser_counts_as_administrador(db, settings):
    settings.DOS_FACTORES_OBLIGATORIO = ["administrador"]

    assert services.exigido(UsuarioFactory(is_superuser=True))


def test_who_must_use_it_cannot_take_it_off(client: Client, protegida, settings):
    usuario, dispositivo = protegida
    settings.DOS_FACTORES_OBLIGATORIO = ["operador"]
    client.force_login(usuario)
    client.post(reverse("dos_factores:verificar"), {"codigo": codigo_totp(dispositivo)})

    respuesta = client.post(reverse("dos_factores:desactivar"), {"codigo": codigo_totp(dispositivo, pasos=1)})

    assert respuesta.status_code == 422
    assert services.activado(usuario)


def test_who_chose_it_takes_it_off_with_a_code(client: Client, protegida):
    usuario, dispositivo = protegida
    client.force_login(usuario)
    client.post(reverse("dos_factores:verificar"), {"codigo": codigo_totp(dispositivo)})

    assert client.post(reverse("dos_factores:desactivar"), {"codigo": ""}).status_code == 422
    assert services.activado(usuario)
    client.post(reverse("dos_factores:desactivar"), {"codigo": codigo_totp(dispositivo, pasos=1)})
    assert not services.activado(usuario)


def test_an_operator_lets_in_whoever_lost_the_phone(protegida, capsys):
    usuario, _dispositivo = protegida

    call_command("quitar_segundo_factor", usuario.username)

    assert not services.activado(usuario)
    assert Auditoria.objects.filter(suceso="baja", objeto="otp_totp.totpdevice").count() == 1
