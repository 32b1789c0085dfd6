"""Operations over HTTP: one happy path and one refusal each, and what a repeat answers."""

import pytest
from django.db import connection
from django.utils import timezone

from lotes.models import Lote
from movimientos.models import Movimiento, Operacion
from pruebas.ayudas import hoy_mas
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


def dentro_de(dias):
    return str(hoy_mas(dias))


@pytest.fixture
def api(supervisor):
    return ClienteAPI(supervisor)


@pytest.fixture
def producto(db):
    return ProductoFactory(sku="AMOX500")


@pytest.fixture
def lote(api, producto):
    linea = {"producto": producto.pk, "lote": "A-1", "fecha_caducidad": dentro_de(90), "cantidad": 200}
    api.post("entradas/", {"lineas": [linea | {"costo_unitario": "0.12"}]})
    return Lote.objects.get()


def test_an_entry_answers_the_operation_and_its_lines(api, producto, almacen):
    linea = {"producto": producto.pk, "lote": " a-1", "fecha_caducidad": dentro_de(90), "cantidad": 200}

    r = api.post("entradas/", {"motivo": "compra", "contraparte": "Norte", "documento": "F-1", "lineas": [linea]})

    assert r.status_code == 201
    operacion = Operacion.objects.get()
    movimiento = Movimiento.objects.get()
    assert r.json() == {
        "id": operacion.pk,
        "tipo": "entrada",
        "motivo": "compra",
        "almacen": almacen.pk,
        "almacen_destino": None,
        "contraparte": "Norte",
        "documento": "F-1",
        "nota": "",
        "usuario": "supervisor",
        "fecha_efectiva": str(timezone.localdate()),
        "registrada_en": timezone.localtime(operacion.registrada_en).isoformat(),
        "revierte": None,
        "revertida_por": None,
        "movimientos": [
            {
                "id": movimiento.pk,
                "producto": producto.pk,
                "lote": movimiento.lote_id,
                "lote_codigo": "A-1",
                "fecha_caducidad": dentro_de(90),
                "almacen": almacen.pk,
                "cantidad": 200,
                "saldo": 200,
                "secuencia": 1,
                "excepcion_fefo": False,
            }
        ],
        "faltantes": [],
    }


def test_an_entry_of_a_known_lot_with_another_expiry_is_refused_with_both_dates(api, producto, lote):
    linea = {"producto": producto.pk, "lote": "A-1", "fecha_caducidad": dentro_de(91), "cantidad": 1}

    r = api.post("entradas/", {"lineas": [linea]})

    assert (r.status_code, r["Content-Type"]) == (409, "application/problem+json")
    cuerpo = r.json()
    assert (cuerpo["codigo"], cuerpo["registrada"], cuerpo["recibida"]) == (
        "caducidad_distinta",
        dentro_de(90),
        dentro_de(91),
    )
    assert cuerpo["id_solicitud"] == r["X-Request-ID"]


def test_an_entry_of_a_known_lot_with_another_date_of_manufacture_is_refused_with_both(api, producto, lote):
    linea = {"producto": producto.pk, "lote": "A-1", "cantidad": 1}

    dichas = [api.post("entradas/", {"lineas": [linea | {"fecha_fabricacion": dentro_de(-n)}]}) for n in (40, 40, 41)]

    assert [r.status_code for r in dichas] == [201, 201, 409]
    assert dichas[2].json().items() >= {
        "codigo": "fabricacion_distinta", "lote": lote.pk, "registrada": dentro_de(-40), "recibida": dentro_de(-41),
    }.items()  # fmt: skip
    assert api.get(f"lotes/{lote.pk}/").json()["fecha_fabricacion"] == dentro_de(-40)


def test_a_dispatch_by_sku_takes_the_stock(api, lote):
    r = api.post("despachos/", {"contraparte": "Piso 3", "lineas": [{"sku": "amox500", "cantidad": 50}]})

    assert r.status_code == 201
    assert [(m["lote"], m["cantidad"], m["saldo"]) for m in r.json()["movimientos"]] == [(lote.pk, -50, 150)]


def test_a_dispatch_that_falls_short_gives_the_numbers_of_the_plan(api, producto, lote):
    pedido = {"lineas": [{"producto": producto.pk, "cantidad": 250}]}

    plan = api.post("despachos/plan/", pedido)
    r = api.post("despachos/", pedido)

    assert plan.status_code == 200
    assert plan.json() == {
        "completo": False,
        "lineas": [
            {
                "producto": producto.pk,
                "pedido": 250,
                "asignado": 200,
                "falta": 50,
                "lotes": [
                    {
                        "lote": lote.pk,
                        "lote_codigo": "A-1",
                        "almacen": Movimiento.objects.get().almacen_id,
                        "fecha_caducidad": dentro_de(90),
                        "cantidad": 200,
                        "quedan": 0,
                    }
                ],
                "omitidos": [],
            }
        ],
    }
    assert (r.status_code, r.json()["codigo"]) == (409, "stock_insuficiente")
    assert r.json()["lineas"] == [
        {"producto": producto.pk, "pedido": 250, "disponible": 200, "falta": 50, "omitidos": []}
    ]
    assert Movimiento.objects.count() == 1


def test_a_partial_dispatch_says_what_is_missing(api, producto, lote):
    r = api.post("despachos/", {"parcial": True, "lineas": [{"producto": producto.pk, "cantidad": 250}]})

    assert r.status_code == 201
    assert r.json()["faltantes"] == [{"producto": producto.pk, "pedido": 250, "despachado": 200, "falta": 50}]


def test_an_exit_says_its_reason(api, lote):
    bien = api.post("salidas/", {"motivo": "merma", "lineas": [{"lote": lote.pk, "cantidad": 5}]})
    mal = api.post("salidas/", {"lineas": [{"lote": lote.pk, "cantidad": 5}]})
    otro = api.post("salidas/", {"motivo": "compra", "lineas": [{"lote": lote.pk, "cantidad": 5}]})

    assert (bien.status_code, bien.json()["movimientos"][0]["saldo"]) == (201, 195)
    assert (mal.status_code, list(mal.json()["errores"])) == (400, ["motivo"])
    assert (otro.status_code, otro.json()["codigo"]) == (409, "motivo_incompatible")


def test_a_held_lot_does_not_leave_for_consumption(api, lote):
    api.post(f"lotes/{lote.pk}/retener/", {"nota": "duda"})

    r = api.post("salidas/", {"motivo": "consumo_interno", "lineas": [{"lote": lote.pk, "cantidad": 5}]})

    assert (r.status_code, r.json()["codigo"], r.json()["razon"]) == (409, "lote_no_despachable", "cuarentena")


def test_a_count_sets_the_balance(api, lote):
    r = api.post("ajustes/", {"motivo": "conteo", "lineas": [{"lote": lote.pk, "cantidad": 198}]})
    cero = api.post("ajustes/", {"lineas": [{"lote": lote.pk, "cantidad": 0}]})

    assert [(m["cantidad"], m["saldo"]) for m in r.json()["movimientos"]] == [(-2, 198)]
    assert [(m["cantidad"], m["saldo"]) for m in cero.json()["movimientos"]] == [(-198, 0)]


def test_a_transfer_moves_between_warehouses(api, lote, almacen):
    destino = AlmacenFactory()

    r = api.post("traslados/", {"almacen_destino": destino.pk, "lineas": [{"lote": lote.pk, "cantidad": 50}]})
    mal = api.post("traslados/", {"almacen_destino": 999999, "lineas": [{"lote": lote.pk, "cantidad": 50}]})

    assert [(m["almacen"], m["cantidad"]) for m in r.json()["movimientos"]] == [(almacen.pk, -50), (destino.pk, 50)]
    assert (mal.status_code, list(mal.json()["errores"])) == (400, ["almacen_destino"])


def test_a_reversal_happens_once(api, lote):
    entrada = Operacion.objects.get()

    uno = api.post(f"operaciones/{entrada.pk}/revertir/", {"nota": "era otro"})
    dos = api.post(f"operaciones/{entrada.pk}/revertir/", {"nota": "era otro"})

    assert (uno.status_code, uno.json()["revierte"]) == (201, entrada.pk)
    assert (dos.status_code, dos.json()["codigo"]) == (409, "ya_revertida")
    assert dos.json()["revertida_por"] == uno.json()["id"]
    assert api.get(f"operaciones/{entrada.pk}/").json()["revertida_por"] == uno.json()["id"]


@pytest.mark.parametrize(
    ("ruta", "extra"),
    [
        ("entradas/", {}),
        ("salidas/", {"motivo": "merma"}),
        ("despachos/", {}),
        ("ajustes/", {}),
        ("traslados/", {}),
        ("operaciones/{operacion}/revertir/", {"nota": "x"}),
    ],
)
def test_a_repeated_key_answers_the_same_and_another_body_is_refused(api, producto, lote, ruta, extra):
    ruta = ruta.format(operacion=Operacion.objects.get().pk)
    cuerpo = dict(extra)
    if "operaciones" not in ruta:
        linea = {"cantidad": 5}
        linea |= {"producto": producto.pk} if ruta in ("entradas/", "despachos/") else {"lote": lote.pk}
        if ruta == "entradas/":
            linea |= {"lote": "A-1"}
        cuerpo["lineas"] = [linea]
    if ruta == "traslados/":
        cuerpo["almacen_destino"] = AlmacenFactory().pk

    uno = api.post(ruta, cuerpo, Idempotency_Key="k-1")
    if ruta == "entradas/":  # a replay says what the first answer said, even once it was reversed
        api.post(f"operaciones/{uno.json()['id']}/revertir/", {"nota": "x"})
    antes = Movimiento.objects.count()
    dos = api.post(ruta, cuerpo, Idempotency_Key="k-1")
    otro = api.post(ruta, {**cuerpo, "nota": "distinta"}, Idempotency_Key="k-1")

    assert (uno.status_code, dos.status_code) == (201, 201)
    assert dos.json() == uno.json()
    assert ("Idempotency-Replayed" in uno, dos["Idempotency-Replayed"]) == (False, "true")
    assert (otro.status_code, otro.json()["codigo"]) == (422, "clave_reutilizada")
    assert Movimiento.objects.count() == antes


@pytest.mark.parametrize("clave", ["", "a" * 65, "a b", "ñ", "a\tb"])
def test_a_malformed_key_is_refused(api, producto, lote, clave):
    r = api.post("despachos/", {"lineas": [{"producto": producto.pk, "cantidad": 5}]}, Idempotency_Key=clave)

    assert (r.status_code, list(r.json()["errores"])) == (400, ["Idempotency-Key"])
    assert Movimiento.objects.count() == 1


def test_the_ledger_is_read_only(api, lote):
    movimiento = Movimiento.objects.get()
    for metodo in ("PUT", "PATCH", "DELETE", "POST"):
        r = api(metodo, "movimientos/", {})
        assert (r.status_code, r.json()["codigo"]) == (405, "metodo_no_permitido")
    for metodo in ("PUT", "PATCH", "DELETE"):
        assert api(metodo, f"operaciones/{movimiento.operacion_id}/", {}).status_code == 405
    assert Movimiento.objects.get().huella == movimiento.huella


def test_a_cursor_walks_the_ledger_both_ways_without_repeating(api, producto, lote):
    for _ in range(4):
        api.post("despachos/", {"lineas": [{"producto": producto.pk, "cantidad": 1}]})
    todos = list(Movimiento.objects.order_by("-pk").values_list("pk", flat=True))

    paginas = [api.get("movimientos/?por_pagina=2").json()]
    api.post("despachos/", {"lineas": [{"producto": producto.pk, "cantidad": 1}]})  # does not move what follows
    while paginas[-1]["siguiente"]:
        paginas.append(api.get(paginas[-1]["siguiente"].removeprefix("http://testserver")).json())
    vuelta = api.get(paginas[-1]["anterior"].removeprefix("http://testserver")).json()

    assert [m["id"] for p in paginas for m in p["resultados"]] == todos
    assert set(paginas[0]) == {"siguiente", "anterior", "resultados"}
    assert [m["id"] for m in vuelta["resultados"]] == todos[2:4]
    assert api.get("movimientos/?cursor=zz").status_code == 400


@pytest.mark.parametrize("ruta", ["movimientos/", "operaciones/"])
def test_a_list_costs_the_same_however_long(api, producto, lote, ruta, django_assert_num_queries):
    for _ in range(3):
        api.post("despachos/", {"lineas": [{"producto": producto.pk, "cantidad": 1}]})

    # Who asks, rows; and on PostgreSQL what may still commit, two statements in one trip.
    consultas = 4 if connection.vendor == "postgresql" else 2

    with django_assert_num_queries(consultas):
        corta = api.get(f"{ruta}?por_pagina=1")
    with django_assert_num_queries(consultas):
        larga = api.get(ruta)

    assert (len(corta.json()["resultados"]), len(larga.json()["resultados"])) == (1, 4)


def test_operations_are_filtered(api, producto, lote):
    api.post("despachos/", {"contraparte": "Piso 3", "lineas": [{"producto": producto.pk, "cantidad": 1}]})

    def tipos(filtro):
        return [o["tipo"] for o in api.get(f"operaciones/?{filtro}").json()["resultados"]]

    assert tipos("") == ["despacho", "entrada"]
    assert tipos("orden=id") == ["entrada", "despacho"]
    assert tipos("tipo=despacho") == tipos("motivo=despacho") == tipos("contraparte=piso") == ["despacho"]
    assert tipos("usuario=supervisor&hasta=2020-01-01") == []
