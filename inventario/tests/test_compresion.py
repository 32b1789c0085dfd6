"""What a browser downloads is compressed, safely, and what was right uncompressed still is."""

import csv
import gzip
import io
import itertools
import json
import random
import zlib

import pytest
from django.urls import reverse

from inventario.plataforma.compresion import CompresionMiddleware
from pruebas.ayudas import entrar, nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.factories import ProductoFactory, UsuarioFactory

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def cliente(client, supervisor):
    client.force_login(supervisor)
    return client


@pytest.fixture
def lotes(db):
    producto = ProductoFactory()
    return [nuevo_lote(producto, f"L{n}", 1, n + 1) for n in range(30)]


@pytest.mark.parametrize("ruta", ["panel", "alertas:lista", "productos:lista", "lotes:lista", "reportes:indice"])
def test_a_page_comes_compressed_to_who_accepts_it_and_says_on_what_it_depends(cliente, lotes, ruta):
    llana = cliente.get(reverse(ruta))
    corta = cliente.get(reverse(ruta), headers=GZIP)

    assert "Content-Encoding" not in llana
    assert corta["Content-Encoding"] == "gzip"
    assert int(corta["Content-Length"]) == len(corta.content) < len(llana.content) / 3
    assert b"</html>" in gzip.decompress(corta.content)
    assert all("Accept-Encoding" in r["Vary"] for r in (llana, corta))


def test_the_length_of_a_page_that_repeats_what_a_stranger_sent_is_not_its_own(cliente, lotes):
    largos = {len(cliente.get("/lotes/?buscar=adivino", headers=GZIP).content) for _ in range(20)}

    assert len(largos) > 5
    assert CompresionMiddleware.max_random_bytes == 100


def test_a_poll_is_304_with_the_mark_of_a_compressed_answer(cliente, lotes):
    htmx = GZIP | {"HX-Request": "true"}
    primera = cliente.get(reverse("panel"), headers=htmx)
    segunda = cliente.get(reverse("panel"), headers=htmx | {"If-None-Match": primera["ETag"]})
    # As static/js/refresco.js asks: with the mark that is in the page.
    tercera = cliente.get(reverse("panel"), headers=htmx | {"If-None-Match": primera["ETag"].removeprefix("W/")})

    assert primera["ETag"].startswith('W/"')
    assert [(r.status_code, r.content) for r in (segunda, tercera)] == [(304, b"")] * 2
    assert "Accept-Encoding" in segunda["Vary"]


def test_an_export_still_streams_and_says_the_same(cliente, lotes):
    lugar = reverse("reportes:reporte", args=["existencias"]) + "?agrupar=lote&formato=csv"
    llano = b"".join(cliente.get(lugar).streaming_content)
    respuesta = cliente.get(lugar, headers=GZIP)

    assert respuesta.streaming
    assert respuesta["Content-Encoding"] == "gzip"
    assert "Content-Length" not in respuesta
    assert gzip.decompress(b"".join(respuesta.streaming_content)) == llano
    assert len(list(csv.reader(io.StringIO(llano.decode())))) == 31


def test_a_stream_without_end_is_compressed_as_it_comes(rf):
    from django.http import StreamingHttpResponse

    pedazos = itertools.count()
    sin_fin = StreamingHttpResponse(
        ("".join(f"{random.random()}\n" for _ in range(1000)) for n in pedazos), content_type="text/csv"
    )
    respuesta = CompresionMiddleware(lambda r: sin_fin)(rf.get("/", headers=GZIP))

    leido, abierto = b"", zlib.decompressobj(31)
    for trozo in itertools.islice(respuesta.streaming_content, 50):
        leido += abierto.decompress(trozo)

    assert leido.count(b"\n") > 10_000
    assert next(pedazos) < 500  # it read little ahead of what it gave


def test_a_workbook_is_not_compressed_twice(cliente, lotes):
    respuesta = cliente.get(reverse("reportes:reporte", args=["existencias"]) + "?formato=xlsx", headers=GZIP)

    assert "Content-Encoding" not in respuesta
    assert b"".join(respuesta.streaming_content).startswith(b"PK")


def test_who_read_a_compressed_copy_may_edit_it_with_its_mark(db):
    api = ClienteAPI(UsuarioFactory(is_superuser=True))
    producto = ProductoFactory(descripcion="de " * 200)
    entrar(producto)
    lugar = f"/api/v1/productos/{producto.pk}/"

    leida = api("get", lugar, Accept_Encoding="gzip")
    viejo = leida["ETag"]
    cambiada = api("patch", lugar, {"nombre": "Otro"}, If_Match=viejo)
    tarde = api("patch", lugar, {"nombre": "Tarde"}, If_Match=viejo)

    assert (leida["Content-Encoding"], viejo[:3]) == ("gzip", 'W/"')
    assert json.loads(gzip.decompress(leida.content))["id"] == producto.pk
    assert (cambiada.status_code, tarde.status_code) == (200, 412)
