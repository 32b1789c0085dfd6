"""Who listens to the ledger hears the same on both engines, inside a test's transaction and on committed data."""

import pytest
from django.db import transaction

from lotes.models import Lote
from movimientos.models import Movimiento, Operacion
from movimientos.signals import existencias_cambiadas
from pruebas import ayudas
from pruebas.factories import AlmacenFactory, ProductoFactory


@pytest.fixture
def oidas():
    """What a listener is told of each operation, as it is at that moment."""
    recibidas = []

    def al_cambiar(*, operacion, producto_ids, hoy, **kwargs):
        lineas = [(m.pk, m.operacion_id, m.operacion is operacion) for m in operacion.lineas]
        escritas = list(Movimiento.objects.filter(operacion=operacion.pk).order_by("pk").values_list("pk", flat=True))
        recibidas.append((operacion.pk, lineas, escritas, producto_ids, transaction.get_connection().in_atomic_block))

    existencias_cambiadas.connect(al_cambiar)
    yield recibidas
    existencias_cambiadas.disconnect(al_cambiar)


def operar(producto):
    """One operation of each service, in turn."""
    entrada = ayudas.entrar(producto, "A", 50, 100)
    yield entrada
    yield ayudas.entrar(producto, "B", 5, -3, nota="llegó así")
    yield ayudas.despachar(producto, 4)
    lote = Lote.objects.get(codigo="A")
    yield ayudas.sacar(lote, 1)
    yield ayudas.trasladar(lote, 2, AlmacenFactory())
    conteo = ayudas.contar(lote, 40)
    yield conteo
    yield ayudas.revertir(conteo)
    yield ayudas.dar_de_baja()


def comprobar(oidas):
    producto = ProductoFactory(stock_minimo=60)

    hechas = [(o.pk, [m.pk for m in o.lineas]) for o in operar(producto)]

    assert [pk for pk, _l in hechas] == list(Operacion.objects.order_by("pk").values_list("pk", flat=True))
    assert oidas == [
        (pk, [(m, pk, True) for m in lineas], lineas, [producto.pk], True) for pk, lineas in hechas if lineas
    ]
    assert len(hechas) == 8
    assert all(lineas for _pk, lineas in hechas)


def test_a_listener_sees_the_ids_inside_the_transaction_of_a_test(db, oidas):
    comprobar(oidas)


def test_a_listener_sees_the_same_ids_on_committed_data(transactional_db, oidas):
    comprobar(oidas)


def test_what_a_listener_refuses_is_not_written(transactional_db):
    def negarse(**kwargs):
        raise RuntimeError

    producto = ProductoFactory()
    existencias_cambiadas.connect(negarse)
    try:
        with pytest.raises(RuntimeError):
            ayudas.entrar(producto)
    finally:
        existencias_cambiadas.disconnect(negarse)

    assert not Operacion.objects.exists()
    assert not Lote.objects.exists()
