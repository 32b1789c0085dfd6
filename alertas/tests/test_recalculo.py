"""Alerts follow the stock, in the same transaction, and the date."""

from datetime import date, timedelta

import pytest

from alertas.models import Alerta
from movimientos import services
from pruebas.factories import ProductoFactory

HOY = date(2026, 5, 10)
pytestmark = pytest.mark.django_db


def dias(n):
    return HOY + timedelta(days=n)


def entrar(usuario, producto, lote, cantidad, caduca):
    services.registrar_entrada(
        lineas=[services.LineaEntrada(producto.pk, cantidad, lote, caduca)], usuario=usuario, hoy=HOY
    )


def vigentes(dia):
    return sorted((a.tipo_hoy, a.severidad) for a in Alerta.objects.vigentes(dia).con_derivados(dia))


def test_the_alerts_of_any_future_day_are_already_there(operador):
    producto = ProductoFactory(stock_minimo=10)
    entrar(operador, producto, "A", 8, dias(100))
    entrar(operador, producto, "B", 5, dias(40))

    assert vigentes(HOY) == [("por_caducar", "aviso")]
    assert vigentes(dias(10)) == [("por_caducar", "aviso"), ("por_caducar", "importante")]
    assert vigentes(dias(40)) == [("por_caducar", "aviso"), ("por_caducar", "critica")]
    assert vigentes(dias(41)) == [("caducado", "critica"), ("por_caducar", "aviso"), ("stock_bajo", "importante")]
    assert vigentes(dias(101)) == [("caducado", "critica"), ("caducado", "critica"), ("sin_stock", "critica")]


def test_dispatch_raises_low_stock_and_an_entry_resolves_it(operador):
    producto = ProductoFactory(stock_minimo=10)
    entrar(operador, producto, "A", 12, dias(400))
    assert vigentes(HOY) == []

    services.despachar(lineas=[services.LineaPedida(producto.pk, 5)], usuario=operador, hoy=HOY)
    assert vigentes(HOY) == [("stock_bajo", "importante")]

    entrar(operador, producto, "B", 12, dias(400))
    assert vigentes(HOY) == []
    resuelta = Alerta.objects.get(resuelta_en__isnull=False)
    assert [e.tipo for e in resuelta.eventos.all()] == ["resuelta"]
