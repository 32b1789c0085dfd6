"""A walk of the ledger has no hole: what commits late is waited for, and then shown."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from movimientos import firme
from movimientos.models import Movimiento, Operacion
from pruebas.ayudas import despachar, entrar
from pruebas.carreras import a_la_vez
from pruebas.clientes import ClienteAPI
from pruebas.factories import ProductoFactory, UsuarioFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _base(transactional_db):
    return transactional_db


def ids(api, ruta):
    """All that a walk by `siguiente` shows, in order."""
    vistos, pagina = [], api.get(f"{ruta}por_pagina=3").json()
    while True:
        vistos += [fila["id"] for fila in pagina["resultados"]]
        if pagina["siguiente"] is None:
            return vistos
        pagina = api.get(pagina["siguiente"].replace("http://testserver", "")).json()


@pytest.mark.parametrize("sin_guarda", [False, True])
@pytest.mark.parametrize("ruta", ["operaciones/?", "movimientos/?", "operaciones/?orden=id&", "movimientos/?orden=id&"])
def test_nothing_is_shown_before_what_may_still_commit(monkeypatch, ruta, sin_guarda):
    uno, otro = ProductoFactory(), ProductoFactory()
    entrar(uno), entrar(otro)
    api = ClienteAPI(UsuarioFactory(is_superuser=True))
    if sin_guarda:
        monkeypatch.setattr(firme, "limite", lambda modelo: None)
    escrita, vista = threading.Event(), threading.Event()

    def tardia():
        with transaction.atomic():
            despachar(uno, 1)
            escrita.set()
            vista.wait(10)

    def pronta():
        try:
            escrita.wait(10)
            despachar(otro, 1)
            return ids(api, ruta)
        finally:
            vista.set()

    error, vistos = a_la_vez(tardia, pronta)

    assert error is None
    todos = set(ids(api, ruta))
    assert len(todos) == 4
    huecos = {pk for pk in todos if pk < max(vistos)} - set(vistos)
    assert bool(huecos) == sin_guarda


def test_who_wrote_it_sees_it_before_it_commits_and_others_right_after():
    producto = ProductoFactory()
    with transaction.atomic():
        operacion = entrar(producto)
        assert list(firme.solo_firme(Operacion.objects.all())) == [operacion]
        [limite] = a_la_vez(lambda: firme.limite(Operacion))
        assert limite <= operacion.pk
    assert firme.limite(Operacion) > operacion.pk
    assert list(firme.solo_firme(Movimiento.objects.all())) == operacion.lineas


def test_a_database_restored_from_another_server_is_firm_at_once():
    """Nothing of the server's numbers is stored: ids far ahead of what the sequence ever gave here are shown when it is set."""
    entrar(ProductoFactory())
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('movimientos_operacion_id_seq', 7000000)")
    assert firme.limite(Operacion) == 7000001


@pytest.mark.lento
def test_walks_among_operations_that_commit_late_have_no_holes():
    productos = [ProductoFactory() for _ in range(4)]
    for p in productos:
        entrar(p, cantidad=1000)
    api, fin = ClienteAPI(UsuarioFactory(is_superuser=True)), threading.Event()

    def escribir(producto):
        azar = random.Random(producto.pk)
        try:
            while not fin.is_set():
                with transaction.atomic():
                    despachar(producto, 1)
                    fin.wait(azar.uniform(0, 0.15))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(productos)) as hilos:
        for producto in productos:
            hilos.submit(escribir, producto)
        try:
            paseos = {ruta: [ids(api, ruta) for _ in range(3)] for ruta in ("operaciones/?orden=id&", "movimientos/?")}
        finally:
            fin.set()
    for ruta, vistos in paseos.items():
        todos = set(ids(api, ruta))
        for paseo in vistos:
            assert len(paseo) == len(set(paseo))
            assert {pk for pk in todos if pk <= max(paseo)} == set(paseo)
