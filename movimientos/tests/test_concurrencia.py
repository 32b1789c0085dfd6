"""The one lock, on a real PostgreSQL: what happens without it, and that it does not happen with it."""

import contextlib
import threading

import pytest
from django.db import connection, transaction

from inventario.dominio.exceptions import BaseOcupada, Conflicto
from inventario.plataforma.sql import arreglo, juntas
from lotes.models import Existencia
from movimientos import libro, peticiones
from movimientos.exceptions import StockInsuficiente
from movimientos.models import Movimiento, Operacion
from movimientos.motor import postgres
from productos import bloqueo
from productos.models import Producto
from pruebas.ayudas import despachar, despachar_lineas, entrar
from pruebas.carreras import a_la_vez, hasta_que_alguien_espere
from pruebas.factories import ProductoFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _base(transactional_db):
    return transactional_db


def juntar_tras_leer(monkeypatch, n):
    """Make `n` operations meet after they read and before they write: the window that the lock must close."""
    cita = threading.Barrier(n)
    abrir = libro.motor.abrir

    def abrir_y_esperar(*args, **kwargs):
        leido = abrir(*args, **kwargs)
        _esperar(cita)
        return leido

    monkeypatch.setattr(libro.motor, "abrir", abrir_y_esperar)


def despacho(usuario, producto, cantidad, **resto):
    """A dispatch for `a_la_vez`."""
    return lambda: despachar(producto, cantidad, usuario=usuario, **resto)


def test_without_the_lock_two_dispatches_read_the_same_stock(operador, monkeypatch):
    producto = ProductoFactory()
    entrar(producto)
    sin_bloqueo = postgres._BLOQUEAR_PRODUCTOS.replace("FOR NO KEY UPDATE OF p", "")
    assert sin_bloqueo != postgres._BLOQUEAR_PRODUCTOS
    monkeypatch.setattr(postgres, "_BLOQUEAR_PRODUCTOS", sin_bloqueo)
    juntar_tras_leer(monkeypatch, 2)

    resultados = a_la_vez(despacho(operador, producto, 8), despacho(operador, producto, 8))

    # Both planned to take 8 of 10; the ledger's unique sequence is the last net, and one of them fell into it.
    assert not any(isinstance(r, StockInsuficiente) for r in resultados)
    assert sum(isinstance(r, Conflicto) for r in resultados) == 1


def test_with_the_lock_the_second_sees_what_the_first_left(operador, monkeypatch):
    producto = ProductoFactory()
    entrar(producto)
    juntar_tras_leer(monkeypatch, 2)

    resultados = a_la_vez(despacho(operador, producto, 8), despacho(operador, producto, 8))

    [rechazo] = [r for r in resultados if isinstance(r, StockInsuficiente)]
    assert rechazo.datos["lineas"][0]["disponible"] == 2
    assert Existencia.objects.get().cantidad == 2
    assert sorted(Movimiento.objects.values_list("cantidad", flat=True)) == [-8, 10]


def _dos_ordenes(monkeypatch, bloquear):
    """Two transactions that lock the same two products, one named backwards, and meet half way."""
    a, b = ProductoFactory(), ProductoFactory()
    cita = threading.Barrier(2)

    def tarea(ids):
        def correr():
            with transaction.atomic():
                bloquear(ids, cita)

        return correr

    return a_la_vez(tarea([a.pk, b.pk]), tarea([b.pk, a.pk]))


def _esperar(cita):
    with contextlib.suppress(threading.BrokenBarrierError):  # with the lock the other one never comes
        cita.wait(timeout=1)


def test_locks_taken_in_the_order_of_the_request_deadlock(operador, monkeypatch):
    def bloquear(ids, cita):
        for pk in ids:
            list(Producto.objects.bloqueados([pk]))
            _esperar(cita)

    resultados = _dos_ordenes(monkeypatch, bloquear)

    assert [r.__cause__.sqlstate for r in resultados if r is not None] == ["40P01"]


def test_locks_taken_in_primary_key_order_do_not(operador, monkeypatch):
    def bloquear(ids, cita):
        list(Producto.objects.bloqueados(ids))
        _esperar(cita)

    assert _dos_ordenes(monkeypatch, bloquear) == [None, None]


def test_orders_that_share_products_backwards_all_go_through(operador):
    productos = [ProductoFactory() for _ in range(3)]
    for p in productos:
        entrar(p, cantidad=100)

    def orden(lista):
        return lambda: despachar_lineas([peticiones.LineaPedida(p.pk, 1) for p in lista], usuario=operador)

    resultados = a_la_vez(*[orden(productos if i % 2 else productos[::-1]) for i in range(12)])

    assert [r for r in resultados if not isinstance(r, Operacion)] == []
    assert list(Existencia.objects.values_list("cantidad", flat=True)) == [88, 88, 88]


def test_twenty_equal_keys_at_once_have_one_effect(operador):
    producto = ProductoFactory()
    entrar(producto, cantidad=100)

    resultados = a_la_vez(*[despacho(operador, producto, 3, clave="una")] * 20)

    assert len({r.pk for r in resultados}) == 1
    assert sum(not r.es_repeticion for r in resultados) == 1
    assert Existencia.objects.get().cantidad == 97


def test_a_lock_that_does_not_come_says_so(operador):
    producto = ProductoFactory()
    entrar(producto)

    def con_prisa():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        return despacho(operador, producto, 1)()

    with transaction.atomic():
        list(Producto.objects.bloqueados([producto.pk]))
        [resultado] = a_la_vez(con_prisa)

    assert isinstance(resultado, BaseOcupada)
    assert Existencia.objects.get().cantidad == 10


@pytest.mark.parametrize(
    "bloquear",
    [
        bloqueo.bloquear,
        lambda ids: list(Producto.objects.bloqueados(ids)),
        lambda ids: juntas((postgres._BLOQUEAR_PRODUCTOS, [arreglo(ids)]))[0],
    ],
)
def test_locks_are_taken_from_the_lowest_key_up(bloquear):
    """With the first product taken, whoever wants all of them waits for it holding none of the others."""
    productos = sorted(ProductoFactory().pk for _ in range(12))
    primero, *otros = productos
    espera = threading.Event()

    def todos():
        espera.wait(5)
        with transaction.atomic():
            return len(bloquear(reversed(productos)))

    def mirar():
        with transaction.atomic():
            list(Producto.objects.bloqueados([primero]))
            espera.set()
            hasta_que_alguien_espere()
            libres = Producto.objects.filter(pk__in=otros).select_for_update(skip_locked=True)
            return len(libres)

    assert a_la_vez(todos, mirar) == [12, 11]
