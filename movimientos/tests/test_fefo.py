"""The plan, against a definition of FEFO that knows nothing of how it is made. No database."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lotes.caducidad import Razon
from movimientos.fefo import Pedido, Saldo, agrupar, planificar

HOY = date(2026, 5, 10)
ALMACEN, OTRO, PRODUCTO = 1, 2, 7


def saldo(i, *, dias, estado="disponible", almacen=ALMACEN, cantidad=10):
    return Saldo(
        existencia=i,
        producto=PRODUCTO,
        lote=i,
        lote_codigo=f"L{i}",
        almacen=almacen,
        fecha_caducidad=None if dias is None else HOY + timedelta(days=dias),
        estado=estado,
        creado_en=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=i),
        cantidad=cantidad,
        secuencia=1,
        huella="",
    )


SALDOS = st.lists(
    st.builds(
        dict,
        dias=st.none() | st.integers(-3, 8),
        estado=st.sampled_from(["disponible", "disponible", "disponible", "cuarentena", "retirado"]),
        almacen=st.sampled_from([ALMACEN, ALMACEN, OTRO]),
        cantidad=st.integers(0, 6),
    ),
    max_size=7,
).map(lambda filas: [saldo(i, **fila) for i, fila in enumerate(filas)])


@given(SALDOS, st.integers(1, 20), st.integers(0, 5))
def test_a_plan_takes_all_it_may_and_nothing_else_in_order_of_expiry(saldos, cantidad, vida):
    (linea,) = planificar([Pedido(PRODUCTO, cantidad, vida)], saldos, almacen=ALMACEN, hoy=HOY).lineas

    sirven = [
        s
        for s in saldos
        if s.almacen == ALMACEN
        and s.cantidad
        and s.estado == "disponible"
        and (s.fecha_caducidad is None or (s.fecha_caducidad - HOY).days >= vida)
    ]
    assert linea.asignado == min(cantidad, sum(s.cantidad for s in sirven))
    assert linea.asignado + linea.falta == cantidad
    assert {t.saldo.lote for t in linea.tomas} <= {s.lote for s in sirven}
    assert all(0 < t.cantidad <= t.saldo.cantidad for t in linea.tomas)
    caducan = [t.saldo.fecha_caducidad or date.max for t in linea.tomas]
    assert caducan == sorted(caducan)
    # Whatever was left on the shelf expires no earlier than anything taken.
    tomado = {t.saldo.lote: t.cantidad for t in linea.tomas}
    quedan = [s.fecha_caducidad or date.max for s in sirven if s.cantidad > tomado.get(s.lote, 0)]
    assert not quedan or not caducan or min(quedan) >= max(caducan)


@given(SALDOS, st.integers(0, 5))
def test_every_lot_with_stock_is_either_dispatchable_or_named_with_its_reason(saldos, vida):
    (linea,) = planificar([Pedido(PRODUCTO, 1_000, vida)], saldos, almacen=ALMACEN, hoy=HOY).lineas

    nombrados = [t.saldo.lote for t in linea.tomas] + [o.saldo.lote for o in linea.omitidos]
    assert sorted(nombrados) == [s.lote for s in saldos if s.cantidad]


def test_each_reason_is_said():
    saldos = [
        saldo(0, dias=-1),
        saldo(1, dias=3),
        saldo(2, dias=90, estado="cuarentena"),
        saldo(3, dias=90, estado="retirado"),
        saldo(4, dias=90, almacen=OTRO),
        saldo(5, dias=90),
    ]

    (linea,) = planificar([Pedido(PRODUCTO, 11, 30)], saldos, almacen=ALMACEN, hoy=HOY).lineas

    assert {o.saldo.lote: o.razon for o in linea.omitidos} == {
        0: Razon.CADUCADO,
        1: Razon.VIDA_INSUFICIENTE,
        2: Razon.CUARENTENA,
        3: Razon.RETIRADO,
        4: Razon.OTRO_ALMACEN,
    }
    assert (linea.asignado, linea.falta) == (10, 1)


def test_what_does_not_expire_goes_last_and_equal_expiries_by_age():
    saldos = [saldo(0, dias=None), saldo(2, dias=9), saldo(1, dias=9)]

    (linea,) = planificar([Pedido(PRODUCTO, 25)], saldos, almacen=ALMACEN, hoy=HOY).lineas

    assert [t.saldo.lote for t in linea.tomas] == [1, 2, 0]


def test_repeated_products_are_summed_and_the_strictest_life_holds():
    assert agrupar([Pedido(1, 5), Pedido(2, 1), Pedido(1, 3, 30)]) == [Pedido(1, 8, 30), Pedido(2, 1)]
