"""Catalogues over HTTP: products and categories, their versions and their pages."""

import pytest

from productos.models import Producto
from pruebas.clientes import ClienteAPI
from pruebas.factories import CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(administrador):
    return ClienteAPI(administrador)


def test_a_product_is_created_normalised_with_its_defaults(api):
    categoria = CategoriaFactory()

    r = api.post(
        "productos/",
        {"sku": " amox  500", "nombre": "Amoxicilina", "categoria": categoria.pk, "gtin": "7501234567893"},
    )

    assert r.status_code == 201
    cuerpo = r.json()
    assert {k: v for k, v in cuerpo.items() if k not in ("id", "creado_en", "actualizado_en")} == {
        "sku": "AMOX 500",
        "nombre": "Amoxicilina",
        "descripcion": "",
        "categoria": categoria.pk,
        "unidad": "unidad",
        "gtin": "07501234567893",
        "stock_minimo": 0,
        "stock_maximo": None,
        "dias_aviso": None,
        "vida_minima_despacho": 0,
        "controla_caducidad": True,
        "activo": True,
        "fisico": 0,
        "disponible": 0,
    }


@pytest.mark.parametrize(
    ("cambio", "campo"),
    [
        ({"sku": "repetido"}, "sku"),
        ({"sku": ""}, "sku"),
        ({"nombre": 5}, "nombre"),
        ({"nombre": "a\u200bb"}, "nombre"),
        ({"gtin": "123"}, "gtin"),
        ({"gtin": "7501234567890"}, "gtin"),
        ({"stock_minimo": "5"}, "stock_minimo"),
        ({"stock_minimo": 5.0}, "stock_minimo"),
        ({"stock_minimo": True}, "stock_minimo"),
        ({"stock_minimo": 10**9 + 1}, "stock_minimo"),
        ({"stock_minimo": 2**63}, "stock_minimo"),
        ({"stock_minimo": 5, "stock_maximo": 4}, "cuerpo"),
        ({"dias_aviso": -1}, "dias_aviso"),
        ({"activo": 1}, "activo"),
        ({"activo": "true"}, "activo"),
        ({"categoria": 999999}, "categoria"),
        ({"categoria": True}, "categoria"),
        ({"categoria": "1"}, "categoria"),
        ({"categoria": 10**25}, "categoria"),
        ({"id": 5}, "id"),
        ({"fisico": 5}, "fisico"),
    ],
)
def test_a_product_that_breaks_a_rule_is_refused(api, cambio, campo):
    ProductoFactory(sku="REPETIDO")

    r = api.post("productos/", {"sku": "X", "nombre": "X", **cambio})

    assert (r.status_code, list(r.json()["errores"])) == (400, [campo])
    assert Producto.objects.count() == 1


def test_put_replaces_and_patch_changes(api):
    producto = ProductoFactory(stock_minimo=5, descripcion="larga")

    parche = api("PATCH", f"productos/{producto.pk}/", {"stock_minimo": 7})
    reemplazo = api("PUT", f"productos/{producto.pk}/", {"sku": producto.sku, "nombre": "Otro"})
    corto = api("PUT", f"productos/{producto.pk}/", {"nombre": "Otro"})

    assert (parche.json()["stock_minimo"], parche.json()["descripcion"]) == (7, "larga")
    assert (reemplazo.json()["stock_minimo"], reemplazo.json()["descripcion"]) == (0, "")
    assert (corto.status_code, list(corto.json()["errores"])) == (400, ["sku"])


def test_a_copy_still_good_is_not_sent_again_and_a_stale_one_cannot_overwrite(api):
    producto = ProductoFactory(nombre="Antes")
    ruta = f"productos/{producto.pk}/"
    primera = api.get(ruta)
    etag = primera["ETag"]

    igual = api.get(ruta, If_None_Match=etag)
    bien = api("PATCH", ruta, {"nombre": "Después"}, If_Match=etag)
    tarde = api("PATCH", ruta, {"nombre": "Tarde"}, If_Match=etag)
    distinto = api.get(ruta, If_None_Match=etag)

    assert (igual.status_code, igual.content) == (304, b"")
    for cabecera in ("ETag", "Cache-Control", "Vary"):
        assert igual[cabecera] == primera[cabecera]
    assert (bien.status_code, bien["ETag"]) == (200, distinto["ETag"])
    assert (tarde.status_code, tarde.json()["codigo"]) == (412, "version_distinta")
    assert (distinto.status_code, distinto.json()["nombre"]) == (200, "Después")


def test_a_product_without_lots_is_deleted(api):
    producto = ProductoFactory()

    assert api("DELETE", f"productos/{producto.pk}/").status_code == 204
    assert api.get(f"productos/{producto.pk}/").status_code == 404


def test_pages_cover_the_list_once(api):
    for n in range(5):
        ProductoFactory(nombre=f"P{n}")

    paginas = [api.get("productos/?por_pagina=2").json()]
    while paginas[-1]["siguiente"]:
        paginas.append(api.get(paginas[-1]["siguiente"].removeprefix("http://testserver")).json())

    assert [p["nombre"] for pagina in paginas for p in pagina["resultados"]] == ["P0", "P1", "P2", "P3", "P4"]
    assert [p["total"] for p in paginas] == [5, 5, 5]
    assert paginas[0]["anterior"] is None
    assert "pagina=1" in paginas[1]["anterior"]


@pytest.mark.parametrize("ruta", ["productos/", "categorias/"])
def test_a_list_costs_the_same_however_long(api, ruta, django_assert_num_queries):
    for _ in range(4):
        ProductoFactory(categoria=CategoriaFactory())

    with django_assert_num_queries(3):  # who asks, total, rows
        api.get(f"{ruta}?por_pagina=1")
    with django_assert_num_queries(3):
        assert len(api.get(ruta).json()["resultados"]) == 4


def test_a_category_is_created_and_its_name_is_unique(api):
    uno = api.post("categorias/", {"nombre": "Vacunas", "dias_aviso": 30})
    dos = api.post("categorias/", {"nombre": "Vacunas"})

    assert (uno.status_code, uno.json()["dias_aviso"]) == (201, 30)
    assert (dos.status_code, list(dos.json()["errores"])) == (400, ["nombre"])
