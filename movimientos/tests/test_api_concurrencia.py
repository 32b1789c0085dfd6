"""One idempotency key sent many times at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from movimientos.models import Movimiento, Operacion
from pruebas.ayudas import entrar
from pruebas.clientes import ClienteAPI
from pruebas.factories import ProductoFactory

A_LA_VEZ = 20


@pytest.mark.postgres
def test_twenty_equal_keys_at_once_make_one_operation_and_nineteen_identical_replays(transactional_db, supervisor):
    producto = ProductoFactory()
    entrar(producto, cantidad=1000)
    api, salida = ClienteAPI(supervisor), Barrier(A_LA_VEZ)
    clave, cuerpo = api.clave, {"contraparte": "Piso 3", "lineas": [{"producto": producto.pk, "cantidad": 7}]}

    def enviar(_n):
        try:
            salida.wait(timeout=30)
            return ClienteAPI(clave=clave).post("despachos/", cuerpo, Idempotency_Key="una-sola-vez")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(A_LA_VEZ) as hilos:
        respuestas = list(hilos.map(enviar, range(A_LA_VEZ)))

    assert {r.status_code for r in respuestas} == {201}
    assert len({r.content for r in respuestas}) == 1
    assert sum("Idempotency-Replayed" in r for r in respuestas) == A_LA_VEZ - 1
    assert Operacion.objects.filter(tipo="despacho").count() == 1
    assert Movimiento.objects.filter(tipo="despacho").get().cantidad == -7
