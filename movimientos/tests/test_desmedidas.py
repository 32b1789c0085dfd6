"""A quantity far above the usual is asked about before it is recorded, once."""

import pytest

from movimientos.models import Movimiento
from pruebas.ayudas import entrar, hoy_mas
from pruebas.clientes import hoja
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


def linea(cantidad, **resto):
    return {"producto": "AMOX", "lote": "A", "fecha_caducidad": hoy_mas(100), "cantidad": cantidad} | resto


@pytest.mark.parametrize(
    ("antes", "cantidad", "pregunta"),
    [
        (500, "5001", True),
        (500, "5000", False),
        (5, "1000", False),
        (5, "1001", True),
        (5, "11x100", True),
        (None, "1,000,000", False),
        (None, "1,000,001", True),
        (None, "295000000", True),
    ],
)
def test_far_above_what_moved_lately_it_is_asked_and_a_second_yes_records_it(
    client, operador, antes, cantidad, pregunta
):
    producto = ProductoFactory(sku="AMOX", unidad="caja")
    if antes:
        entrar(producto, "A", antes)
    cuantos = Movimiento.objects.count()
    client.force_login(operador)

    r = client.post("/entrada/", hoja(linea(cantidad)))

    if not pregunta:
        assert (r.status_code, Movimiento.objects.count()) == (302, cuantos + 1)
        return
    formulario = r.context["hoja"].lineas.forms[0]
    assert (r.status_code, Movimiento.objects.count()) == (422, cuantos)
    assert "cajas? Es mucho más de lo usual" in formulario.errors["cantidad"][0]
    assert formulario["cantidad"].value() == cantidad
    otra = client.post("/entrada/", hoja(linea("9" * 9, segura=formulario["segura"].value())))
    assert otra.status_code == 422  # it was another that was confirmed
    bien = client.post("/entrada/", hoja(linea(cantidad, segura=formulario["segura"].value())))
    assert (bien.status_code, Movimiento.objects.count()) == (302, cuantos + 1)


def test_the_usual_is_what_moved_lately_in_or_out(client, supervisor):
    entrar(ProductoFactory(sku="AMOX"), "A", 3000)
    client.force_login(supervisor)

    assert client.post("/ajuste/", hoja(linea("29000"))).status_code == 302
    assert client.post("/ajuste/", hoja(linea("999999"))).status_code == 422


def test_lately_is_by_the_day_on_which_it_moved(client, operador, monkeypatch):
    monkeypatch.setattr("movimientos.desmedidas.ULTIMOS", 1)
    producto = ProductoFactory(sku="AMOX")
    entrar(producto, "A", 500)
    entrar(producto, "A", 90_000, fecha_efectiva=hoy_mas(-20))
    client.force_login(operador)

    assert client.post("/entrada/", hoja(linea("6000"))).status_code == 422
