"""A row of the inbox: what it says, what is done about it, and what is said when that is refused."""

import json

import pytest
from pytest_django.asserts import assertContains

from alertas.models import Alerta
from inventario.paginas import listas
from pruebas.ayudas import despachar, entrar, trasladar
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alertas(db):
    producto = ProductoFactory(stock_minimo=100)
    entrar(producto, "PRONTO", 40, 5)
    return producto


def tipos(respuesta):
    return sorted(a.tipo_hoy for fila in respuesta.context["pagina"] for a in fila.alertas)


def test_a_row_is_a_product_and_says_what_to_do_about_it(client, operador, django_capture_on_commit_callbacks):
    """The same numbers in the bell and in the tabs, and all the alerts of a product in one row."""
    sucursal = AlmacenFactory(nombre="Sucursal")
    vencido, bajo = (
        ProductoFactory(nombre="A", unidad="caja", stock_minimo=100),
        ProductoFactory(nombre="B", stock_minimo=100),
    )
    falta, pronto = ProductoFactory(nombre="C", stock_minimo=5), ProductoFactory(nombre="D")
    entrar(vencido, "V1", 8, -3, costo="2", nota="llegó así")
    entrar(vencido, "V2", 4, -2, nota="llegó así", almacen=sucursal)
    entrar(bajo, "B1", 4, 700, almacen=sucursal)
    despachar(falta, 1, hoy=entrar(falta, "C1", 1, 700).fecha_efectiva)
    entrar(pronto, "D1", 4, 5)
    client.force_login(operador)

    respuesta = client.get("/alertas/")

    filas = {f.producto.nombre: f for f in respuesta.context["pagina"]}
    assert {nombre: f.accion for nombre, f in filas.items()} == {
        "A": "baja", "B": "traslado", "C": "entrada", "D": "despacho",
    }  # fmt: skip
    assert len(filas["A"].alertas) == 3
    for nombre in "BC":  # a transfer does not make what is short any more
        assertContains(respuesta, f'href="/entrada/?producto={filas[nombre].producto.pk}"')
    assertContains(respuesta, "Dar de baja 2 lotes, 12 cajas, 16.00 MXN")
    assertContains(respuesta, "hay 4 en Sucursal")
    assert respuesta.context["abiertas"] == client.get("/alertas/contador/").context["total"] == 6
    assert {t: n for t, _palabra, n in respuesta.context["tipos"]}["caducado"] == 2
    with django_capture_on_commit_callbacks(execute=True):
        salidas = client.post("/baja/", {"existencias": filas["A"].existencias}, headers={"HX-Request": "true"})
    assert salidas.status_code == 204
    assert "caducado" not in tipos(client.get("/alertas/"))


def test_how_many_products_there_are_is_said_and_a_lot_in_two_places_is_one(client, operador, monkeypatch):
    monkeypatch.setattr(listas, "POR_PAGINA", 1)
    producto = ProductoFactory(nombre="A", unidad="caja", stock_minimo=100)
    lote = entrar(producto, "V1", 8, -3, costo="2", nota="llegó así").movimientos.get().lote
    trasladar(lote, 3, AlmacenFactory(nombre="Sucursal"))
    entrar(ProductoFactory(nombre="B"), "P1", 8, 5)
    client.force_login(operador)

    respuesta = client.get("/alertas/")

    assert respuesta.context["pagina"].total == 2
    assertContains(respuesta, "1–1 de 2")
    assertContains(respuesta, "Dar de baja 1 lote, 8 cajas, 16.00 MXN")
    assertContains(client.get("/alertas/?pagina=2"), "2–2 de 2")


@pytest.mark.parametrize(
    ("ruta", "datos", "dice"),
    [
        ("/alertas/posponer/", {"hasta": "2001-01-01"}, "Debe ser una fecha futura"),
        ("/baja/", {"existencias": "0"}, "La selección no es válida"),
    ],
)
def test_what_is_refused_in_place_is_said_in_a_toast(client, operador, alertas, ruta, datos, dice):
    client.force_login(operador)
    alerta = Alerta.objects.get(tipo="stock_bajo")

    respuesta = client.post(ruta, {"alerta": alerta.pk, **datos}, headers={"HX-Request": "true"})

    assert (respuesta.status_code, respuesta.content) == (400, b"")
    aviso = json.loads(respuesta["HX-Trigger"])["aviso"]
    assert (dice in aviso["texto"], aviso["nivel"]) == (True, "error")


def test_an_undo_that_comes_too_late_is_said_in_a_toast(client, supervisor, alertas):
    client.force_login(supervisor)
    entrada = alertas.movimientos.first().operacion
    despachar(alertas, 40)

    respuesta = client.post(f"/operaciones/{entrada.pk}/revertir/", {"nota": "tarde"}, headers={"HX-Request": "true"})

    assert (respuesta.status_code, respuesta.content) == (400, b"")
    assert json.loads(respuesta["HX-Trigger"])["aviso"]["nivel"] == "error"
