"""An import over HTTP: what API.md calls each thing, and the same rows as through any door."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inventario.cuentas import tokens
from movimientos.models import Operacion
from pruebas.contrato import diferencias, documento
from pruebas.factories import ProductoFactory
from pruebas.importaciones import CINCO, DOS, ESPERADO, HOY, TRES, UNO, abrir_almacenes, existencias


@pytest.fixture
def api(supervisor):
    """Ask as a supervisor: the answer is as the document says."""
    cabecera = f"Token {tokens.crear(usuario=supervisor)[1]}"
    cliente = Client(headers={"Authorization": cabecera})

    def pedir(metodo, ruta, datos=None, **cabeceras):
        tipo = {"content_type": "application/json"} if metodo == "patch" else {}
        r = getattr(cliente, metodo)(
            f"/api/v1/importaciones/{ruta}", datos, headers={"Authorization": cabecera, **cabeceras}, **tipo
        )
        if r.status_code < 300 and r["Content-Type"] == "application/json" and "resultados" not in r.json():
            assert diferencias(r.json(), documento()["components"]["schemas"]["ImportacionRespuesta"]) == []
        return r

    with time_machine.travel(datetime.combine(HOY, time(20), UTC), tick=False):
        yield pedir


def archivo(ruta):
    return {"archivo": SimpleUploadedFile(ruta.name, ruta.read_bytes()), "tipo": "existencias"}


def importar(api, ruta, *cambios):
    r = api("post", "", archivo(ruta))
    assert r.status_code == 201, r.content
    pk = r.json()["id"]
    for cambio in cambios:
        r = api("patch", f"{pk}/", cambio)
        assert r.status_code == 200, r.content
    assert (r.json()["estado"], r.json()["pendientes"]) == ("ensayada", [])
    r = api("post", f"{pk}/confirmar/")
    assert r.status_code == 200, r.content
    return r.json()


def test_the_given_files_give_what_they_must_twice_in_a_row(api):
    abrir_almacenes()
    ProductoFactory(sku="20-003", controla_caducidad=False)
    ProductoFactory(sku="30-001")
    for vuelta in range(2):
        hechas = [
            importar(api, UNO, {"decisiones": {"D": "fin_de_mes"}}),
            importar(api, DOS),
            importar(api, TRES, {"decisiones": {"C": "dia_primero"}}, {"decisiones": {"C": "fin_de_mes"}})
            if vuelta == 0
            else importar(api, TRES),
            importar(api, CINCO),
        ]
        for h in hechas:
            t = h["totales"]
            assert (h["estado"], t["filas"]) == ("hecha", t["publicadas"] + t["omitidas"] + t["rechazadas"])
        assert [bool(h["totales"]["operaciones"]) for h in hechas] == [vuelta == 0] * 4

    lineas = ESPERADO[DOS.name]["lineas"]
    assert {(s, a): n for (s, lote, a), n in existencias().items() if s == "20-003"} == {
        (s, a): n for s, _lote, _caduca, a, n in lineas if s == "20-003"
    }
    assert sum(existencias().values()) == 1250 + 40 + 12 + 8 + sum(x[4] for x in lineas) + 13 + 10


def test_what_waits_is_said_column_by_column(api):
    cuerpo = api("post", "", archivo(TRES)).json()

    assert (cuerpo["estado"], cuerpo["pendientes"]) == ("leida", ["C"])
    assert [(c["columna"], c["titulo"], c["campo"]) for c in cuerpo["columnas"]] == [
        ("A", "sku", "sku"),
        ("B", "lote", "lote"),
        ("C", "caduca", "fecha_caducidad"),
        ("D", "cantidad", "cantidad"),
    ]
    assert cuerpo["columnas"][2]["decision"] == {
        "codigo": "orden_de_fecha",
        "opciones": ["dia_primero", "mes_primero"],
        "elegida": None,
    }
    r = api("post", f"{cuerpo['id']}/confirmar/")
    assert (r.status_code, r.json()["codigo"]) == (409, "importacion_pendiente")


def test_rows_say_what_is_wrong_and_a_done_import_is_done(api):
    pk = importar(api, CINCO)["id"]

    filas = api("get", f"{pk}/errores/").json()["resultados"]
    assert {"fila": 10, "columna": "E", "valor": "-3", "codigo": "cantidad_negativa", "clase": "error",
            "detail": "No puede ser negativa."} in filas  # fmt: skip
    assert {f["codigo"] for f in filas} >= {"caducidad_distinta", "fila_de_total"}
    assert api("get", f"{pk}/errores/", {"formato": "csv"})["Content-Type"].startswith("text/csv")
    omitidas = api("get", f"{pk}/errores/", {"formato": "csv", "clase": "omision"}).getvalue().decode("utf-8-sig")
    assert [x.split(",")[0] for x in omitidas.splitlines()] == ["Fila", "6", "8", "13"]
    assert {f["clase"] for f in api("get", f"{pk}/errores/", {"clase": "omision"}).json()["resultados"]} == {"omision"}
    r = api("post", f"{pk}/confirmar/")
    assert (r.status_code, r.json()["codigo"]) == (409, "importacion_ya_hecha")
    assert Operacion.objects.count() == 1


def test_a_changed_map_is_tried_and_one_that_makes_no_sense_is_400(api):
    pk = api("post", "", archivo(CINCO)).json()["id"]
    etag = api("get", f"{pk}/")["ETag"]

    r = api("patch", f"{pk}/", {"mapa": {"F": ""}}, **{"If-Match": etag})
    assert (r.status_code, r.json()["columnas"][5]["campo"]) == (200, None)
    assert api("patch", f"{pk}/", {"mapa": {"F": "costo_unitario"}}, **{"If-Match": etag}).status_code == 412
    debil = "W/" + api("get", f"{pk}/")["ETag"].removeprefix("W/")  # as what compresses an answer leaves it
    assert api("patch", f"{pk}/", {"mapa": {"F": ""}}, **{"If-Match": debil}).status_code == 200
    for malo in (
        {"mapa": {"Z": "sku"}},
        {"mapa": {"B": "sku"}},
        {"decisiones": {"D": "nada"}},
        {"hoja": "otra"},
        {"fila_cabecera": 900},
        {"x": 1},
    ):
        assert api("patch", f"{pk}/", malo).status_code == 400, malo


@pytest.mark.parametrize(
    ("datos", "estado"),
    [
        ({}, 400),
        ({"tipo": "existencias"}, 400),
        ({"archivo": SimpleUploadedFile("a.csv", b"a;b"), "tipo": "otra"}, 400),
    ],
)
def test_a_request_without_its_parts_is_400(api, datos, estado):
    assert api("post", "", datos).status_code == estado


def test_what_is_no_spreadsheet_is_415(api):
    r = api("post", "", {"archivo": SimpleUploadedFile("a.csv", b"%PDF-1.7\n\x01\x02"), "tipo": "existencias"})

    assert r.status_code == 415
