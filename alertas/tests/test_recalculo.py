"""Alerts follow the stock, in the same transaction, and the date."""

import random

import pytest
from django.db.models import F

from alertas.models import Alerta
from lotes.models import Lote
from lotes.services import retener
from productos.models import Producto
from pruebas.ayudas import HOY, despachar, dias, entrar, hoy_mas, jefe
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


def vigentes(dia):
    return sorted((a.tipo_hoy, a.severidad) for a in Alerta.objects.vigentes(dia).con_derivados(dia))


def test_the_alerts_of_any_future_day_are_already_there():
    producto = ProductoFactory(stock_minimo=10)
    entrar(producto, "A", 8, 100, hoy=HOY)
    entrar(producto, "B", 5, 40, hoy=HOY)

    assert vigentes(HOY) == [("por_caducar", "aviso")]
    assert vigentes(dias(10)) == [("por_caducar", "aviso"), ("por_caducar", "importante")]
    assert vigentes(dias(40)) == [("por_caducar", "aviso"), ("por_caducar", "critica")]
    assert vigentes(dias(41)) == [("caducado", "critica"), ("por_caducar", "aviso"), ("stock_bajo", "importante")]
    assert vigentes(dias(101)) == [("caducado", "critica"), ("caducado", "critica"), ("sin_stock", "critica")]


def test_dispatch_raises_low_stock_and_an_entry_resolves_it():
    producto = ProductoFactory(stock_minimo=10)
    entrar(producto, "A", 12, 400, hoy=HOY)
    assert vigentes(HOY) == []

    despachar(producto, 5, hoy=HOY)
    assert vigentes(HOY) == [("stock_bajo", "importante")]

    entrar(producto, "B", 12, 400, hoy=HOY)
    assert vigentes(HOY) == []
    resuelta = Alerta.objects.get(resuelta_en__isnull=False)
    assert [e.tipo for e in resuelta.eventos.all()] == ["resuelta"]


def segun_la_regla(dia):
    """What is below its minimum on `dia`, from the stock itself."""
    con_minimo = Producto.objects.activos().filter(stock_minimo__gt=0).con_existencias(dia)
    return set(con_minimo.filter(disponible__lt=F("stock_minimo")).values_list("pk", flat=True))


@pytest.mark.parametrize("semilla", range(3))
def test_what_is_below_its_minimum_on_any_day_is_what_the_stock_of_that_day_says(semilla):
    azar = random.Random(semilla)
    productos = [ProductoFactory(stock_minimo=azar.choice([0, 1, 5, 20])) for _n in range(8)]
    for paso in range(30):
        producto = azar.choice(productos)
        if azar.random() < 0.6:
            entrar(producto, f"L{azar.randrange(4)}-{paso}", azar.randint(1, 12), azar.choice([None, *range(90)]))
        elif Lote.objects.filter(producto=producto, existencias__cantidad__gt=0).exists():
            despachar(producto, azar.randint(1, 9), parcial=True)
    for lote in azar.sample(list(Lote.objects.all()), 3):
        retener(lote=lote, usuario=jefe(), nota="dudoso")
    productos[0].stock_minimo = 50
    productos[0].save()

    vistos = {n: segun_la_regla(hoy_mas(n)) for n in range(95)}

    assert len(set(map(frozenset, vistos.values()))) > 1
    todos = {p.pk for p in productos}
    for n, esperados in vistos.items():
        assert set(Producto.objects.bajo_minimo(hoy_mas(n)).values_list("pk", flat=True)) == esperados, n
        assert set(Producto.objects.bajo_minimo(hoy_mas(n), False).values_list("pk", flat=True)) == todos - esperados, n
