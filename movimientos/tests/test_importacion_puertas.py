"""An import through the page and the command, and what people take away from it."""

import contextlib
import csv
import io
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from lotes.models import Almacen
from movimientos.importacion import archivo, cabecera, plantillas, services
from movimientos.models import Importacion, Operacion
from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory
from pruebas.importaciones import CINCO, DOS, HOY, TRES, UNO, abrir_almacenes, decidir, existencias, problemas, subir


@pytest.fixture
def almacenes(db):
    abrir_almacenes()


def por_la_pagina(client, ruta, *respuestas):
    r = client.post("/importar/", {"archivo": SimpleUploadedFile(ruta.name, ruta.read_bytes()), "tipo": "existencias"})
    assert r.status_code == 302, r.content.decode()
    for datos in respuestas:
        assert client.post(r.url, datos).status_code == 302
    assert client.get(r.url).status_code == 200
    assert client.post(f"{r.url}confirmar/").status_code == 302
    assert client.get(r.url).status_code == 200
    return Importacion.objects.first()


def por_la_orden(ruta, *opciones):
    with contextlib.suppress(SystemExit):
        call_command("importar", str(ruta), "--usuario", "supervisor", "--confirmar", *opciones, stdout=io.StringIO())
    return Importacion.objects.first()


@pytest.mark.parametrize("puerta", ["pagina", "orden"])
def test_every_door_gives_the_same(client, supervisor, almacenes, puerta):
    ProductoFactory(sku="20-003", controla_caducidad=False)
    ProductoFactory(sku="30-001")
    client.force_login(supervisor)
    with time_machine.travel(datetime.combine(HOY, time(20), UTC)):
        for _vuelta in range(2):  # the second time posts nothing
            if puerta == "pagina":
                hechas = [
                    por_la_pagina(client, UNO, {"decision-D-mes_solo": "fin_de_mes"}),
                    por_la_pagina(client, DOS),
                    por_la_pagina(
                        client, TRES, {"decision-C-orden_de_fecha": "dia_primero", "decision-C-mes_solo": "fin_de_mes"}
                    ),
                    por_la_pagina(client, CINCO),
                ]
            else:
                hechas = [
                    por_la_orden(UNO, "--decision", "D=fin_de_mes"),
                    por_la_orden(DOS),
                    por_la_orden(TRES, "--decision", "C=dia_primero", "--decision", "C=fin_de_mes"),
                    por_la_orden(CINCO),
                ]
            assert [i.estado for i in hechas] == ["hecha"] * 4

    assert [i.totales["publicadas"] for i in hechas] == [0, 0, 0, 0]
    assert sum(existencias().values()) == 1250 + 40 + 12 + 8 + 143 + 13 + 10
    assert Operacion.objects.count() == 2 + 3 + 1 + 1


def test_what_is_wrong_can_be_downloaded_and_names_row_column_and_what_was_expected(client, supervisor):
    i = subir(CINCO, supervisor)
    client.force_login(supervisor)

    filas = list(csv.reader(io.StringIO(client.get(f"/importar/{i.pk}/errores/").getvalue().decode("utf-8-sig"))))

    assert filas[0] == ["Fila", "Columna", "Valor", "Resultado", "Qué pasa"]
    assert ["10", "E", "'-3", "Rechazada", "No puede ser negativa."] in filas
    assert ["6", "", "Subtotal", "Omitida", "Es una fila de totales: no se importa."] in filas


def test_a_value_that_another_separator_would_split_stays_one_cell(client, supervisor):
    i = subir(b'sku,nombre,lote,caducidad,cantidad\nA,Alfa,L,2030-01-31,"4;=1+1"\n', supervisor)
    client.force_login(supervisor)

    texto = client.get(f"/importar/{i.pk}/errores/").getvalue().decode("utf-8-sig")

    assert texto.splitlines()[1].startswith('"2","E","4;\'=1+1",')


def test_what_cannot_be_published_says_why_and_htmx_gets_the_whole_page(client, administrador):
    client.force_login(administrador)
    filas = f"sku,nombre,lote,caducidad,cantidad,almacén\nA,Alfa,L,2030-01-31,4,{'N' * 120}\n"
    i = decidir(subir(filas.encode(), administrador), administrador, almacenes="crear")

    r = client.post(f"/importar/{i.pk}/confirmar/", headers={"HX-Request": "true"})

    assert (r.status_code, r["HX-Refresh"]) == (204, "true")
    pagina = client.get(f"/importar/{i.pk}/").content.decode()
    assert "100 caracteres" in pagina
    assert "Lista para publicar" in pagina


def test_the_file_itself_is_not_read_to_show_what_became_of_it(client, supervisor):
    i = subir(CINCO, supervisor)
    client.force_login(supervisor)
    with CaptureQueriesContext(connection) as consultas:
        client.get(f"/importar/{i.pk}/")
        client.post(f"/importar/{i.pk}/", {"mapa-F": ""})

    hechas = [c["sql"] for c in consultas if "contenido" in c["sql"]]
    assert len(hechas) == 1  # to try it again
    assert hechas[0].startswith("SELECT")


def test_a_refused_file_says_why_and_leaves_nothing(client, supervisor):
    client.force_login(supervisor)

    r = client.post("/importar/", {"archivo": SimpleUploadedFile("a.csv", b'a,b\n1,"2'), "tipo": "existencias"})
    ilegible = client.post(
        "/importar/", {"archivo": SimpleUploadedFile("a.csv", b"sku;\x81\x8d\xff\n"), "tipo": "productos"}
    )

    assert (r.status_code, ilegible.status_code) == (302, 422)
    assert "No se entiende el texto" in ilegible.content.decode()
    assert Importacion.objects.count() == 1


@pytest.mark.parametrize("idioma", ["es", "en"])
@pytest.mark.parametrize("tipo", ["existencias", "productos"])
def test_a_template_is_understood_whole_in_its_language(client, supervisor, idioma, tipo):
    client.force_login(supervisor)
    with override(idioma):
        datos = plantillas.libro(tipo)

    abierto = archivo.abrir(datos)
    hallada = cabecera.hallar([celdas for _n, celdas in abierto.filas(abierto.hojas[0])], tipo)

    assert list(hallada.mapa.values()) == list(cabecera.CAMPOS[tipo])
    assert client.get(f"/importar/plantilla/{tipo}/").status_code == 200


@pytest.mark.parametrize("formato", ["csv", "xlsx"])
@pytest.mark.parametrize("idioma", ["es", "en"])
def test_an_export_of_ours_comes_in_again_unchanged(client, supervisor, almacenes, formato, idioma):
    norte = Almacen.objects.get(nombre="Norte")
    raro = ProductoFactory(sku="R-1", nombre="=1+1; raro")
    entrar(raro, "L-1", 7, 400, almacen=norte)
    entrar(raro, "-L2", 5, 40)
    client.force_login(supervisor)
    with override(idioma):
        exportado = client.get(
            "/reportes/existencias/", {"formato": formato, "agrupar": "lote"}, headers={"Accept-Language": idioma}
        )

    i = services.crear(usuario=supervisor, tipo="existencias", nombre="x", contenido=exportado.getvalue())

    assert (problemas(i), i.totales["omitidas"], i.totales["listas"]) == ({}, 2, 0)
    assert problemas(i, "omision") == {2: {"ya_publicada"}, 3: {"ya_publicada"}}
