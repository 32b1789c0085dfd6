"""Imports that meet: two of the same, a change of one that is being confirmed."""

import threading

import pytest

from lotes.models import Lote
from movimientos.importacion import ensayo, services
from movimientos.importacion.exceptions import ImportacionYaHecha
from movimientos.models import Importacion
from pruebas.carreras import a_la_vez, salio_bien
from pruebas.factories import ProductoFactory
from pruebas.importaciones import CINCO, HOY, cuadran, existencias, problemas, publicar, subir


def test_a_file_of_products_published_twice_at_once_counts_what_each_wrote(supervisor, monkeypatch):
    una, otra = (subir(b"sku;nombre\nP-1;Uno\n", supervisor, tipo="productos") for _ in range(2))
    original = ensayo.planear

    def y_mientras_la_otra(importacion, *args):
        plan = original(importacion, *args)
        if importacion.pk == una.pk:
            publicar(otra, supervisor)
        return plan

    monkeypatch.setattr(ensayo, "planear", y_mientras_la_otra)
    publicar(una, supervisor)

    assert [x.totales["publicadas"] for x in (una, otra)] == [0, 1]
    cuadran(una)


def test_a_change_does_not_undo_that_it_was_confirmed_meanwhile(supervisor, monkeypatch):
    i = subir(CINCO, supervisor)
    original = ensayo.planear

    def y_mientras_se_confirma(importacion, *args):
        with monkeypatch.context() as m:
            m.setattr(ensayo, "planear", original)
            publicar(Importacion.objects.get(pk=i.pk), supervisor)
        return original(importacion, *args)

    monkeypatch.setattr(ensayo, "planear", y_mientras_se_confirma)
    with pytest.raises(ImportacionYaHecha):
        services.cambiar(i, usuario=supervisor, mapa={"F": ""}, hoy=HOY)

    i = Importacion.objects.get(pk=i.pk)
    assert (i.estado, i.totales["publicadas"], "F" in i.mapa) == ("hecha", 4, True)


def test_what_is_published_is_what_was_last_decided(supervisor):
    vieja = subir(CINCO, supervisor)
    services.cambiar(Importacion.objects.get(pk=vieja.pk), usuario=supervisor, mapa={"F": ""}, hoy=HOY)

    publicar(vieja, supervisor)

    assert not Lote.objects.exclude(costo_unitario=None).exists()


@pytest.mark.parametrize(("cuantas", "clase"), [(b"4", "omision"), (b"9", "error")])
def test_two_imports_of_one_lot_at_once_enter_it_once(supervisor, monkeypatch, cuantas, clase):
    cabecera = b"sku,nombre,lote,caducidad,cantidad\n"
    una, otra = (subir(cabecera + b"A,Alfa,L1,2030-01-31," + n + b"\n", supervisor) for n in (b"4", cuantas))
    original = ensayo.planear

    def y_mientras_la_otra(importacion, *args):
        plan = original(importacion, *args)
        if importacion.pk == una.pk:
            publicar(otra, supervisor)
        return plan

    monkeypatch.setattr(ensayo, "planear", y_mientras_la_otra)
    publicar(una, supervisor)

    assert existencias() == {("A", "L1", "Principal"): int(cuantas)}
    assert (una.totales["publicadas"], una.operaciones, list(problemas(una, clase))) == (0, [], [2])
    cuadran(una)
    cuadran(otra)


@pytest.mark.postgres
def test_two_who_post_the_same_lines_take_turns(transactional_db, supervisor, monkeypatch):
    for n in range(1, 13):
        ProductoFactory(sku=f"P-{n}")  # to be made, they would wait for each other there
    filas = b"".join(b"P-%d,,L,2030-01-31,%d\n" % (n, n) for n in range(1, 13))
    dos = [subir(b"sku,nombre,lote,caducidad,cantidad\n" + filas, supervisor) for _ in range(2)]
    cita, original = threading.Barrier(2), ensayo.planear

    def y_esperar(*args):
        plan = original(*args)
        cita.wait(30)
        return plan

    monkeypatch.setattr(ensayo, "planear", y_esperar)
    for resultado in a_la_vez(*(lambda i=i: publicar(i, supervisor, tanda=2) for i in dos)):
        salio_bien(resultado)

    assert existencias() == {(f"P-{n}", "L", "Principal"): n for n in range(1, 13)}
    assert sum(i.totales["publicadas"] for i in dos) == 12
    assert not any(problemas(i) for i in dos)
    for i in dos:
        cuadran(i)
