"""Frames of a camera: what is read in them, and what is refused before it costs anything."""

import re
from datetime import date

import pytest
import time_machine
import zxingcpp
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from inventario.dominio import lector
from lotes import camara
from pruebas.imagenes import cuadro

GTIN = "07501234567893"
TEXTO = f"(01){GTIN}(17)280331(10)A-2291"


def enviar(client, datos, nombre="cuadro"):
    return client.post("/lotes/camara/", {nombre: SimpleUploadedFile("cuadro.pgm", datos)})


@pytest.mark.django_db
def test_a_code_in_the_frame_is_answered_as_a_scanner_would_send_it(client, consulta):
    client.force_login(consulta)

    r = enviar(client, cuadro(TEXTO))

    visto = lector.leer(r.json()["codigo"], date(2026, 11, 27))
    assert (visto.gtin, visto.lote, visto.caduca) == (GTIN, "A-2291", date(2028, 3, 31))
    assert r["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_frame_without_a_code_answers_none(client, consulta):
    client.force_login(consulta)

    assert enviar(client, b"P5\n640 400\n255\n" + bytes(640 * 400)).json() == {"codigo": None}


@pytest.mark.parametrize("formato", ["EAN13", "Code128", "QRCode"])
def test_the_codes_of_any_pack_are_read(formato):
    de = {"EAN13": GTIN[1:], "Code128": "A-2291", "QRCode": "https://id.gs1.org/01/" + GTIN}[formato]

    assert camara.descifrar(cuadro(de, getattr(zxingcpp.BarcodeFormat, formato))).endswith(de)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("datos", "estado"),
    [
        (b"P5\n640 480\n255\n" + bytes(640 * 480), 413),
        (b"\x89PNG\r\n\x1a\n", 415),
        (b"hola", 415),
        (b"P5\n9999 9999\n255\nxx", 400),
        (b"P5\n10 10\n255\n" + bytes(99), 400),
        (b"P5\n0 10\n255\n", 400),
        (b"P5\n1 100\n255\n" + bytes(100), 400),
    ],
)
def test_what_is_no_frame_is_refused(client, consulta, datos, estado):
    client.force_login(consulta)

    assert enviar(client, datos).status_code == estado


@pytest.mark.django_db
def test_without_a_frame_or_with_it_elsewhere_there_is_nothing_to_read(client, consulta):
    client.force_login(consulta)

    assert client.post("/lotes/camara/").status_code == 400
    assert enviar(client, cuadro(TEXTO), "otro").status_code == 400


def test_the_page_sends_no_more_frames_than_are_taken():
    pagina = (settings.BASE_DIR / "static/js/camara.js").read_text()

    espera = int(re.search(r"const ESPERA = (\d+);", pagina)[1])

    assert 60_000 / espera <= camara.POR_MINUTO


@pytest.mark.django_db
def test_too_many_in_a_minute_wait(client, consulta, monkeypatch):
    monkeypatch.setattr(camara, "POR_MINUTO", 2)
    client.force_login(consulta)
    vacio = b"P5\n20 20\n255\n" + bytes(400)

    with time_machine.travel(timezone.now(), tick=False):
        estados = [enviar(client, vacio).status_code for _n in range(4)]

    assert estados == [200, 200, 429, 429]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ruta", "permite"),
    [("/despacho/", True), ("/entrada/", True), ("/buscar/", True), ("/", False), ("/lotes/", False)],
)
def test_only_the_pages_that_scan_may_use_the_camera(client, operador, ruta, permite):
    client.force_login(operador)

    r = client.get(ruta)

    assert ("camera=(self)" in r["Permissions-Policy"]) is permite
    assert ("camera=()" in r["Permissions-Policy"]) is not permite
