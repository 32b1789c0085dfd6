"""Every page of a shop as it is: what machines read is spelled for them, what people read for people; links lead somewhere."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from movimientos.models import Operacion
from pruebas.accesos import PAGINAS
from pruebas.ciudad import COSTO, MAS, MINIMO, MUCHO, en_idioma, fundar
from pruebas.clientes import hoja
from pruebas.lectura import NUMERO, Lectura, mal_escritos, sin_agrupar
from pruebas.paseo import pasear, todos_los_lugares
from reportes.informes import REPORTES

IDIOMAS = pytest.mark.parametrize("idioma", ["es", "en"])
GRANDES = (MUCHO, MAS, MINIMO, 70_001, 12_345)


@pytest.fixture
def ciudad(db):
    return fundar(hoy=timezone.localdate())


@pytest.fixture(params=["es", "en"])
def cliente(request, client, ciudad, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    client.force_login(en_idioma(ciudad.usuario, request.param))
    return client


@pytest.mark.lento
def test_every_page_spells_for_machines_and_for_people(cliente, ciudad):
    fallos, vistas = [], set()
    for visita in pasear(cliente, *todos_los_lugares(ciudad.lugares), fuera="/admin/"):
        vistas.add(visita.lugar)
        if visita.respuesta.status_code not in {200, 302, 304}:
            fallos.append(f"{visita.lugar}: {visita.respuesta.status_code}")
        elif visita.es_pagina and not visita.respuesta.streaming:
            lectura = visita.lectura
            fallos += [f"{visita.lugar}: {x}" for x in mal_escritos(lectura)]
            fallos += [f"{visita.lugar}: for people: {x}" for x in sin_agrupar(lectura, GRANDES)]

    assert not fallos, "\n".join(fallos)
    assert len(vistas) > 2 * len([leen for leen, _ in PAGINAS.values() if leen])


@pytest.mark.lento
def test_the_admin_does_too(cliente, ciudad):
    fallos = []
    for visita in pasear(cliente, "/admin/", dentro="/admin/"):
        if visita.respuesta.status_code not in {200, 302}:
            fallos.append(f"{visita.lugar}: {visita.respuesta.status_code}")
        elif visita.es_pagina:
            fallos += [f"{visita.lugar}: {x}" for x in mal_escritos(visita.lectura, ajena=True)]

    assert not fallos, "\n".join(fallos)


def test_what_a_form_gives_back_and_a_fragment_answers_do_too(cliente, ciudad):
    lote, sku = ciudad.lote, ciudad.producto.sku
    caducado = ciudad.producto.lotes.get(codigo="AYER")
    respuestas = [
        cliente.post("/despacho/plan/", hoja({"producto": sku, "cantidad": MUCHO})),
        cliente.post("/despacho/", hoja({"producto": sku, "cantidad": MAS})),
        cliente.post("/salida/", hoja({"producto": sku, "lote": lote.codigo, "cantidad": MAS})),
        cliente.post("/entrada/", hoja({"producto": sku, "cantidad": MUCHO, "costo_unitario": "1234.5678"})),
        cliente.get(f"/salida/?lote={lote.pk}"),
        cliente.get(f"/entrada/?producto={ciudad.producto.pk}"),
        cliente.get("/productos/sugerencias/?q=GRAN"),
        cliente.get(f"/lotes/sugerencias/?producto={sku}&q=L"),
        cliente.post(
            "/admin/lotes/lote/",
            {"action": "retener", "_selected_action": [caducado.pk]},
            headers={"Host": "testserver"},
        ),
    ]
    for respuesta in respuestas:
        assert respuesta.status_code < 500
        lectura = Lectura(respuesta.content.decode())
        assert list(mal_escritos(lectura)) == []
        assert list(sin_agrupar(lectura, GRANDES)) == []
    # The number that was typed is the number that comes back.
    assert any(a.nombre == "value" and a.valor == str(MAS) for a in Lectura(respuestas[1].content.decode()).atributos)


@IDIOMAS
@pytest.mark.django_db
def test_files_and_the_api_spell_for_machines_in_any_language(client, idioma, ciudad):
    client.force_login(en_idioma(ciudad.usuario, idioma))
    for nombre, reporte in REPORTES.items():
        pregunta = {"producto": ciudad.producto.pk} if reporte.exige_producto else {}
        archivo = client.get(f"/reportes/{nombre}/", pregunta | {"formato": "csv"})
        texto = b"".join(archivo.streaming_content if archivo.streaming else [archivo.content]).decode("utf-8-sig")
        filas = list(csv.reader(io.StringIO(texto)))
        cifras = [celda for fila in filas[1:] for celda in fila if re.fullmatch(r"[-−]?\d[\d.,\s]*", celda)]

        assert [c for c in cifras if not NUMERO.fullmatch(c)] == [], nombre
        assert cifras or len(filas) < 2, nombre
    cuerpo = client.get(f"/api/v1/productos/{ciudad.producto.pk}/").content.decode()
    lote = json.loads(client.get(f"/api/v1/lotes/{ciudad.lote.pk}/").content)
    assert f'"stock_minimo":{MINIMO}' in cuerpo
    assert NUMERO.fullmatch(lote["costo_unitario"])
    assert Decimal(lote["costo_unitario"]) == COSTO


@IDIOMAS
def test_the_daily_email_spells_for_people_and_its_attachment_for_machines(idioma, ciudad):
    en_idioma(ciudad.usuario, idioma)

    call_command("enviar_resumen")

    [correo] = mail.outbox
    html, _tipo = correo.alternatives[0]
    [(nombre, adjunto, _mime)] = correo.attachments
    filas = list(csv.reader(io.StringIO(adjunto.decode("utf-8-sig") if isinstance(adjunto, bytes) else adjunto)))
    assert list(sin_agrupar(Lectura(html), GRANDES)) == []
    assert re.search(rf"\({MUCHO // 1000}.{MUCHO % 1000}\D", correo.body)
    assert nombre == f"alertas-{timezone.localdate().isoformat()}.csv"
    assert {fila[-1] for fila in filas[1:]} > {str(MUCHO)}
    assert all(re.fullmatch(r"\d+", fila[-1]) for fila in filas[1:])


def test_the_ids_of_a_shop_are_high_and_no_two_tables_share_them(ciudad):
    ids = [fila.pk for fila in ciudad.lugares.values()]

    assert min(ids) >= 5_000
    assert max(ids) > 1_000_000
    assert len({pk // 500 for pk in ids}) == len(ids)
    assert Operacion.objects.order_by("pk").first().pk >= 5_000


@pytest.mark.parametrize(
    "mala",
    [
        '<input value="1\xa0228">', '<a href="?lote=1,228">', '<input type="date" value="10/05/2026">',
        '<rect x="12,5">', '<div data-x=\'{"a": 1,5}\'>', '<input type="number" max="10.000,5">',
        '<a href="/lotes/1.228.000/">', '<option value="None">', '<time datetime="10 de mayo de 2026">',
        '<button hx-get="/lotes/?pagina=1%C2%A0228">', '<div style="--n: 12,5">',
    ],
)  # fmt: skip
def test_the_reader_sees_what_is_spelled_for_people(mala):
    """What the other tests rest on."""
    assert list(mal_escritos(Lectura(mala)))
