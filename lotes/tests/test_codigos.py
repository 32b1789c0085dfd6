"""What a scanned code names here, at the API: `codigos/leer/`."""

import pytest

from inventario.dominio.elementos import GS
from pruebas.ayudas import hoy_mas, nuevo_lote, trasladar
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, EmpaqueFactory, ProductoFactory

pytestmark = pytest.mark.django_db
GTIN = "09506000134352"


@pytest.fixture
def api(consulta):
    return ClienteAPI(consulta)


@pytest.fixture
def producto(db):
    return ProductoFactory(sku="AMOX500", gtin=GTIN)


def leer(api, codigo, **datos):
    r = api.post("codigos/leer/", {"codigo": codigo, **datos})
    assert r.status_code == 200, r.json()
    return r.json()


def test_a_pack_says_its_product_lot_and_expiry(api, producto):
    lote = nuevo_lote(producto, "A-2291", 200, 127)
    caduca = lote.fecha_caducidad

    visto = leer(api, f"]d201{GTIN}17{caduca:%y%m%d}10A-2291{GS}21SERIE\r\n")

    assert visto == {
        "tipo": "gs1",
        "ok": True,
        "gtin": GTIN,
        "gtin_contenido": None,
        "sscc": None,
        "serie": "SERIE",
        "producto": producto.pk,
        "producto_sku": "AMOX500",
        "empaque": None,
        "unidades": 1,
        "lote": lote.pk,
        "lote_codigo": "A-2291",
        "fecha_caducidad": str(caduca),
        "consumir_antes": None,
        "fecha_fabricacion": None,
        "cantidad": None,
        "peso_kg": None,
        "elementos": [
            {"ai": "01", "valor": GTIN},
            {"ai": "17", "valor": f"{caduca:%y%m%d}"},
            {"ai": "10", "valor": "A-2291"},
            {"ai": "21", "valor": "SERIE"},
        ],
        "errores": [],
        "avisos": [],
        "propuestas": [],
    }


def test_a_lot_that_is_not_known_yet_keeps_what_the_code_says_of_it(api, producto):
    visto = leer(api, f"01{GTIN}1728033110a-77")

    assert (visto["producto"], visto["lote"], visto["lote_codigo"]) == (producto.pk, None, "a-77")
    assert visto["fecha_caducidad"] == "2028-03-31"


def test_another_expiry_than_the_lot_has_here_is_said(api, producto):
    lote = nuevo_lote(producto, "A", 5, 30)

    visto = leer(api, f"]d201{GTIN}17{hoy_mas(31):%y%m%d}10A")

    assert (visto["lote"], visto["avisos"]) == (lote.pk, ["caducidad_distinta"])


@pytest.mark.parametrize(
    "codigo", [GTIN, "9506000134352", "]E09506000134352", "amox500", "https://id.gs1.org/01/" + GTIN]
)
def test_a_gtin_in_any_spelling_and_a_sku_name_the_product(api, producto, codigo):
    assert leer(api, codigo)["producto"] == producto.pk


def test_what_a_pallet_holds_names_its_product_and_says_how_many(api, producto):
    visto = leer(api, f"]C102{GTIN}172803313724{GS}10L9")

    assert (visto["producto"], visto["gtin"], visto["gtin_contenido"]) == (producto.pk, None, GTIN)
    assert (visto["cantidad"], visto["lote_codigo"]) == (24, "L9")


def test_the_gtin_of_a_pack_names_its_product_and_says_how_many_it_holds(api, producto):
    caja = EmpaqueFactory(producto=producto, gtin="17501234567890", unidades=100)

    una, tarima = leer(api, "17501234567890"), leer(api, "]C102175012345678903724")

    assert (una["producto"], una["empaque"], una["unidades"], una["cantidad"]) == (producto.pk, caja.pk, 100, None)
    assert (tarima["empaque"], tarima["unidades"], tarima["cantidad"]) == (caja.pk, 100, 2400)


def test_digits_that_are_a_right_upc_e_by_chance_are_the_sku_that_somebody_gave(api, producto):
    otro = ProductoFactory(sku="17261231")

    visto = leer(api, "17261231")

    assert (visto["tipo"], visto["producto"], visto["gtin"]) == ("texto", otro.pk, None)


def test_a_gtin_of_no_product_is_said(api, producto):
    visto = leer(api, "]E04006381333931")

    assert (visto["ok"], visto["producto"], visto["avisos"]) == (True, None, ["producto_desconocido"])


def test_the_code_of_one_lot_names_it_and_that_of_several_chooses_none(api, producto):
    unico = nuevo_lote(producto, "UNICO", 5)
    aqui, alla = nuevo_lote(producto, "COMUN", 5), nuevo_lote(ProductoFactory(), "COMUN", 5)
    otro_almacen = AlmacenFactory()
    trasladar(aqui, 2, destino=otro_almacen)

    uno, varios = leer(api, "unico"), leer(api, "Comun", almacen=otro_almacen.pk)

    assert (uno["lote"], uno["producto"]) == (unico.pk, producto.pk)
    assert (varios["lote"], varios["producto"], varios["avisos"]) == (None, None, ["lote_ambiguo"])
    assert [p["lote"] for p in varios["propuestas"]] == [aqui.pk, alla.pk]


def test_a_lost_separator_proposes_first_the_reading_that_names_what_is_here_and_chooses_none(api):
    producto = ProductoFactory(gtin="00693570007182")
    lote = nuevo_lote(producto, "21072911", 5)

    visto = leer(api, "]C11021072911172405310100693570007182")

    assert (visto["ok"], visto["producto"], visto["lote"]) == (False, None, None)
    assert (visto["propuestas"][0]["producto"], visto["propuestas"][0]["lote"]) == (producto.pk, lote.pk)
    assert len(visto["propuestas"]) > 1


@pytest.mark.parametrize(("codigo", "errores"), [("", ["vacio"]), ("]d2", ["vacio"]), ("]d201095060001343", ["corto"])])
def test_what_cannot_be_read_is_answered_with_the_reason(api, codigo, errores):
    visto = leer(api, codigo)

    assert (visto["ok"], visto["errores"], visto["producto"]) == (False, errores, None)


@pytest.mark.parametrize(
    "cuerpo",
    [
        {},
        {"codigo": 5},
        {"codigo": "x" * 1001},
        {"codigo": "a\x00"},
        {"codigo": "A", "almacen": 10**9},
        {"codigo": "A", "x": 1},
    ],
)
def test_a_body_that_makes_no_sense_is_400(api, cuerpo):
    assert api.post("codigos/leer/", cuerpo).status_code == 400


def test_reading_takes_few_queries_however_many_readings_there_are(api, producto, django_assert_max_num_queries):
    leer(api, GTIN)

    with django_assert_max_num_queries(6):  # token, user, permissions twice; products and lots of the readings
        leer(api, "]C11021072911172405310100693570007182")
