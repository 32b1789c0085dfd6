"""Dates in the past, idempotency keys, costs, and the rules of the header that every operation shares."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos
from lotes.models import Lote
from movimientos import services
from movimientos.exceptions import (
    AlmacenInactivo,
    MotivoIncompatible,
    ProductoInactivo,
    RetroactivoImposible,
    ReversoImposible,
)
from movimientos.models import Motivo, Movimiento, Operacion
from pruebas.factories import AlmacenFactory, ProductoFactory

HOY = date(2026, 5, 10)
pytestmark = pytest.mark.django_db


def dias(n):
    return HOY + timedelta(days=n)


def entrar(usuario, producto, cantidad=10, lote="A", caduca=dias(300), costo=None, **resto):
    linea = services.LineaEntrada(producto.pk, cantidad, lote, caduca, None if costo is None else Decimal(costo))
    return services.registrar_entrada(lineas=[linea], usuario=usuario, **{"hoy": HOY, **resto})


def despachar(usuario, producto, cantidad, **resto):
    return services.despachar(
        lineas=[services.LineaPedida(producto.pk, cantidad)], usuario=usuario, **{"hoy": HOY, **resto}
    )


def test_a_past_date_needs_its_permission(operador):
    with pytest.raises(PermissionDenied):
        entrar(operador, ProductoFactory(), fecha_efectiva=dias(-1))


def test_a_past_date_has_a_limit_and_the_future_is_refused(supervisor):
    producto = ProductoFactory()

    assert entrar(supervisor, producto, fecha_efectiva=dias(-30)).fecha_efectiva == dias(-30)
    with pytest.raises(RetroactivoImposible):
        entrar(supervisor, producto, fecha_efectiva=dias(-31))
    with pytest.raises(DatosInvalidos):
        entrar(supervisor, producto, fecha_efectiva=dias(1))


def test_a_past_dispatch_is_refused_when_the_stock_had_not_come_yet(supervisor):
    producto = ProductoFactory()
    entrar(supervisor, producto, 10, fecha_efectiva=dias(-5))

    with pytest.raises(RetroactivoImposible):
        despachar(supervisor, producto, 3, fecha_efectiva=dias(-6))
    despachar(supervisor, producto, 3, fecha_efectiva=dias(-5))


def test_a_past_dispatch_is_refused_when_the_stock_left_in_between(supervisor):
    producto = ProductoFactory()
    entrar(supervisor, producto, 10, fecha_efectiva=dias(-9))
    despachar(supervisor, producto, 9, fecha_efectiva=dias(-5))
    entrar(supervisor, producto, 10, fecha_efectiva=dias(-2))

    with pytest.raises(RetroactivoImposible):
        despachar(supervisor, producto, 2, fecha_efectiva=dias(-7))
    despachar(supervisor, producto, 1, fecha_efectiva=dias(-7))


def test_expiry_is_judged_on_the_effective_date(supervisor):
    producto = ProductoFactory()
    entrar(supervisor, producto, 10, caduca=dias(-2), fecha_efectiva=dias(-9))

    assert despachar(supervisor, producto, 1, fecha_efectiva=dias(-2)).lineas[0].cantidad == -1


def test_a_count_says_what_there_is_today(supervisor):
    entrar(supervisor, ProductoFactory())

    with pytest.raises(RetroactivoImposible):
        services.ajustar(
            lineas=[services.LineaConteo(Lote.objects.get().pk, 1)],
            usuario=supervisor,
            hoy=HOY,
            fecha_efectiva=dias(-1),
        )


@pytest.mark.parametrize("otra", [{"cantidad": 11}, {"lote": "B"}, {"documento": "F-2"}, {"costo": "1"}])
def test_the_same_key_with_another_request_is_refused(operador, otra):
    producto = ProductoFactory()
    entrar(operador, producto, clave="k")

    with pytest.raises(ClaveReutilizada):
        entrar(operador, producto, clave="k", **otra)

    assert Movimiento.objects.count() == 1


def test_the_same_key_in_another_kind_of_operation_is_refused(operador):
    producto = ProductoFactory()
    entrar(operador, producto, clave="k")

    with pytest.raises(ClaveReutilizada):
        despachar(operador, producto, 1, clave="k")


def test_keys_belong_to_their_user(operador, supervisor):
    producto = ProductoFactory()

    primera, segunda = entrar(operador, producto, clave="k"), entrar(supervisor, producto, clave="k")

    assert primera.pk != segunda.pk


def test_a_repeated_dispatch_is_answered_although_the_stock_is_gone(operador):
    producto = ProductoFactory()
    entrar(operador, producto, 5)
    primera = despachar(operador, producto, 5, clave="k")

    segunda = despachar(operador, producto, 5, clave="k")

    assert (segunda.pk, segunda.es_repeticion) == (primera.pk, True)
    assert [m.pk for m in segunda.lineas] == [m.pk for m in primera.lineas]


def test_the_cost_of_a_lot_is_the_average_weighted_by_quantity(operador):
    producto = ProductoFactory()
    entrar(operador, producto, 10, costo="1")
    entrar(operador, producto, 30, costo="2")
    assert Lote.objects.get().costo_unitario == Decimal("1.75")

    entrar(operador, producto, 5)
    assert Lote.objects.get().costo_unitario == Decimal("1.75")


def test_the_first_known_cost_and_the_cost_after_running_out_stand_alone(operador):
    producto = ProductoFactory()
    entrar(operador, producto, 10)
    entrar(operador, producto, 10, costo="4")
    assert Lote.objects.get().costo_unitario == Decimal(4)

    despachar(operador, producto, 20)
    entrar(operador, producto, 1, costo="9")
    assert Lote.objects.get().costo_unitario == Decimal(9)


def test_two_lines_of_one_lot_are_one_ledger_line_and_one_average(operador):
    producto = ProductoFactory()
    lineas = [services.LineaEntrada(producto.pk, q, "a", dias(9), Decimal(c)) for q, c in ((1, 1), (3, 5))]

    operacion = services.registrar_entrada(lineas=lineas, usuario=operador, hoy=HOY)

    assert [m.cantidad for m in operacion.lineas] == [4]
    assert Lote.objects.get().costo_unitario == Decimal(4)


def test_the_average_of_a_new_lot_does_not_weigh_what_came_of_another(operador):
    producto = ProductoFactory()
    lineas = [
        services.LineaEntrada(producto.pk, q, lote, dias(9), Decimal(c))
        for lote, q, c in (("a", 90, 7), ("b", 1, 1), ("b", 3, 5))
    ]

    services.registrar_entrada(lineas=lineas, usuario=operador, hoy=HOY)

    assert dict(Lote.objects.values_list("codigo", "costo_unitario")) == {"A": Decimal(7), "B": Decimal(4)}


def test_an_entry_must_say_when_it_expires_unless_the_product_does_not(operador):
    with pytest.raises(DatosInvalidos) as info:
        entrar(operador, ProductoFactory(), caduca=None)
    assert list(info.value.errores) == ["lineas.0.fecha_caducidad"]

    entrar(operador, ProductoFactory(controla_caducidad=False), lote="", caduca=None)
    assert Lote.objects.get().codigo == "SIN LOTE"


def test_a_missing_expiry_never_blanks_a_stored_one(operador):
    producto = ProductoFactory()
    entrar(operador, producto, caduca=dias(40))

    entrar(operador, producto, caduca=None)

    assert Lote.objects.get().fecha_caducidad == dias(40)


def test_an_expired_lot_comes_in_only_with_a_note(operador):
    producto = ProductoFactory()
    with pytest.raises(DatosInvalidos) as info:
        entrar(operador, producto, caduca=dias(-1))
    assert list(info.value.errores) == ["nota"]

    entrar(operador, producto, caduca=dias(-1), nota="Devuelto por el cliente")
    assert Operacion.objects.count() == 1


def test_what_is_inactive_takes_nothing_in(operador):
    with pytest.raises(ProductoInactivo):
        entrar(operador, ProductoFactory(activo=False))
    with pytest.raises(AlmacenInactivo):
        entrar(operador, ProductoFactory(), almacen=AlmacenFactory(activo=False))


@pytest.mark.parametrize("codigo", ["merma", "conteo", "compra"])
def test_a_dispatch_consumes_so_its_reason_must(operador, codigo):
    producto = ProductoFactory()
    entrar(operador, producto)

    with pytest.raises(MotivoIncompatible):
        despachar(operador, producto, 1, motivo=Motivo.objects.get(codigo=codigo))
    despachar(operador, producto, 1, motivo=Motivo.objects.get(codigo="consumo_interno"))


def test_a_reason_put_away_is_not_used_again(operador):
    Motivo.objects.filter(codigo="compra").update(activo=False)

    with pytest.raises(MotivoIncompatible):
        entrar(operador, ProductoFactory())


def test_choosing_a_later_lot_for_consumption_is_marked(operador):
    producto = ProductoFactory()
    entrar(operador, producto, 5, lote="PRONTO", caduca=dias(10))
    entrar(operador, producto, 5, lote="TARDE", caduca=dias(90))
    pronto, tarde = Lote.objects.order_by("fecha_caducidad")
    motivo = Motivo.objects.get(codigo="consumo_interno")

    def salir(*lotes):
        lineas = [services.LineaSalida(lote.pk, 5) for lote in lotes]
        return [m.excepcion_fefo for m in services.registrar_salida(
            lineas=lineas, usuario=operador, motivo=motivo, hoy=HOY).lineas]  # fmt: skip

    assert salir(tarde) == [True]
    entrar(operador, producto, 5, lote="TARDE", caduca=None)
    assert salir(pronto, tarde) == [False, False]


def test_a_reversal_is_not_reversed(operador, supervisor):
    entrada = entrar(operador, ProductoFactory())
    reverso = services.revertir(operacion=entrada, usuario=supervisor, nota="error", hoy=HOY)

    with pytest.raises(ReversoImposible):
        services.revertir(operacion=reverso, usuario=supervisor, nota="otra vez", hoy=HOY)


@pytest.mark.parametrize("cantidad", [0, -1, True, 5.0, "5", 10**9 + 1, 2**63, None])
def test_a_quantity_is_an_integer_from_one_to_a_thousand_million(operador, cantidad):
    with pytest.raises(DatosInvalidos) as info:
        entrar(operador, ProductoFactory(), cantidad)

    assert list(info.value.errores) == ["lineas.0.cantidad"]
    assert not Operacion.objects.exists()


def test_today_is_that_of_the_store_not_that_of_greenwich(operador, settings):
    settings.TIME_ZONE = "America/Mexico_City"
    with time_machine.travel(datetime(2026, 5, 11, 3, tzinfo=UTC), tick=False):
        operacion = entrar(operador, ProductoFactory(), hoy=None)

    assert operacion.fecha_efectiva == date(2026, 5, 10)


def test_every_service_asks_for_its_permission(operador, consulta):
    producto = ProductoFactory()
    entrada = entrar(operador, producto)
    lote = Lote.objects.get()
    quien = {"usuario": consulta, "hoy": HOY}
    servicios = [
        lambda: entrar(consulta, producto),
        lambda: despachar(consulta, producto, 1),
        lambda: services.registrar_salida(
            lineas=[services.LineaSalida(lote.pk, 1)], motivo=Motivo.objects.get(codigo="merma"), **quien
        ),
        lambda: services.trasladar(
            lineas=[services.LineaTraslado(lote.pk, 1)], almacen_destino=AlmacenFactory(), **quien
        ),
        lambda: services.ajustar(lineas=[services.LineaConteo(lote.pk, 1)], usuario=operador, hoy=HOY),
        lambda: services.revertir(operacion=entrada, usuario=operador, nota="x", hoy=HOY),
    ]
    for servicio in servicios:
        with pytest.raises(PermissionDenied):
            servicio()

    assert Movimiento.objects.count() == 1
