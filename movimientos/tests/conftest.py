"""A product with three lots, one of them expired, for the tests of its sheets."""

import pytest

from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory


@pytest.fixture
def producto(db):
    return ProductoFactory(sku="AMOX", nombre="Amoxicilina", gtin="7501234567893")


@pytest.fixture
def con_lotes(producto):
    entrar(producto, "VIEJO", 10, -1, nota="llegó así")
    entrar(producto, "PRONTO", 30, 20)
    entrar(producto, "TARDE", 50, 200)
    return producto


@pytest.fixture
def puerta(client, operador):
    client.force_login(operador)
    return client
