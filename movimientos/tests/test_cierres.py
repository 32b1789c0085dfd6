"""What an operation reads without locking it changes under its feet, on PostgreSQL: without the guard, and with it."""

import threading
from contextlib import contextmanager

import pytest
from django.db import transaction

from lotes.exceptions import AlmacenConExistencias
from lotes.models import Almacen, Existencia
from movimientos import libro
from movimientos.exceptions import AlmacenInactivo, ProductoInactivo
from movimientos.models import Motivo, Operacion
from productos import bloqueo
from productos.models import Producto
from pruebas.ayudas import despachar, entrar, jefe, nuevo_lote, revertir, sacar, trasladar
from pruebas.carreras import a_la_vez, hasta_que_alguien_espere
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _base(transactional_db):
    jefe()
    return transactional_db


def a_medias(monkeypatch, operacion, cambio):
    """Run `operacion` up to where it has read everything, then `cambio` until it ends or waits, then the rest of `operacion`."""
    leido, hecho, sigue = threading.Event(), threading.Event(), threading.Event()
    abrir = libro.motor.abrir

    def abrir_y_esperar(*args, **kwargs):
        resultado = abrir(*args, **kwargs)
        leido.set()
        sigue.wait(10)
        return resultado

    def cambiar():
        leido.wait(10)
        try:
            return cambio()
        finally:
            hecho.set()

    def soltar():
        leido.wait(10)
        if not hecho.wait(0.5):
            hasta_que_alguien_espere()
        sigue.set()

    monkeypatch.setattr(libro.motor, "abrir", abrir_y_esperar)
    return a_la_vez(operacion, cambiar, soltar)[:2]


@contextmanager
def sin_guardia(monkeypatch):
    with monkeypatch.context() as parche:
        parche.setattr(bloqueo, "detener", lambda: None)
        yield


def cerrar(almacen):
    def _cerrar():
        fila = Almacen.objects.get(pk=almacen.pk)
        fila.activo = False
        fila.save()

    return _cerrar


def dentro_de_lo_cerrado():
    return list(Existencia.objects.con_stock().filter(almacen__activo=False).values_list("cantidad", flat=True))


@pytest.fixture
def que_entran():
    """Operations by which something comes into a warehouse that is empty, each a warehouse and what to run."""

    def _que_entran(cual):
        almacen, producto = AlmacenFactory(), ProductoFactory()
        lote = nuevo_lote(producto, cantidad=20)
        if cual == "entrada":
            return almacen, lambda: entrar(producto, "A", 5, almacen=almacen)
        if cual == "traslado":
            return almacen, lambda: trasladar(lote, 5, almacen)
        trasladar(lote, 5, almacen)
        salida = sacar(lote, 5, almacen=almacen)
        return almacen, lambda: revertir(salida)

    return _que_entran


@pytest.mark.parametrize("cual", ["entrada", "traslado", "reverso"])
def test_without_the_guard_a_warehouse_closes_on_what_is_coming_in(que_entran, monkeypatch, cual):
    almacen, operacion = que_entran(cual)

    with sin_guardia(monkeypatch):
        resultados = a_medias(monkeypatch, operacion, cerrar(almacen))

    assert isinstance(resultados[0], Operacion)
    assert resultados[1] is None
    assert dentro_de_lo_cerrado() == [5]


@pytest.mark.parametrize("cual", ["entrada", "traslado", "reverso"])
def test_a_warehouse_waits_for_what_is_coming_in_and_then_does_not_close(que_entran, monkeypatch, cual):
    almacen, operacion = que_entran(cual)

    entra, cierre = a_medias(monkeypatch, operacion, cerrar(almacen))

    assert isinstance(entra, Operacion)
    assert isinstance(cierre, AlmacenConExistencias)
    assert dentro_de_lo_cerrado() == []


def test_a_warehouse_closes_after_the_dispatch_that_empties_it(monkeypatch):
    almacen, producto = AlmacenFactory(), ProductoFactory()
    entrar(producto, almacen=almacen)

    sale, cierre = a_medias(monkeypatch, lambda: despachar(producto, 10, almacen=almacen), cerrar(almacen))

    assert isinstance(sale, Operacion)
    assert cierre is None
    assert not Almacen.objects.get(pk=almacen.pk).activo


@pytest.mark.parametrize("que", ["almacén", "producto"])
def test_what_was_closed_or_discontinued_first_takes_nothing_in(que):
    """The entry comes while the change is not committed: it waits, and then reads the new row."""
    almacen, producto = AlmacenFactory(), ProductoFactory()
    fila, rechazo = (almacen, AlmacenInactivo) if que == "almacén" else (producto, ProductoInactivo)
    guardado = threading.Event()

    def cambiar():
        with transaction.atomic():
            fila.activo = False
            fila.save()
            guardado.set()
            hasta_que_alguien_espere()

    def entrada():
        guardado.wait(10)
        return entrar(producto, almacen=almacen)

    _hecho, entra = a_la_vez(cambiar, entrada)

    assert isinstance(entra, rechazo)
    assert not Existencia.objects.exists()


def test_a_product_is_discontinued_after_the_entry_under_way(monkeypatch):
    producto = ProductoFactory(stock_minimo=50)

    def descontinuar():
        fila = Producto.objects.get(pk=producto.pk)
        fila.activo = False
        fila.save()

    entra, _hecho = a_medias(monkeypatch, lambda: entrar(producto), descontinuar)

    assert isinstance(entra, Operacion)
    assert list(producto.alertas.sin_resolver().values_list("tipo", flat=True)) == ["por_caducar"]


@pytest.mark.parametrize("guardada", [False, True], ids=["without the guard", "with it"])
def test_a_reason_does_not_change_its_meaning_under_the_operation_that_it_judged(monkeypatch, guardada):
    motivo = Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida")
    lote = nuevo_lote(ProductoFactory())

    def cambiar():
        fila = Motivo.objects.get(pk=motivo.pk)
        fila.es_consumo = True
        fila.save()

    if not guardada:
        monkeypatch.setattr(bloqueo, "detener", lambda: None)
    sale, cambio = a_medias(monkeypatch, lambda: sacar(lote, 1, "donativo"), cambiar)

    assert isinstance(sale, Operacion)
    assert Motivo.objects.get(pk=motivo.pk).es_consumo is not guardada
    assert (cambio is None) is not guardada
