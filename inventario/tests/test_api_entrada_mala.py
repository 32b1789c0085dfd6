"""Bad input: the exact answer, and nothing written."""

import datetime
import json
from datetime import date
from unittest.mock import patch

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from inventario.dominio.exceptions import BaseOcupada
from lotes.models import Lote
from movimientos import libro
from movimientos.models import Movimiento, Operacion
from productos.models import Producto
from pruebas.ayudas import entrar
from pruebas.clientes import ClienteAPI
from pruebas.factories import CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(administrador):
    return ClienteAPI(administrador)


@pytest.fixture
def producto(db):
    producto = ProductoFactory(sku="P1")
    entrar(producto, cantidad=100, caduca=date(2090, 1, 1))
    return producto


def rechaza(api, ruta, cuerpo, estado, codigo, campo=None, metodo="POST", **cabeceras):
    antes = (Operacion.objects.count(), Movimiento.objects.count(), Lote.objects.count(), Producto.objects.count())

    r = api(metodo, ruta, cuerpo, **cabeceras)

    assert (r.status_code, r["Content-Type"]) == (estado, "application/problem+json"), r.content
    problema = r.json()
    assert (problema["codigo"], problema["status"]) == (codigo, estado)
    assert problema["id_solicitud"] == r["X-Request-ID"]
    assert {"type", "title", "detail", "instance"} <= set(problema)
    if campo:
        assert list(problema["errores"]) == [campo]
    despues = (Operacion.objects.count(), Movimiento.objects.count(), Lote.objects.count(), Producto.objects.count())
    assert despues == antes
    return r


CANTIDADES = ["0", "-1", "null", "true", '"5"', "5.0", "5.5", "1e3", '"٥"', "1000000001", str(2**63), "[]", "{}"]


@pytest.mark.parametrize("cantidad", CANTIDADES)
def test_a_quantity_that_is_not_an_integer_in_range_is_refused(api, producto, cantidad):
    cuerpo = f'{{"lineas": [{{"producto": {producto.pk}, "cantidad": {cantidad}}}]}}'

    rechaza(api, "despachos/", cuerpo, 400, "datos_invalidos", "lineas.0.cantidad")


@pytest.mark.parametrize("cantidad", ["NaN", "Infinity", "-Infinity", "9" * 5000, "05", "٥", "0x5", "+5"])
def test_a_quantity_that_is_not_json_is_refused(api, producto, cantidad):
    cuerpo = f'{{"lineas": [{{"producto": {producto.pk}, "cantidad": {cantidad}}}]}}'

    rechaza(api, "despachos/", cuerpo, 400, "json_invalido", "cuerpo")


@pytest.mark.parametrize(
    "fecha", ["2026-02-30", "0001-01-01", "9999-12-31", "2030-1-5", "2030-01-05T00:00:00", "", 20300105, "٢٠٣٠-٠١-٠١"]
)
def test_a_date_that_is_not_one_is_refused(api, producto, fecha):
    linea = {"producto": producto.pk, "lote": "B", "cantidad": 1, "fecha_caducidad": fecha}

    rechaza(api, "entradas/", {"lineas": [linea]}, 400, "datos_invalidos", "lineas.0.fecha_caducidad")


@pytest.mark.parametrize("costo", [0.12, 1, "1.1234567", "-1", "1e3", "NaN", "٥", "", "1" * 13, True])
def test_money_is_a_string_with_up_to_six_decimals(api, producto, costo):
    linea = {"producto": producto.pk, "lote": "A", "cantidad": 1, "costo_unitario": costo}

    rechaza(api, "entradas/", {"lineas": [linea]}, 400, "datos_invalidos", "lineas.0.costo_unitario")


@pytest.mark.parametrize(
    ("cuerpo", "codigo"),
    [
        ("", "datos_invalidos"),
        ("null", "datos_invalidos"),
        ("[]", "datos_invalidos"),
        ("5", "datos_invalidos"),
        ('"x"', "datos_invalidos"),
        ("{", "json_invalido"),
        ("{'a': 1}", "json_invalido"),
        ('{"nota": "x", "nota": "y"}', "json_invalido"),
        ('{"lineas": [{"cantidad": 1, "cantidad": 2}]}', "json_invalido"),
        ("[" * 21 + "]" * 21, "json_invalido"),
        ("[" * 100_000, "json_invalido"),
        ('{"nota": "a\\u0000b"}', "json_invalido"),
        ('{"nota": "\\ud800"}', "json_invalido"),
        (b'{"nota": "\xff"}', "json_invalido"),
        ('\ufeff{"nota": "x"}', "json_invalido"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(api, producto, cuerpo, codigo):
    rechaza(api, "despachos/", cuerpo.encode() if isinstance(cuerpo, str) else cuerpo, 400, codigo)


@pytest.mark.parametrize("texto", ["a\u200bb", "a\x1fb", "a\x85", "\x1c a", "a\u202eb", "x" * 201, 5, None, ["x"]])
def test_text_that_cannot_be_seen_or_is_too_long_is_refused(api, producto, texto):
    cuerpo = {"contraparte": texto, "lineas": [{"producto": producto.pk, "cantidad": 1}]}

    rechaza(api, "despachos/", cuerpo, 400, "datos_invalidos", "contraparte")


@pytest.mark.parametrize(
    ("extra", "campo"),
    [({"motivoo": "x"}, "motivoo"), ({"lineas": [{"producto": 1, "cantidad": 1, "lote": 3}]}, "lineas.0.lote")],
)
def test_an_unknown_field_is_refused(api, producto, extra, campo):
    cuerpo = {"lineas": [{"producto": producto.pk, "cantidad": 1}], **extra}

    rechaza(api, "despachos/", cuerpo, 400, "datos_invalidos", campo)


@pytest.mark.parametrize(
    ("linea", "campo"),
    [
        ({"cantidad": 1}, "lineas.0.producto"),
        ({"producto": 1, "sku": "P1", "cantidad": 1}, "lineas.0.producto"),
        ({"producto": 10**12, "cantidad": 1}, "lineas.0.producto"),
        ({"producto": True, "cantidad": 1}, "lineas.0.producto"),
        ({"sku": "NADA", "cantidad": 1}, "lineas.0.sku"),
        ({"sku": "P1", "cantidad": 1, "vida_minima": -1}, "lineas.0.vida_minima"),
    ],
)
def test_a_line_names_one_product_that_exists(api, producto, linea, campo):
    rechaza(api, "despachos/", {"lineas": [linea]}, 400, "datos_invalidos", campo)


def test_an_order_has_between_one_and_a_thousand_lines(api, producto):
    linea = {"producto": producto.pk, "cantidad": 1}

    rechaza(api, "despachos/", {"lineas": []}, 400, "datos_invalidos", "lineas")
    rechaza(api, "despachos/", {"lineas": [linea] * 1001}, 400, "datos_invalidos", "lineas")


def test_only_json_in_utf8_is_read(api, producto):
    for tipo in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ):
        rechaza(api, "despachos/", "{}", 415, "tipo_no_admitido", Content_Type=tipo)
    rechaza(api, "despachos/", "{}", 415, "tipo_no_admitido", Content_Type="application/json; charset=latin-1")


def test_a_change_without_a_body_is_not_answered_as_done(api, producto):
    rechaza(api, f"productos/{producto.pk}/", None, 400, "json_invalido", "cuerpo", metodo="PATCH")


def test_a_body_over_one_megabyte_is_413(api, producto):
    rechaza(api, "despachos/", '{"nota": "' + "a" * 1024 * 1024 + '"}', 413, "cuerpo_demasiado_grande")


@pytest.mark.parametrize(
    ("ruta", "campo"),
    [
        ("movimientos/?desde=xx", "desde"),
        ("movimientos/?desde=", "desde"),
        ("movimientos/?producto=abc", "producto"),
        ("productos/?orden=password", "orden"),
        ("productos/?buscar=" + "a" * 101, "buscar"),
        ("productos/?buscar=a%00b", "buscar"),
        ("productos/?activoo=true", "activoo"),
        ("productos/?activo=true&activo=false", "activo"),
        ("productos/?pagina=0", "pagina"),
        ("productos/?pagina=x", "pagina"),
        ("productos/?por_pagina=501", "por_pagina"),
        ("movimientos/?pagina=2", "pagina"),
        ("movimientos/?cursor=d" + "9" * 30, "cursor"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(api, producto, ruta, campo):
    rechaza(api, ruta, None, 400, "datos_invalidos", campo, metodo="GET")


@pytest.mark.parametrize(
    "ruta",
    [
        "productos/?pagina=2",
        "productos/999999/",
        "productos/" + "9" * 5000 + "/",
        "productos/abc/",
        "lotes/9223372036854775808/",
        "lotes/9223372036854775807/trazabilidad/",
        "nada/",
        "productos",
        "/api/",
        "/api/v2/productos/",
    ],
)
def test_what_does_not_exist_is_404(api, producto, ruta):
    rechaza(api, ruta, None, 404, "no_encontrado", metodo="GET")


def test_a_post_to_an_unknown_path_is_404_too(api, producto):
    rechaza(api, "despachos", {}, 404, "no_encontrado")


@pytest.mark.parametrize(
    ("metodo", "ruta"),
    [("PUT", "movimientos/"), ("DELETE", "movimientos/"), ("PATCH", "operaciones/1/"), ("OPTIONS", "productos/")],
)
def test_the_ledger_cannot_be_rewritten(api, producto, metodo, ruta):
    rechaza(api, ruta, {}, 405, "metodo_no_permitido", metodo=metodo)


def test_markup_in_a_name_is_stored_as_it_came(api):
    r = api.post("productos/", {"sku": "X", "nombre": "<script>alert(1)</script>"})

    assert (r.status_code, r.json()["nombre"]) == (201, "<script>alert(1)</script>")


def test_a_database_that_is_away_or_busy_is_503(api, producto):
    for error in (OperationalError("connection refused"), BaseOcupada()):
        with patch.object(libro.motor, "abrir", side_effect=error):
            r = rechaza(api, "despachos/", {"lineas": [{"producto": producto.pk, "cantidad": 1}]}, 503, "base_ocupada")
        assert int(r["Retry-After"]) >= 1
        assert "refused" not in r.content.decode()


def test_a_database_that_is_away_is_503_whoever_calls(api, operador):
    navegador = ClienteAPI()
    navegador.http.force_login(operador)  # its session is read by a middleware, before any view

    with patch.object(CursorWrapper, "execute", side_effect=OperationalError("connection refused")):
        respuestas = [cliente.get("productos/") for cliente in (api, navegador)]

    for r in respuestas:
        assert (r.status_code, r["Content-Type"], r["Retry-After"]) == (503, "application/problem+json", "2")
        assert r.json()["codigo"] == "base_ocupada"


def test_an_error_of_the_document_is_json_too(api):
    r = api.post("/api/esquema/", {})

    assert (r.status_code, r["Content-Type"]) == (405, "application/problem+json")
    assert r.json()["codigo"] == "metodo_no_permitido"


def test_a_fault_of_ours_is_500_without_a_trace(api, producto):
    with patch.object(libro.motor, "abrir", side_effect=RuntimeError("secreto")):
        r = rechaza(api, "despachos/", {"lineas": [{"producto": producto.pk, "cantidad": 1}]}, 500, "error_interno")
    assert "secreto" not in r.content.decode()


@time_machine.travel(datetime.datetime(2026, 5, 10, 12, 0, 30, tzinfo=datetime.UTC), tick=False)  # not across a minute
def test_a_user_over_the_limit_waits(api, settings, producto):
    settings.API_LIMITE_POR_MINUTO = 2
    cache.clear()

    estados = [api.get("categorias/").status_code for _ in range(3)]

    assert estados == [200, 200, 429]
    r = rechaza(api, "categorias/", None, 429, "demasiadas_peticiones", metodo="GET")
    assert 1 <= int(r["Retry-After"]) <= 61


def test_a_cache_that_forgets_at_once_limits_nobody_and_breaks_nothing(api, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    assert [api.get("categorias/").status_code for _ in range(3)] == [200, 200, 200]


def test_what_is_in_use_is_not_deleted(api, producto):
    categoria = CategoriaFactory()
    Producto.objects.filter(pk=producto.pk).update(categoria=categoria)

    rechaza(api, f"productos/{producto.pk}/", None, 409, "producto_con_lotes", metodo="DELETE")
    rechaza(api, f"categorias/{categoria.pk}/", None, 409, "en_uso", metodo="DELETE")
    for ruta, codigo in (("almacenes/", "PRINCIPAL"), ("motivos/", "despacho")):
        pk = next(x["id"] for x in api.get(ruta).json()["resultados"] if x["codigo"] == codigo)
        rechaza(api, f"{ruta}{pk}/", None, 409, "en_uso", metodo="DELETE")


def test_the_messages_come_in_the_language_asked_for(api, producto):
    r = api.get("productos/?activo=x", Accept_Language="en")

    assert r["Content-Language"] == "en"
    assert json.loads(r.content)["codigo"] == "datos_invalidos"
