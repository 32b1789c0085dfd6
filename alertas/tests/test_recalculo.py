"""Alerts follow the stock, in the same transaction, and the date."""

import pytest

from alertas.models import Alerta
from pruebas.ayudas import HOY, despachar, dias, entrar
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
