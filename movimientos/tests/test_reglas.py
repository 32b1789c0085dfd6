"""Dates in the past, idempotency keys, costs, and the rules of the header that every operation shares."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos
from lotes.models import Lote
from movimientos import peticiones, services
from movimientos.exceptions import (
    AlmacenInactivo,
    MotivoIncompatible,
    ProductoInactivo,
    RetroactivoImposible,
    ReversoImposible,
)
from movimientos.models import Motivo, Movimiento, Operacion
from pruebas import ayudas
from pruebas.ayudas import HOY, dias
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db
entrar, entrar_lineas, despachar, sacar, contar, revertir = (
    partial(f, hoy=HOY)
    for f in (
        ayudas.entrar, ayudas.entrar_lineas, ayudas.despachar, ayudas.sacar, ayudas.contar, ayudas.revertir,
    )
)  # fmt: skip


def test_a_past_date_needs_its_permission(operador):
    with pytest.raises(PermissionDenied):
        entrar(ProductoFactory(), usuario=operador, fecha_efectiva=dias(-1))


def test_a_past_date_has_a_limit_and_the_future_is_refused(supervisor):
    producto = ProductoFactory()

    assert entrar(producto, usuario=supervisor, fecha_efectiva=dias(-30)).fecha_efectiva == dias(-30)
    with pytest.raises(RetroactivoImposible):
        entrar(producto, usuario=supervisor, fecha_efectiva=dias(-31))
    with pytest.raises(DatosInvalidos):
        entrar(producto, usuario=supervisor, fecha_efectiva=dias(1))


def test_a_past_dispatch_is_refused_when_the_stock_had_not_come_yet(supervisor):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, usuario=supervisor, fecha_efectiva=dias(-5))

    with pytest.raises(RetroactivoImposible):
        despachar(producto, 3, usuario=supervisor, fecha_efectiva=dias(-6))
    despachar(producto, 3, usuario=supervisor, fecha_efectiva=dias(-5))


def test_a_past_dispatch_is_refused_when_the_stock_left_in_between(supervisor):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, usuario=supervisor, fecha_efectiva=dias(-9))
    despachar(producto, 9, usuario=supervisor, fecha_efectiva=dias(-5))
    entrar(producto, cantidad=10, usuario=supervisor, fecha_efectiva=dias(-2))

    with pytest.raises(RetroactivoImposible):
        despachar(producto, 2, usuario=supervisor, fecha_efectiva=dias(-7))
    despachar(producto, 1, usuario=supervisor, fecha_efectiva=dias(-7))


def test_expiry_is_judged_on_the_effective_date(supervisor):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, caduca=-2, usuario=supervisor, fecha_efectiva=dias(-9))

    assert despachar(producto, 1, usuario=supervisor, fecha_efectiva=dias(-2)).lineas[0].cantidad == -1


def test_a_count_says_what_there_is_today(supervisor):
    entrar(ProductoFactory(), usuario=supervisor)

    with pytest.raises(RetroactivoImposible):
        contar(Lote.objects.get(), 1, usuario=supervisor, fecha_efectiva=dias(-1))


@pytest.mark.parametrize("otra", [{"cantidad": 11}, {"lote": "B"}, {"documento": "F-2"}, {"costo": "1"}])
def test_the_same_key_with_another_request_is_refused(operador, otra):
    producto = ProductoFactory()
    entrar(producto, usuario=operador, clave="k")

    with pytest.raises(ClaveReutilizada):
        entrar(producto, usuario=operador, clave="k", **otra)

    assert Movimiento.objects.count() == 1


def test_the_same_key_in_another_kind_of_operation_is_refused(operador):
    producto = ProductoFactory()
    entrar(producto, usuario=operador, clave="k")

    with pytest.raises(ClaveReutilizada):
        despachar(producto, 1, usuario=operador, clave="k")


def test_keys_belong_to_their_user(operador, supervisor):
    producto = ProductoFactory()

    primera, segunda = entrar(producto, usuario=operador, clave="k"), entrar(producto, usuario=supervisor, clave="k")

    assert primera.pk != segunda.pk


def test_a_repeated_dispatch_is_answered_although_the_stock_is_gone(operador):
    producto = ProductoFactory()
    entrar(producto, cantidad=5, usuario=operador)
    primera = despachar(producto, 5, usuario=operador, clave="k")

    segunda = despachar(producto, 5, usuario=operador, clave="k")

    assert (segunda.pk, segunda.es_repeticion) == (primera.pk, True)
    assert [m.pk for m in segunda.lineas] == [m.pk for m in primera.lineas]


def test_the_cost_of_a_lot_is_the_average_weighted_by_quantity(operador):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, costo="1", usuario=operador)
    entrar(producto, cantidad=30, costo="2", usuario=operador)
    assert Lote.objects.get().costo_unitario == Decimal("1.75")

    entrar(producto, cantidad=5, usuario=operador)
    assert Lote.objects.get().costo_unitario == Decimal("1.75")


def test_the_first_known_cost_and_the_cost_after_running_out_stand_alone(operador):
    producto = ProductoFactory()
    entrar(producto, cantidad=10, usuario=operador)
    entrar(producto, cantidad=10, costo="4", usuario=operador)
    assert Lote.objects.get().costo_unitario == Decimal(4)

    despachar(producto, 20, usuario=operador)
    entrar(producto, cantidad=1, costo="9", usuario=operador)
    assert Lote.objects.get().costo_unitario == Decimal(9)


def test_two_lines_of_one_lot_are_one_ledger_line_and_one_average(operador):
    producto = ProductoFactory()
    lineas = [peticiones.LineaEntrada(producto.pk, q, "a", dias(9), Decimal(c)) for q, c in ((1, 1), (3, 5))]

    operacion = entrar_lineas(lineas, usuario=operador)

    assert [m.cantidad for m in operacion.lineas] == [4]
    assert Lote.objects.get().costo_unitario == Decimal(4)


def test_the_average_of_a_new_lot_does_not_weigh_what_came_of_another(operador):
    producto = ProductoFactory()
    lineas = [
        peticiones.LineaEntrada(producto.pk, q, lote, dias(9), Decimal(c))
        for lote, q, c in (("a", 90, 7), ("b", 1, 1), ("b", 3, 5))
    ]

    entrar_lineas(lineas, usuario=operador)

    assert dict(Lote.objects.values_list("codigo", "costo_unitario")) == {"A": Decimal(7), "B": Decimal(4)}


def test_an_entry_must_say_when_it_expires_unless_the_product_does_not(operador):
    with pytest.raises(DatosInvalidos) as info:
        entrar(ProductoFactory(), caduca=None, usuario=operador)
    assert list(info.value.errores) == ["lineas.0.fecha_caducidad"]

    entrar(ProductoFactory(controla_caducidad=False), lote="", caduca=None, usuario=operador)
    assert Lote.objects.get().codigo == "SIN LOTE"


def test_a_missing_expiry_never_blanks_a_stored_one(operador):
    producto = ProductoFactory()
    entrar(producto, caduca=40, usuario=operador)

    entrar(producto, caduca=None, usuario=operador)

    assert Lote.objects.get().fecha_caducidad == dias(40)


def test_an_expired_lot_comes_in_only_with_a_note(operador):
    producto = ProductoFactory()
    with pytest.raises(DatosInvalidos) as info:
        entrar(producto, caduca=-1, usuario=operador)
    assert list(info.value.errores) == ["nota"]

    entrar(producto, caduca=-1, usuario=operador, nota="Devuelto por el cliente")
    assert Operacion.objects.count() == 1


def test_what_is_inactive_takes_nothing_in(operador):
    with pytest.raises(ProductoInactivo):
        entrar(ProductoFactory(activo=False), usuario=operador)
    with pytest.raises(AlmacenInactivo):
        entrar(ProductoFactory(), usuario=operador, almacen=AlmacenFactory(activo=False))


@pytest.mark.parametrize("codigo", ["merma", "conteo", "compra"])
def test_a_dispatch_consumes_so_its_reason_must(operador, codigo):
    producto = ProductoFactory()
    entrar(producto, usuario=operador)

    with pytest.raises(MotivoIncompatible):
        despachar(producto, 1, usuario=operador, motivo=Motivo.objects.get(codigo=codigo))
    despachar(producto, 1, usuario=operador, motivo=Motivo.objects.get(codigo="consumo_interno"))


def test_a_reason_put_away_is_not_used_again(operador):
    Motivo.objects.filter(codigo="compra").update(activo=False)

    with pytest.raises(MotivoIncompatible):
        entrar(ProductoFactory(), usuario=operador)


def test_choosing_a_later_lot_for_consumption_is_marked(operador):
    producto = ProductoFactory()
    entrar(producto, cantidad=5, lote="PRONTO", caduca=10, usuario=operador)
    entrar(producto, cantidad=5, lote="TARDE", caduca=90, usuario=operador)
    pronto, tarde = Lote.objects.order_by("fecha_caducidad")

    def salir(*lotes):
        lineas = [peticiones.LineaDeLote(lote.pk, 5) for lote in lotes]
        motivo = Motivo.objects.get(codigo="consumo_interno")
        operacion = services.registrar_salida(
            peticiones.Salida(lineas=lineas, motivo=motivo.codigo), usuario=operador, hoy=HOY
        )
        return [m.excepcion_fefo for m in operacion.lineas]

    assert salir(tarde) == [True]
    entrar(producto, cantidad=5, lote="TARDE", caduca=None, usuario=operador)
    assert salir(pronto, tarde) == [False, False]


def test_a_reversal_is_not_reversed(operador, supervisor):
    entrada = entrar(ProductoFactory(), usuario=operador)
    reverso = revertir(entrada, usuario=supervisor)

    with pytest.raises(ReversoImposible):
        revertir(reverso, usuario=supervisor)


@pytest.mark.parametrize("cantidad", [0, -1, True, 5.0, "5", 10**9 + 1, 2**63, None])
def test_a_quantity_is_an_integer_from_one_to_a_thousand_million(operador, cantidad):
    with pytest.raises(DatosInvalidos) as info:
        entrar(ProductoFactory(), cantidad=cantidad, usuario=operador)

    assert list(info.value.errores) == ["lineas.0.cantidad"]
    assert not Operacion.objects.exists()


def test_today_is_that_of_the_store_not_that_of_greenwich(operador, settings):
    settings.TIME_ZONE = "America/Mexico_City"
    with time_machine.travel(datetime(2026, 5, 11, 3, tzinfo=UTC), tick=False):
        operacion = entrar(ProductoFactory(), usuario=operador, hoy=None)

    assert operacion.fecha_efectiva == date(2026, 5, 10)


def test_every_service_asks_for_its_permission(operador, consulta):
    producto = ProductoFactory()
    entrada = entrar(producto)
    lote = Lote.objects.get()
    servicios = [
        lambda: entrar(producto, usuario=consulta),
        lambda: despachar(producto, 1, usuario=consulta),
        lambda: sacar(lote, 1, usuario=consulta),
        lambda: ayudas.trasladar(lote, 1, AlmacenFactory(), usuario=consulta, hoy=HOY),
        lambda: contar(lote, 1, usuario=operador),
        lambda: revertir(entrada, usuario=operador),
    ]
    for servicio in servicios:
        with pytest.raises(PermissionDenied):
            servicio()

    assert Movimiento.objects.count() == 1
