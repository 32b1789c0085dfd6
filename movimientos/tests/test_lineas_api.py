"""Lines of the API that name what was scanned, or say their quantity in packs: recorded in units."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from inventario.dominio.elementos import GS
from lotes.models import Lote
from movimientos.lineas import con_empaques
from movimientos.models import Movimiento
from productos.empaques import EmpaqueQuerySet
from productos.models import Empaque
from pruebas.ayudas import hoy_mas, nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, EmpaqueFactory, ProductoFactory

pytestmark = pytest.mark.django_db
AMOX, CAJA, SUERO = "07501234567893", "17501234567890", "09506000134352"


@pytest.fixture
def api(supervisor):
    return ClienteAPI(supervisor)


@pytest.fixture
def caja(db):
    return EmpaqueFactory(producto=ProductoFactory(sku="AMOX", gtin=AMOX), nombre="Caja", unidades=100, gtin=CAJA)


def movidas():
    return [(m.lote.codigo, m.cantidad) for m in Movimiento.objects.select_related("lote").order_by("pk")]


def test_an_entry_takes_product_lot_and_expiry_of_the_scan_and_counts_packs(api, caja):
    caduca = hoy_mas(400)

    r = api.post(
        "entradas/",
        {
            "lineas": [
                {"codigo": f"]d201{CAJA}17{caduca:%y%m%d}10B-77{GS}21XYZ", "cantidad": 2},
                {"codigo": f"]C102{CAJA}17{caduca:%y%m%d}3724{GS}10B-78"},
                {"codigo": AMOX, "lote": "b-79", "fecha_caducidad": str(caduca), "cantidad": 5},
                {
                    "producto": caja.producto_id,
                    "empaque": caja.pk,
                    "lote": "B-80",
                    "fecha_caducidad": str(caduca),
                    "cantidad": 3,
                },
                {"sku": "amox", "lote": "B-81", "fecha_caducidad": str(caduca), "cantidad": 1},
            ]
        },
    )

    assert r.status_code == 201, r.json()
    assert movidas() == [("B-77", 200), ("B-78", 2400), ("B-79", 5), ("B-80", 300), ("B-81", 1)]
    assert set(Lote.objects.values_list("fecha_caducidad", flat=True)) == {caduca}
    assert api("PATCH", f"empaques/{caja.pk}/", {"unidades": 50}).json()["codigo"] == "en_uso"


@pytest.mark.parametrize(
    ("resto", "unidades"),
    [
        ({"codigo": f"]C102{CAJA}3703{GS}10B", "empaque": "caja"}, 300),
        ({"codigo": f"]C102{CAJA}3703{GS}10B", "empaque": None}, 300),
        ({"codigo": f"]C102{CAJA}3703{GS}10B", "empaque": "caja", "cantidad": 2}, 200),
        ({"codigo": CAJA, "lote": "B", "empaque": None, "cantidad": 2}, 200),
        ({"codigo": AMOX, "lote": "B", "empaque": "caja", "cantidad": 2}, 200),
        ({"codigo": f"]C102{AMOX}3703{GS}10B"}, 3),
    ],
)
def test_packs_are_counted_once_whoever_says_them(api, caja, resto, unidades):
    linea = {"fecha_caducidad": "2090-01-31"} | resto
    if linea.get("empaque") == "caja":
        linea["empaque"] = caja.pk

    r = api.post("entradas/", {"lineas": [linea]})

    assert r.status_code == 201, r.json()
    assert movidas() == [("B", unidades)]
    assert Empaque.objects.get().usado is (unidades > 3)


def test_what_moved_and_that_its_pack_was_used_are_written_together(api, caja, monkeypatch):
    def ocupada(*_args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(EmpaqueQuerySet, "usar", ocupada)
    linea = {"codigo": CAJA, "lote": "B", "fecha_caducidad": "2090-01-31", "cantidad": 1}

    r = api.post("entradas/", {"lineas": [linea]})

    assert (r.status_code, movidas()) == (503, [])


def test_the_pack_of_a_code_is_read_once_and_one_that_was_used_is_not_written(api, caja):
    cuerpo = {"lineas": [{"codigo": CAJA, "lote": "B", "fecha_caducidad": "2090-01-31", "cantidad": 1}]}
    api.post("entradas/", cuerpo)

    with CaptureQueriesContext(connection) as consultas:
        assert api.post("entradas/", cuerpo).status_code == 201

    sobre = [q["sql"].split()[0] for q in consultas if "productos_empaque" in q["sql"]]
    assert sobre == ["SELECT"]


def test_every_other_operation_takes_the_scan_of_a_lot(api, caja):
    lote = nuevo_lote(caja.producto, "A-1", 1000, 90)
    codigo = f"]d201{CAJA}17{lote.fecha_caducidad:%y%m%d}10a-1"
    destino = AlmacenFactory()

    hechas = [
        api.post("salidas/", {"motivo": "merma", "lineas": [{"codigo": codigo, "cantidad": 1}]}),
        api.post("salidas/", {"motivo": "merma", "lineas": [{"codigo": "A-1", "cantidad": 1}]}),
        api.post("traslados/", {"almacen_destino": destino.pk, "lineas": [{"codigo": codigo, "cantidad": 2}]}),
        api.post("despachos/", {"lineas": [{"codigo": codigo, "cantidad": 1}]}),
        api.post("ajustes/", {"motivo": "conteo", "lineas": [{"lote": lote.pk, "empaque": caja.pk, "cantidad": 5}]}),
    ]

    assert [r.status_code for r in hechas] == [201] * 5
    assert [c for _lote, c in movidas()] == [1000, -100, -1, -200, 200, -100, -99]


def test_the_plan_takes_a_scan_and_marks_no_pack(api, caja):
    nuevo_lote(caja.producto, "A", 1000)

    plan = api.post("despachos/plan/", {"lineas": [{"codigo": CAJA, "cantidad": 3}]}).json()

    assert [(x["pedido"], x["asignado"]) for x in plan["lineas"]] == [(300, 300)]
    assert not Empaque.objects.get().usado


@pytest.mark.parametrize(
    ("linea", "campo"),
    [
        ({"codigo": SUERO, "cantidad": 1}, "codigo"),
        ({"codigo": "NADIE", "cantidad": 1}, "codigo"),
        ({"codigo": "]d2010950600013435", "cantidad": 1}, "codigo"),
        ({"codigo": "COMUN", "cantidad": 1}, "codigo"),
        ({"codigo": "]C11021072911172405310107501234567893", "cantidad": 1}, "codigo"),
        ({"codigo": AMOX}, "cantidad"),
        ({"codigo": AMOX, "sku": "AMOX", "cantidad": 1}, "producto"),
        ({"producto": 1}, "cantidad"),
        ({"codigo": f"]d201{AMOX}10A", "lote": "B", "cantidad": 1}, "lote"),
        (
            {"codigo": f"]d201{AMOX}1728033110A", "lote": "A", "fecha_caducidad": "2028-04-30", "cantidad": 1},
            "fecha_caducidad",
        ),
        ({"sku": "AMOX", "empaque": 999999, "cantidad": 1}, "empaque"),
        ({"sku": "OTRO", "empaque": "caja", "cantidad": 1}, "empaque"),
        ({"codigo": "OTRO", "empaque": "caja", "cantidad": 1}, "empaque"),
        ({"sku": "AMOX", "empaque": "caja", "cantidad": 10**9}, "cantidad"),
        ({"codigo": f"]C102{AMOX}3724{GS}10A", "empaque": "caja"}, "empaque"),
        ({"codigo": f"]C102{CAJA}3724{GS}10A", "empaque": 999999}, "empaque"),
        ({"codigo": CAJA, "empaque": 999999, "cantidad": 1}, "empaque"),
    ],
)
def test_what_a_line_cannot_mean_is_said_beside_it_and_nothing_is_recorded(api, caja, linea, campo):
    otro = ProductoFactory(sku="OTRO")
    nuevo_lote(otro, "COMUN", 5)
    nuevo_lote(ProductoFactory(), "COMUN", 5)
    antes = movidas()
    if linea.get("empaque") == "caja":
        linea = linea | {"empaque": caja.pk}

    r = api.post(
        "entradas/", {"lineas": [{"sku": "OTRO", "lote": "X", "fecha_caducidad": "2090-01-31", "cantidad": 1}, linea]}
    )

    assert (r.status_code, r.json()["codigo"]) == (400, "datos_invalidos"), r.json()
    assert [e for e in r.json()["errores"] if e.startswith("lineas.1.")] == [f"lineas.1.{campo}"]
    assert (movidas(), Empaque.objects.get().usado) == (antes, False)


@pytest.mark.parametrize("codigo", [AMOX, f"]d201{AMOX}10NO-HAY", "AMOX"])
def test_an_exit_needs_a_code_that_names_a_lot(api, caja, codigo):
    nuevo_lote(caja.producto, "A", 5)

    r = api.post("salidas/", {"motivo": "merma", "lineas": [{"codigo": codigo, "cantidad": 1}]})

    assert (r.status_code, list(r.json()["errores"])) == (400, ["lineas.0.codigo"])


def test_many_scans_take_as_many_queries_as_one(api, caja, django_assert_max_num_queries):
    nuevo_lote(caja.producto, "A", 1000)
    for n in range(20):
        nuevo_lote(ProductoFactory(gtin=None, sku=f"P{n}"), f"L{n}", 10)
    lineas = [{"codigo": f"L{n}", "cantidad": 1} for n in range(20)] + [{"codigo": f"]d201{AMOX}10A", "cantidad": 1}]
    api.post("salidas/", {"motivo": "merma", "lineas": lineas[:1]})

    with django_assert_max_num_queries(40):
        assert api.post("salidas/", {"motivo": "merma", "lineas": lineas}).status_code == 201


def test_a_repetition_is_answered_although_the_code_means_nothing_any_more(api, caja):
    cuerpo = {"lineas": [{"codigo": CAJA, "lote": "A", "fecha_caducidad": "2090-01-31", "cantidad": 1}]}
    una = api.post("entradas/", cuerpo, Idempotency_Key="una")
    Empaque.objects.update(gtin=None)

    otra = api.post("entradas/", cuerpo, Idempotency_Key="una")

    assert (una.status_code, otra.status_code, otra.json()) == (201, 201, una.json())


def test_what_is_wrong_is_said_in_the_language_of_each_request(api, caja):
    cuerpo = {"lineas": [{"sku": "AMOX", "cantidad": -1}]}

    dichos = [api.post("despachos/", cuerpo, Accept_Language=x).json()["errores"] for x in ("es", "en", "es")]

    assert dichos[0] == dichos[2] != dichos[1]


def test_without_packs_nothing_is_added_to_what_the_service_does(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert con_empaques(lambda peticion, usuario: (peticion, usuario), 1, usuario=2, empaques=()) == (1, 2)
