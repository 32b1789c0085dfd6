"""Count sessions over HTTP."""

import pytest

from pruebas.ayudas import nuevo_lote, sacar
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, ProductoFactory, UsuarioFactory

pytestmark = pytest.mark.django_db
TODO = {"almacen": None}


@pytest.fixture
def producto():
    return ProductoFactory(sku="AMOX", gtin="07501234567893")


@pytest.fixture
def lote(producto):
    return nuevo_lote(producto, "A-1", 100)


@pytest.fixture
def cuenta(operador):
    return ClienteAPI(operador)


@pytest.fixture
def aprueba(supervisor):
    return ClienteAPI(supervisor)


def test_a_session_from_its_opening_to_its_approval(cuenta, aprueba, lote, almacen):
    abierto = cuenta.post(
        "conteos/",
        {"almacen": almacen.pk, "productos": [lote.producto_id], "umbral_unidades": 5, "umbral_valor": "500"},
    )
    assert abierto.status_code == 201
    conteo = abierto.json()
    esperado = {"almacen": almacen.pk, "estado": "abierto", "a_ciegas": True, "lineas": 1, "contadas": 0}
    assert conteo.items() >= {**esperado, "abierto_por": "operador", "umbral_valor": "500.000000"}.items()
    assert conteo["alcance"]["productos"] == [lote.producto_id]
    ruta = f"conteos/{conteo['id']}/"

    contada = cuenta.post(f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 98, "secuencia": 1})
    sacar(lote, 30)
    assert contada.status_code == 201
    assert (contada.json()["saldo"], contada.json()["diferencia"], contada.json()["conteos"][0]["cantidad"]) == (
        None,
        None,
        98,
    )
    assert cuenta.post(f"{ruta}cerrar/", {}).json()["estado"] == "cerrado"
    [linea] = cuenta.get(f"{ruta}lineas/").json()["resultados"]
    assert (linea["saldo"], linea["diferencia"], linea["movido"], linea["secuencia"]) == (100, -2, -30, 2)

    hecho = aprueba.post(f"{ruta}aprobar/", {"nota": "bien"})

    assert hecho.status_code == 201
    cuerpo = hecho.json()
    assert (cuerpo["tipo"], cuerpo["operaciones"], cuerpo["conteo"]) == ("ajuste", [cuerpo["id"]], conteo["id"])
    assert [(m["cantidad"], m["saldo"], m["movido"]) for m in cuerpo["movimientos"]] == [(-2, 68, -30)]
    despues = aprueba.get(ruta).json()
    assert (despues["estado"], despues["contadas"], despues["aprobado_por"]) == ("aprobado", 1, "supervisor")
    [linea] = cuenta.get(f"{ruta}lineas/").json()["resultados"]
    assert (linea["operacion"], linea["movido"]) == (cuerpo["id"], -30)
    tarde = cuenta.post(f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 98, "secuencia": 1})
    assert (tarde.status_code, tarde.json()["codigo"]) == (409, "conteo_cerrado")


def test_nobody_approves_their_own_and_the_refusals_name_the_lines(aprueba, lote):
    ruta = f"conteos/{aprueba.post('conteos/', TODO).json()['id']}/"
    otro = ClienteAPI(UsuarioFactory(is_superuser=True))
    aprueba.post(f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 50})
    aprueba.post(f"{ruta}cerrar/", {})

    falta = aprueba.post(f"{ruta}aprobar/", {})
    assert (falta.status_code, falta.json()["codigo"]) == (409, "recuento_pendiente")
    assert falta.json()["por_contar"][0]["lote_codigo"] == "A-1"
    otro.post(f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 50})
    mismo = aprueba.post(f"{ruta}aprobar/", {})

    assert (mismo.status_code, mismo.json()["codigo"]) == (409, "conteo_mismo_usuario")


def test_every_door_answers_a_repetition_and_refuses_another_body(cuenta, aprueba, lote):
    def dos_veces(api, ruta, cuerpo):
        clave = {"Idempotency_Key": "k" + ruta.replace("/", "-")}
        una, otra = (api.post(ruta, cuerpo, **clave) for _ in range(2))
        assert (una.status_code, otra.status_code, otra["Idempotency-Replayed"]) == (201, 201, "true")
        assert una.content == otra.content
        return una.json()

    ruta = f"conteos/{dos_veces(cuenta, 'conteos/', TODO)['id']}/"
    dos_veces(cuenta, f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 98})
    otro = cuenta.post(
        f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 97}, Idempotency_Key=f"k{ruta.replace('/', '-')}lineas-"
    )
    assert otro.status_code == 422
    assert [cuenta.post(f"{ruta}cerrar/", {}).status_code for _ in range(2)] == [200, 200]
    dos_veces(aprueba, f"{ruta}aprobar/", {})


def test_a_line_is_counted_by_its_code(cuenta, lote):
    ruta = f"conteos/{cuenta.post('conteos/', TODO).json()['id']}/lineas/"

    for codigo in ("A-1", "7501234567893", "AMOX", "]d20107501234567893" + "10A-1"):
        assert cuenta.post(ruta, {"codigo": codigo, "cantidad": 98}).json()["lote"] == lote.pk, codigo
    nuevo_lote(lote.producto, "B-2", 5, almacen=AlmacenFactory())
    assert cuenta.post(ruta, {"codigo": "B-2", "cantidad": 1}).json()["hallada"] is True
    for malo in ("AMOX", "nada", "]d20107501234567893" + "10ZZ"):
        r = cuenta.post(ruta, {"codigo": malo, "cantidad": 98})
        assert (r.status_code, list(r.json()["errores"])) == (400, ["codigo"]), malo


@pytest.mark.parametrize(
    "cuerpo",
    [
        {},
        {"cantidad": 1},
        {"lote": 999999, "cantidad": 1},
        {"lote": 1, "codigo": "A", "cantidad": 1},
        {"cantidad": -1},
        {"cantidad": 1.0},
        {"cantidad": 1, "secuencia": 99},
        {"cantidad": 1, "hace": -1},
        {"cantidad": 1, "hace": 10**9},
        {"cantidad": 1, "almacen": 999999},
        {"cantidad": 1, "otro": 1},
    ],
)
def test_a_wrong_number_is_400(cuenta, lote, cuerpo):
    ruta = f"conteos/{cuenta.post('conteos/', TODO).json()['id']}/lineas/"
    if "lote" not in cuerpo and (len(cuerpo) > 1 or cuerpo.get("cantidad", 0) < 0):
        cuerpo = {"lote": lote.pk, **cuerpo}

    assert cuenta.post(ruta, cuerpo).status_code == 400


def test_while_blind_nobody_sees_the_books_nor_the_numbers_of_others(cuenta, aprueba, lote):
    ruta = f"conteos/{cuenta.post('conteos/', TODO).json()['id']}/"
    cuenta.post(f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 98})

    [propia], [ajena] = (api.get(f"{ruta}lineas/").json()["resultados"] for api in (cuenta, aprueba))

    assert (len(propia["conteos"]), ajena["conteos"], ajena["saldo"], ajena["diferencia"]) == (1, [], None, None)
    aprueba("PATCH", ruta, {"nota": "x"})
    assert aprueba("PATCH", ruta, {"a_ciegas": False}).json()["codigo"] == "cambio_imposible"
    abierta = f"conteos/{cuenta.post('conteos/', {**TODO, 'a_ciegas': False}).json()['id']}/lineas/"
    assert cuenta.get(abierta).json()["resultados"][0]["saldo"] == 100


def test_lines_are_filtered_and_walked(cuenta, lote, django_assert_max_num_queries):
    for i in range(5):
        nuevo_lote(lote.producto, f"L{i}", 1)
    ruta = f"conteos/{cuenta.post('conteos/', TODO).json()['id']}/lineas/"
    cuenta.post(ruta, {"lote": lote.pk, "cantidad": 98})

    with django_assert_max_num_queries(10):  # token (2), session, count, lines, numbers, balances, corrections
        todas = cuenta.get(ruta).json()
    assert (todas["total"], [x["lote_codigo"] for x in todas["resultados"]][:2]) == (6, ["A-1", "L0"])
    assert [x["lote"] for x in cuenta.get(f"{ruta}?estado=contada").json()["resultados"]] == [lote.pk]
    assert len(cuenta.get(f"{ruta}?por_pagina=2").json()["resultados"]) == 2
    assert cuenta.get("conteos/?estado=abierto").json()["total"] == 1
    assert cuenta.get("conteos/999999/lineas/").status_code == 404
    assert cuenta.get(f"{ruta}?estado=otro").status_code == 400


def test_what_lies_elsewhere_is_proposed_and_brought(aprueba, lote, almacen):
    alla = AlmacenFactory()
    ruta = f"conteos/{aprueba.post('conteos/', {'almacen': alla.pk}).json()['id']}/"
    aprueba.post(f"{ruta}lineas/", {"lote": lote.pk, "cantidad": 4})
    aprueba.post(f"{ruta}cerrar/", {})
    [propuesta] = aprueba.get(f"{ruta}hallazgos/").json()

    traido = aprueba.post(f"{ruta}hallazgos/", {"linea": propuesta["linea"], "almacen": propuesta["almacen"]})

    assert (propuesta["almacen"], propuesta["cantidad"]) == (almacen.pk, 4)
    assert (traido.status_code, traido.json()["motivo"]) == (201, "hallazgo")
    assert aprueba.get(f"{ruta}hallazgos/").json() == []
    assert aprueba.post(f"{ruta}hallazgos/", {"linea": 999999, "almacen": almacen.pk}).status_code == 400
    assert aprueba.post(f"{ruta}aprobar/", {}).json()["movimientos"] == []
