"""Whose stock this is: one row, judged whole, shown on what is printed and in another currency where it says so."""

import struct
import zlib
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from inventario.cuentas.models import Auditoria
from inventario.dominio import region
from inventario.empresa import actual, logo
from inventario.empresa.models import Empresa
from inventario.templatetags.interfaz import dinero


def png(ancho=2, alto=2):
    def trozo(nombre, datos):
        return struct.pack(">I", len(datos)) + nombre + datos + struct.pack(">I", zlib.crc32(nombre + datos))

    cabeza = struct.pack(">IIBBBBB", ancho, alto, 8, 0, 0, 0, 0)
    pixeles = zlib.compress(b"\0" * (ancho + 1) * alto) if ancho * alto < 100 else b""
    return b"\x89PNG\r\n\x1a\n" + trozo(b"IHDR", cabeza) + trozo(b"IDAT", pixeles) + trozo(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00\xff\xd9"
DATOS = {
    "nombre": "Botica  Núñez",
    "direccion": "Calle 5\nCentro",
    "identificacion": "",
    "contacto": "",
    "moneda": "eur",
}


@pytest.fixture
def de_dentro(client, administrador):
    client.force_login(administrador)
    return client


def test_the_company_is_described_once_and_audited(de_dentro):
    for nombre in ("Primera", "Botica  Núñez"):
        respuesta = de_dentro.post(
            "/empresa/", DATOS | {"nombre": nombre, "archivo": SimpleUploadedFile("l.gif", png())}
        )
        assert respuesta.status_code == 302

    fila = Empresa.objects.get()
    assert (fila.nombre, fila.moneda, fila.logo_tipo) == ("Botica Núñez", "EUR", "png")
    assert Auditoria.objects.filter(objeto="inventario.empresa").latest("pk").cambios == {
        "nombre": ["Primera", "Botica Núñez"]
    }
    respuesta = de_dentro.get("/empresa/logo/")
    assert (respuesta.content, respuesta["Content-Type"], respuesta["X-Content-Type-Options"]) == (
        png(),
        "image/png",
        "nosniff",
    )


def test_the_currency_of_the_company_is_that_of_every_page_and_of_what_is_typed(db):
    assert dinero(Decimal("1.5")) == "1.50 MXN"

    Empresa(nombre="X", moneda="EUR").save()

    assert dinero(Decimal("1.5")) == "1.50 EUR"
    assert region.leer_numero("2.10 EUR") == Decimal("2.10")


def test_a_logo_can_be_taken_away(de_dentro):
    Empresa(nombre="X", logo=png(), logo_tipo="png").save()

    de_dentro.post("/empresa/", DATOS | {"quitar": "on"})

    assert Empresa.objects.get().logo is None
    assert de_dentro.get("/empresa/logo/").status_code == 404


@pytest.mark.parametrize(
    "datos",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        png(5000, 10),
        png(0, 1),
        png() + b"x" * logo.BYTES,
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_small_picture_is_refused_and_nothing_is_written(de_dentro, datos):
    respuesta = de_dentro.post("/empresa/", DATOS | {"archivo": SimpleUploadedFile("logo.png", datos, "image/png")})

    assert respuesta.status_code in {413, 415, 422}
    assert not Empresa.objects.exists()


def test_the_size_of_a_jpeg_is_read_from_its_frame():
    assert logo.tipo(JPEG) == "jpeg"
    with pytest.raises(ValidationError):
        logo.tipo(JPEG.replace(b"\x00\x10\x00\x20", b"\xff\xff\x00\x20"))


def test_there_is_one_company(db):
    Empresa(nombre="Una").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Empresa(nombre="Otra").save()


def test_the_row_is_kept_for_seconds_and_seen_at_once_by_who_wrote_it(db, django_assert_num_queries):
    actual.olvidar()
    with django_assert_num_queries(1):
        assert [actual.empresa().nombre for _n in range(3)] == ["", "", ""]

    Empresa(nombre="Nueva").save()

    assert actual.empresa().nombre == "Nueva"
