"""The account, the second factor and the pages that explain a failure, in a real browser."""

import re

import pytest
from django.db import OperationalError
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from inventario.paginas import views
from pruebas.ayudas import codigo_totp
from pruebas.navegador import en_cada_vista

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]


@en_cada_vista
def test_a_second_factor_is_set_up_used_and_taken_away(abrir, operador, vista):
    ventana = abrir(operador, **vista)
    pagina = ventana.ir(reverse("dos_factores:estado"))
    ventana.accesible()

    pagina.click("main a.btn-primary")
    expect(pagina.locator(".qr svg")).to_be_visible()
    assert pagina.locator(".qr").evaluate("x => getComputedStyle(x).backgroundColor") == "rgb(255, 255, 255)"
    pagina.click("summary")
    ventana.accesible()
    pagina.fill("[name=codigo]", codigo_totp(TOTPDevice.objects.get(user=operador)))
    pagina.click("main [type=submit]")

    expect(pagina.locator(".codigos li")).to_have_count(10)
    ventana.accesible()
    recuperacion = pagina.locator(".codigos li").all_inner_texts()
    pagina.click("main a.btn-primary")
    ventana.ir(reverse("dos_factores:estado"))
    expect(pagina.locator("[formaction='/cuenta/dos-factores/desactivar/']")).to_be_visible()
    ventana.accesible()

    pagina.context.clear_cookies()
    operador.set_password("una clave larga")
    operador.save()
    ventana.ir(reverse("entrar") + "?next=/productos/")
    pagina.fill("[name=username]", operador.username)
    pagina.fill("[name=password]", "una clave larga")
    pagina.click("main [type=submit]")
    expect(pagina).to_have_url(re.compile(reverse("dos_factores:verificar")))
    ventana.accesible()
    pagina.fill("[name=codigo]", recuperacion[0])
    pagina.click("main [type=submit]")
    expect(pagina).to_have_url(re.compile("/productos/$"))

    ventana.ir(reverse("dos_factores:estado"))
    pagina.fill("[name=codigo]", recuperacion[1])
    pagina.click("[formaction='/cuenta/dos-factores/desactivar/']")
    expect(pagina.locator(".avisos [data-aviso]")).to_be_visible()
    assert not TOTPDevice.objects.filter(user=operador).exists()


def test_what_was_saved_is_said_in_a_live_region_and_what_is_revoked_is_asked_first(abrir, operador):
    ventana = abrir(operador)
    pagina = ventana.ir(reverse("cuenta"))

    pagina.fill("[name=first_name]", "Ana")
    pagina.click("form:has([name=first_name]) [type=submit]")
    expect(pagina.locator("[aria-live] [data-aviso]")).to_be_visible()
    ventana.accesible()

    pagina.fill("[name=nombre]", "balanza")
    pagina.click("form:has([name=dias]) [type=submit]")
    expect(pagina.locator("#clave-texto")).to_be_visible()
    ventana.accesible()
    revocar = pagina.locator("form[data-confirmar]")
    revocar.locator("[type=submit]").click()
    expect(pagina.locator("#dialogo-confirmar")).to_be_visible()
    ventana.accesible()
    pagina.keyboard.press("Escape")
    expect(revocar).to_have_count(1)
    revocar.locator("[type=submit]").click()
    pagina.click("[data-confirmar-si]")
    expect(revocar).to_have_count(0)


@pytest.mark.parametrize(
    ("ruta", "error", "estado"),
    [
        ("/ajuste/", None, 403),
        ("/no-existe/", None, 404),
        ("/ayuda/", RuntimeError("x"), 500),
        ("/ayuda/", OperationalError("x"), 503),
    ],
)
@en_cada_vista
def test_failures_look_like_the_rest(abrir, operador, vista, monkeypatch, ruta, error, estado):
    ventana = abrir(operador, **vista)
    ventana.admitir(str(estado))
    if error is not None:

        def fallar(*args, **kwargs):
            raise error

        monkeypatch.setattr(views, "render", fallar)

    ventana.ir(ruta)

    expect(ventana.page.locator(".codigo-error")).to_contain_text(str(estado))
    expect(ventana.page.locator("main .btn-primary")).to_be_visible()
    ventana.accesible()


def test_on_paper_there_is_only_the_content(abrir, operador):
    pagina = abrir(operador).ir(reverse("productos:lista"))

    pagina.emulate_media(media="print")

    for oculto in (".lateral", ".barra", ".filtros", ".encabezado .acciones"):
        expect(pagina.locator(oculto).first).not_to_be_visible()
    expect(pagina.locator("h1")).to_be_visible()
    assert pagina.locator("body").evaluate("x => getComputedStyle(x).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


def test_keys_go_places_and_escape_closes_the_palette_at_once(abrir, operador):
    pagina = abrir(operador).ir(reverse("ayuda"))

    pagina.keyboard.press("/")
    pagina.keyboard.type("amox")
    pagina.keyboard.press("Escape")
    expect(pagina.locator("#paleta")).not_to_be_visible()
    pagina.keyboard.press("g")
    pagina.keyboard.press("p")

    expect(pagina).to_have_url(re.compile("/productos/$"))
