"""Wrong codes of the second factor delay whoever sends them, for a while, and keep nobody else out."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from inventario.cuentas import auditoria
from inventario.cuentas.dos_factores import services
from inventario.cuentas.models import Auditoria
from pruebas.ayudas import codigo_totp


@pytest.fixture
def protegida(operador):
    """An operator who uses a second factor: the user and the device."""
    dispositivo = TOTPDevice.objects.create(user=operador, name="TOTP", confirmed=True)
    return operador, dispositivo


MALO = {"codigo": "00000x"}


def _fallar(cliente: Client, veces: int, direccion: str) -> None:
    for _n in range(veces):
        cliente.post(reverse("dos_factores:verificar"), MALO, REMOTE_ADDR=direccion)


def test_after_failures_a_session_waits_longer_each_time_and_never_more_than_the_limit(protegida, time_machine):
    usuario, dispositivo = protegida
    time_machine.move_to("2026-05-10 10:00:00", tick=False)
    cliente = Client()
    cliente.force_login(usuario)
    esperas = []
    for _n in range(14):
        _fallar(cliente, 1, "203.0.113.9")
        esperas.append(services.espera(usuario, cliente.session, "203.0.113.9"))
        time_machine.shift(esperas[-1])

    assert esperas[:5] == [1, 2, 4, 8, 16]
    assert esperas[-1] == services.ESPERA_MAXIMA
    assert cliente.post(reverse("dos_factores:verificar"), {"codigo": codigo_totp(dispositivo)}).status_code == 302


def test_while_it_waits_a_right_code_is_refused_and_told_how_long(protegida, time_machine):
    usuario, dispositivo = protegida
    time_machine.move_to("2026-05-10 10:00:00", tick=False)
    cliente = Client()
    cliente.force_login(usuario)
    _fallar(cliente, 1, "203.0.113.9")

    respuesta = cliente.post(reverse("dos_factores:verificar"), {"codigo": codigo_totp(dispositivo)})

    assert respuesta.status_code == 422
    assert "espere 1 segundos" in respuesta.content.decode()


@pytest.mark.parametrize("direccion", ["198.51.100.7", "203.0.113.9"], ids=["otra", "la misma"])
def test_who_fails_on_purpose_keeps_nobody_else_out(protegida, direccion):
    usuario, dispositivo = protegida
    intruso, duena = Client(), Client()
    intruso.force_login(usuario)
    duena.force_login(usuario)

    _fallar(intruso, 14, "203.0.113.9")

    respuesta = duena.post(
        reverse("dos_factores:verificar"), {"codigo": codigo_totp(dispositivo)}, REMOTE_ADDR=direccion
    )
    assert respuesta.status_code == 302


def test_new_sessions_from_one_address_do_not_give_tries_without_end(protegida, time_machine):
    usuario, dispositivo = protegida
    time_machine.move_to("2026-05-10 10:00:00", tick=False)
    for _n in range(services.LIBRES_POR_DIRECCION + 8):
        intruso = Client()
        intruso.force_login(usuario)
        _fallar(intruso, 1, "203.0.113.9")

    intruso, duena = Client(), Client()
    intruso.force_login(usuario)
    duena.force_login(usuario)
    bueno = {"codigo": codigo_totp(dispositivo)}

    assert intruso.post(reverse("dos_factores:verificar"), bueno, REMOTE_ADDR="203.0.113.9").status_code == 422
    assert duena.post(reverse("dos_factores:verificar"), bueno, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_a_recovery_code_always_serves(protegida):
    usuario, _dispositivo = protegida
    codigos = services.renovar_codigos(usuario)
    cliente = Client()
    cliente.force_login(usuario)
    _fallar(cliente, services.LIBRES_POR_DIRECCION + 5, "127.0.0.1")

    assert cliente.post(reverse("dos_factores:verificar"), {"codigo": codigos[0]}).status_code == 302


def test_failures_on_one_account_leave_few_rows(protegida):
    usuario, _dispositivo = protegida
    antes = Auditoria.objects.count()
    for _n in range(auditoria.FALLOS_POR_DIA + 5):
        intruso = Client()
        intruso.force_login(usuario)
        _fallar(intruso, 1, "203.0.113.9")

    assert Auditoria.objects.filter(suceso="fallo").count() == auditoria.FALLOS_POR_DIA
    assert AccessAttempt.objects.count() == 1
    assert Auditoria.objects.count() > antes
