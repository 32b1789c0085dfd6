"""Money is exact, and stays what it was: what a lot costs, what a line cost, and what a past day was worth."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from inventario.dominio.dinero import redondear
from inventario.dominio.exceptions import DatosInvalidos
from lotes import services as lotes
from lotes.models import Lote
from movimientos import candado
from movimientos.models import Movimiento
from movimientos.peticiones import LineaEntrada
from pruebas.ayudas import contar, despachar, entrar, entrar_lineas, hoy_mas, revertir, trasladar
from pruebas.dinero import alerta, reporte, valor, verificar
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


def test_a_mistake_that_is_reversed_leaves_the_cost_as_if_it_had_never_been():
    producto = ProductoFactory()
    entrar(producto, cantidad=100, costo="1.00")
    despachar(producto, 10)
    error = entrar(producto, cantidad=100, costo="100.00")
    revertir(error)

    assert Lote.objects.get().costo_unitario == Decimal("1.000000")
    assert valor() == alerta() == Decimal("90.00")
    assert reporte("consumo")[0]["valor"] == Decimal("10.00")
    assert verificar() == ""


def test_it_does_so_whatever_came_in_between():
    producto, otro = ProductoFactory(), AlmacenFactory()
    entrar(producto, cantidad=100, costo="1.00")
    error = entrar(producto, cantidad=100, costo="100.00")
    despacho = despachar(producto, 10)
    trasladar(Lote.objects.get(), 20, otro)
    entrar(producto, cantidad=50, costo="4.00", almacen=otro)
    revertir(error)

    assert Lote.objects.get().costo_unitario == Decimal("2.071429")  # 90 at 1.00 and 50 at 4.00
    assert valor() == redondear(140 * Decimal("2.071429"))
    assert reporte("consumo")[0]["valor"] == Decimal("505.00")  # what it cost when it left
    assert verificar() == ""
    revertir(despacho)
    assert reporte("consumo")[0]["valor"] == Decimal("0.00")
    assert Lote.objects.get().costo_unitario == Decimal("2.000000")
    assert verificar() == ""


def test_a_past_day_is_worth_what_it_was_worth_then():
    producto = ProductoFactory()
    entrar(producto, cantidad=100, costo="1.00", fecha_efectiva=hoy_mas(-10))
    entrar(producto, cantidad=100, costo="100.00")

    for agrupar in ("producto", "lote"):
        totales, filas = reporte("existencias_a_fecha", fecha=hoy_mas(-5), agrupar=agrupar)
        assert (totales["valor"], [f["valor"] for f in filas]) == (Decimal("100.00"), [Decimal("100.00")])
    assert reporte("existencias_a_fecha", fecha=hoy_mas(0))[0]["valor"] == valor() == Decimal("10100.00")


def test_what_came_later_to_another_warehouse_does_not_change_a_past_day(almacen):
    producto, otro = ProductoFactory(), AlmacenFactory()
    entrar(producto, cantidad=80, costo="10", fecha_efectiva=hoy_mas(-10))
    entrar(producto, cantidad=20, costo="40", almacen=otro)

    assert reporte("existencias_a_fecha", fecha=hoy_mas(-5), almacen=almacen)[0]["valor"] == Decimal("800.00")
    assert reporte("existencias_a_fecha", fecha=hoy_mas(0), almacen=almacen)[0]["valor"] == Decimal("1280.00")
    assert valor() == alerta() == Decimal("1600.00")
    assert verificar() == ""


@pytest.mark.parametrize("primero", ["10", None])
def test_units_with_a_cost_and_units_without_are_told_apart(primero):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, costo=primero)
    entrar(producto, cantidad=10, costo=None if primero else "10")

    totales = reporte("existencias")[0]
    assert (totales["valor"], totales["sin_costo"]) == (Decimal("100.00"), 10)
    assert alerta() == Decimal(100)
    assert reporte("caducidades", agrupar="lote")[1][0]["sin_costo"] == 10
    despachar(producto, 15)  # those of known cost first
    consumo = reporte("consumo")[0]
    assert (consumo["valor"], consumo["sin_costo"]) == (Decimal("100.00"), 5)
    assert (alerta(), verificar()) == (None, "")


def test_a_corrected_cost_counts_from_then_on(administrador):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, costo="1", fecha_efectiva=hoy_mas(-9))
    entrar(producto, cantidad=5, fecha_efectiva=hoy_mas(-9))
    despachar(producto, 2)
    lotes.corregir_costo(lote=Lote.objects.get(), usuario=administrador, nota="factura", costo_unitario=Decimal(3))

    assert valor() == alerta() == Decimal(39)
    assert reporte("consumo")[0]["valor"] == Decimal(2)
    antes = reporte("existencias_a_fecha", fecha=hoy_mas(-3))[0]
    assert (antes["valor"], antes["sin_costo"]) == (Decimal(10), 5)
    assert verificar() == ""
    revertir(entrar(producto, cantidad=1, costo="9"))
    assert Lote.objects.get().costo_unitario == Decimal(3)
    assert verificar() == ""


@pytest.mark.parametrize(
    ("cantidad", "costo", "esperado"),
    [
        (30001, "50000.333333", "1500060000.323333"),
        (1, "999999999999.999999", "999999999999.999999"),
        (10**9, "999.999999", "999999999000.000000"),
    ],
)
def test_money_keeps_its_last_digit(cantidad, costo, esperado):
    entrar(ProductoFactory(), cantidad=cantidad, costo=costo)

    assert Lote.objects.get().costo_unitario == Decimal(costo)
    assert alerta() == Decimal(esperado)
    assert valor() == redondear(Decimal(esperado))
    assert verificar() == ""


def test_sums_of_many_of_the_dearest_lots_stay_exact():
    producto = ProductoFactory()
    entrar_lineas(
        [LineaEntrada(producto.pk, 1, f"L{i}", hoy_mas(9), Decimal("999999999999.999999")) for i in range(30)]
    )

    assert valor() == Decimal("29999999999999.99997").quantize(Decimal("0.01"))
    assert verificar() == ""


def test_the_value_of_a_line_and_of_a_lot_has_a_limit():
    producto = ProductoFactory()
    with pytest.raises(DatosInvalidos):
        entrar(producto, cantidad=10**9, costo="1000.000000")
    entrar(producto, cantidad=1, costo="999999999999")
    for demasiado in (
        lambda: entrar(producto, cantidad=1, costo="999999999999"),
        lambda: contar(Lote.objects.get(), 10**9),
    ):
        with pytest.raises(DatosInvalidos), transaction.atomic():
            demasiado()
    assert verificar() == ""


def test_a_line_keeps_the_state_that_the_rule_saw_and_no_clock_judges_it(administrador):
    producto = ProductoFactory()
    entrar(producto, cantidad=10)
    lote = Lote.objects.get()
    lotes.retener(lote=lote, usuario=administrador, nota="x")
    lotes.liberar(lote=lote, usuario=administrador, nota="x")
    # The clock of the server that released it was a minute ahead of that of the one that dispatches.
    candado.quitar(connection)
    lote.cambios.filter(tipo="liberar").update(registrado_en=timezone.now() + timedelta(seconds=60))
    candado.instalar(connection)
    despachar(producto, 1)

    assert set(Movimiento.objects.values_list("estado_lote", flat=True)) == {"disponible"}
    assert verificar() == ""


def alterar(sql):
    """As somebody with the keys to the database would; the alerts follow."""
    candado.quitar(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    candado.instalar(connection)
    call_command("recalcular_alertas", stdout=StringIO())
    return {linea.split(":")[0] for linea in verificar().splitlines()}


@pytest.mark.parametrize(
    ("sql", "hallazgos"),
    [
        ("UPDATE lotes_lote SET costo_unitario = 2000000", {"valor_distinto"}),
        ("UPDATE lotes_existencia SET con_costo = con_costo - 1", {"conocidas_distintas", "valor_distinto"}),
        ("UPDATE movimientos_movimiento SET costo_unitario = 2000000", {"cadena_rota", "valor_distinto"}),
        (
            "UPDATE movimientos_movimiento SET version = 1, estado_lote = '' WHERE tipo = 'despacho'",
            {"version_anterior", "cadena_rota"},
        ),
    ],
)
def test_a_cost_that_somebody_changed_is_found(sql, hallazgos):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, costo="1")
    despachar(producto, 4)

    assert alterar(sql) >= hallazgos


def test_rows_are_rounded_half_up_and_the_total_once():
    producto = ProductoFactory()
    entrar_lineas([LineaEntrada(producto.pk, 1, lote, hoy_mas(9), Decimal("0.333333")) for lote in "ABC"])

    totales, filas = reporte("existencias", agrupar="lote")

    assert ([f["valor"] for f in filas], totales["valor"]) == ([Decimal("0.33")] * 3, Decimal("1.00"))
    assert redondear(Decimal("0.125")) == Decimal("0.13")
    assert redondear(Decimal("-0.125")) == Decimal("-0.13")
