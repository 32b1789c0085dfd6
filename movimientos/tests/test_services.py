"""The services, one happy path and each refusal."""

from datetime import date, timedelta

import pytest

from lotes.models import Existencia, Lote
from movimientos import services
from movimientos.exceptions import (
    CaducidadDistinta,
    LoteNoDespachable,
    ReversoImposible,
    StockInsuficiente,
    YaRevertida,
)
from movimientos.models import Motivo, Movimiento, Operacion
from pruebas.factories import AlmacenFactory, ProductoFactory

HOY = date(2026, 5, 10)
pytestmark = pytest.mark.django_db


def entrar(usuario, producto, lote, cantidad, caduca, **resto):
    return services.registrar_entrada(
        lineas=[services.LineaEntrada(producto.pk, cantidad, lote, caduca)], usuario=usuario, hoy=HOY, **resto
    )


def dias(n):
    return HOY + timedelta(days=n)


def test_entry_creates_the_lot_and_its_balance(operador, almacen):
    producto = ProductoFactory()

    operacion = entrar(operador, producto, " a-1  x ", 40, dias(100))

    lote = Lote.objects.get()
    assert (lote.codigo, lote.fecha_caducidad, lote.producto) == ("A-1 X", dias(100), producto)
    existencia = Existencia.objects.get()
    assert (existencia.cantidad, existencia.secuencia, existencia.almacen) == (40, 1, almacen)
    linea = operacion.movimientos.get()
    assert (linea.cantidad, linea.saldo, linea.secuencia, linea.huella) == (40, 40, 1, existencia.huella)


def test_dispatch_takes_the_earliest_expiry_first_and_passes_over_the_expired(operador):
    producto = ProductoFactory()
    entrar(operador, producto, "TARDE", 50, dias(200))
    entrar(operador, producto, "PRONTO", 30, dias(20))
    entrar(operador, producto, "VIEJO", 10, dias(-1), nota="llegó así")

    plan = services.planificar(lineas=[services.LineaPedida(producto.pk, 60)], hoy=HOY)
    operacion = services.despachar(lineas=[services.LineaPedida(producto.pk, 60)], usuario=operador, hoy=HOY)

    assert [(t.saldo.lote_codigo, t.cantidad) for t in plan.lineas[0].tomas] == [("PRONTO", 30), ("TARDE", 30)]
    assert [(o.saldo.lote_codigo, o.razon) for o in plan.lineas[0].omitidos] == [("VIEJO", "caducado")]
    assert [(m.lote.codigo, m.cantidad, m.saldo) for m in operacion.lineas] == [("PRONTO", -30, 0), ("TARDE", -30, 20)]


def test_dispatch_takes_nothing_when_stock_is_short(operador):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(20))

    with pytest.raises(StockInsuficiente) as info:
        services.despachar(lineas=[services.LineaPedida(producto.pk, 6)], usuario=operador, hoy=HOY)

    assert info.value.datos["lineas"][0] | {"omitidos": []} == {
        "producto": producto.pk, "pedido": 6, "disponible": 5, "falta": 1, "omitidos": [],
    }  # fmt: skip
    assert Movimiento.objects.count() == 1


def test_partial_dispatch_takes_what_there_is_and_says_what_is_missing(operador):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(20))

    operacion = services.despachar(
        lineas=[services.LineaPedida(producto.pk, 6)], usuario=operador, hoy=HOY, parcial=True
    )

    assert operacion.faltantes == [{"producto": producto.pk, "pedido": 6, "despachado": 5, "falta": 1}]


def test_another_expiry_for_the_same_lot_is_a_conflict(operador):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(20))

    with pytest.raises(CaducidadDistinta) as info:
        entrar(operador, producto, "A", 5, dias(21))

    assert (info.value.datos["registrada"], info.value.datos["recibida"]) == (dias(20), dias(21))


def test_expired_lot_leaves_only_for_a_reason_that_admits_it(operador):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(-3), nota="así llegó")
    lote = Lote.objects.get()
    linea = [services.LineaSalida(lote.pk, 2)]

    with pytest.raises(LoteNoDespachable):
        services.registrar_salida(
            lineas=linea, usuario=operador, motivo=Motivo.objects.get(codigo="consumo_interno"), hoy=HOY
        )
    services.registrar_salida(lineas=linea, usuario=operador, motivo=Motivo.objects.get(codigo="merma"), hoy=HOY)

    assert Existencia.objects.get().cantidad == 3


def test_reversal_writes_the_opposite_once(operador, supervisor):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(20))
    despacho = services.despachar(lineas=[services.LineaPedida(producto.pk, 4)], usuario=operador, hoy=HOY)

    reverso = services.revertir(operacion=despacho, usuario=supervisor, nota="error", hoy=HOY)

    assert [m.cantidad for m in reverso.lineas] == [4]
    assert Existencia.objects.get().cantidad == 5
    with pytest.raises(YaRevertida):
        services.revertir(operacion=despacho, usuario=supervisor, nota="otra vez", hoy=HOY)


def test_reversal_of_an_entry_already_dispatched_is_refused(operador, supervisor):
    producto = ProductoFactory()
    entrada = entrar(operador, producto, "A", 5, dias(20))
    services.despachar(lineas=[services.LineaPedida(producto.pk, 1)], usuario=operador, hoy=HOY)

    with pytest.raises(ReversoImposible):
        services.revertir(operacion=entrada, usuario=supervisor, nota="error", hoy=HOY)


def test_transfer_moves_between_warehouses_and_sums_to_zero(operador, almacen):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(20))
    otro = AlmacenFactory()

    operacion = services.trasladar(
        lineas=[services.LineaTraslado(Lote.objects.get().pk, 2)], usuario=operador, almacen_destino=otro, hoy=HOY
    )

    assert [(m.almacen_id, m.cantidad) for m in operacion.lineas] == [(almacen.pk, -2), (otro.pk, 2)]
    assert dict(Existencia.objects.values_list("almacen", "cantidad")) == {almacen.pk: 3, otro.pk: 2}


def test_count_sets_the_balance_and_what_was_right_leaves_no_line(operador, supervisor):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(20))
    entrar(operador, producto, "B", 7, dias(20))
    a, b = Lote.objects.order_by("codigo")

    operacion = services.ajustar(
        lineas=[services.LineaConteo(a.pk, 3), services.LineaConteo(b.pk, 7)], usuario=supervisor, hoy=HOY
    )

    assert [(m.lote, m.cantidad, m.saldo) for m in operacion.lineas] == [(a, -2, 3)]


def test_the_same_key_gives_the_same_operation(operador):
    producto = ProductoFactory()

    primera = entrar(operador, producto, "A", 5, dias(20), clave="k1")
    segunda = entrar(operador, producto, "A", 5, dias(20), clave="k1")

    assert (segunda.pk, segunda.es_repeticion, primera.es_repeticion) == (primera.pk, True, False)
    assert Operacion.objects.count() == 1


def test_write_off_takes_everything_expired_and_nothing_else(operador):
    producto = ProductoFactory()
    entrar(operador, producto, "A", 5, dias(-1), nota="así llegó")
    entrar(operador, producto, "B", 7, HOY)

    operacion = services.dar_de_baja_caducados(usuario=operador, hoy=HOY)

    assert [(m.lote.codigo, m.cantidad) for m in operacion.lineas] == [("A", -5)]
