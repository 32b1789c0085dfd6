"""The services, one happy path and each refusal."""

from functools import partial

import pytest

from inventario.cuentas.models import Auditoria
from inventario.dominio.exceptions import DatosInvalidos
from lotes.models import Existencia, Lote
from movimientos import peticiones, services
from movimientos.exceptions import (
    CaducidadDistinta,
    FabricacionDistinta,
    LoteNoDespachable,
    ReversoImposible,
    StockInsuficiente,
    YaRevertida,
)
from movimientos.models import Movimiento, Operacion
from movimientos.peticiones import LineaEntrada
from pruebas import ayudas
from pruebas.ayudas import HOY, dias, entrar_lineas
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db
entrar, despachar, sacar, revertir = (
    partial(f, hoy=HOY) for f in (ayudas.entrar, ayudas.despachar, ayudas.sacar, ayudas.revertir)
)


def test_entry_creates_the_lot_and_its_balance(operador, almacen):
    producto = ProductoFactory()

    operacion = entrar(producto, " a-1  x ", 40, 100, usuario=operador)

    lote = Lote.objects.get()
    assert (lote.codigo, lote.fecha_caducidad, lote.producto) == ("A-1 X", dias(100), producto)
    existencia = Existencia.objects.get()
    assert (existencia.cantidad, existencia.secuencia, existencia.almacen) == (40, 1, almacen)
    linea = operacion.movimientos.get()
    assert (linea.cantidad, linea.saldo, linea.secuencia, linea.huella) == (40, 40, 1, existencia.huella)


def test_dispatch_takes_the_earliest_expiry_first_and_passes_over_the_expired(operador):
    producto = ProductoFactory()
    entrar(producto, "TARDE", 50, 200, usuario=operador)
    entrar(producto, "PRONTO", 30, 20, usuario=operador)
    entrar(producto, "VIEJO", 10, -1, usuario=operador, nota="llegó así")

    plan = ayudas.planificar(producto, 60, hoy=HOY)
    operacion = despachar(producto, 60, usuario=operador)

    assert [(t.saldo.lote_codigo, t.cantidad) for t in plan.tomas] == [("PRONTO", 30), ("TARDE", 30)]
    assert [(o.saldo.lote_codigo, o.razon) for o in plan.omitidos] == [("VIEJO", "caducado")]
    assert [(m.lote.codigo, m.cantidad, m.saldo) for m in operacion.lineas] == [("PRONTO", -30, 0), ("TARDE", -30, 20)]


def test_dispatch_takes_nothing_when_stock_is_short(operador):
    producto = ProductoFactory()
    entrar(producto, "A", 5, 20, usuario=operador)

    with pytest.raises(StockInsuficiente) as info:
        despachar(producto, 6, usuario=operador)

    assert info.value.datos["lineas"][0] | {"omitidos": []} == {
        "producto": producto.pk, "pedido": 6, "disponible": 5, "falta": 1, "omitidos": [],
    }  # fmt: skip
    assert Movimiento.objects.count() == 1


def test_partial_dispatch_takes_what_there_is_and_says_what_is_missing(operador):
    producto = ProductoFactory()
    entrar(producto, "A", 5, 20, usuario=operador)

    operacion = despachar(producto, 6, usuario=operador, parcial=True)

    assert operacion.faltantes == [{"producto": producto.pk, "pedido": 6, "despachado": 5, "falta": 1}]


def test_another_expiry_for_the_same_lot_is_a_conflict(operador):
    producto = ProductoFactory()
    entrar(producto, "A", 5, 20, usuario=operador)

    with pytest.raises(CaducidadDistinta) as info:
        entrar(producto, "A", 5, 21, usuario=operador)

    assert (info.value.datos["registrada"], info.value.datos["recibida"]) == (dias(20), dias(21))


def _fabricado(producto, *fechas):
    lineas = [LineaEntrada(producto.pk, 5, "A", dias(20), fecha_fabricacion=fecha) for fecha in fechas]
    return entrar_lineas(lineas, hoy=HOY)


def test_another_date_of_manufacture_for_the_same_lot_is_a_conflict_and_the_same_is_not():
    producto = ProductoFactory()
    for fechas in ((None, dias(-90)), (dias(-90),), (None,)):
        _fabricado(producto, *fechas)

    with pytest.raises(FabricacionDistinta) as info:
        _fabricado(producto, dias(-90), dias(-89))

    lote = Lote.objects.get()
    assert info.value.datos == {
        "lote": lote.pk, "lote_codigo": "A", "registrada": dias(-90), "recibida": dias(-89),
    }  # fmt: skip
    assert (lote.fecha_fabricacion, Operacion.objects.count()) == (dias(-90), 3)


def test_two_dates_of_manufacture_of_one_new_lot_are_a_conflict():
    with pytest.raises(FabricacionDistinta) as info:
        _fabricado(ProductoFactory(), dias(-90), dias(-89))

    assert (info.value.datos["lote"], Lote.objects.count()) == (None, 0)


def test_a_date_of_manufacture_that_was_not_known_is_from_then_on_and_audited():
    producto = ProductoFactory()
    _fabricado(producto, None)

    with pytest.raises(DatosInvalidos) as info:
        entrar_lineas([LineaEntrada(producto.pk, 5, "A", fecha_fabricacion=dias(21))], hoy=HOY)
    assert info.value.errores == {"fecha_fabricacion": ["No puede caducar antes de fabricarse."]}
    _fabricado(producto, dias(-90))

    assert Lote.objects.get().fecha_fabricacion == dias(-90)
    dicho = Auditoria.objects.get(objeto="lotes.lote", suceso="cambio")
    assert dicho.cambios == {"fecha_fabricacion": [None, dias(-90).isoformat()]}


def test_expired_lot_leaves_only_for_a_reason_that_admits_it(operador):
    producto = ProductoFactory()
    entrar(producto, "A", 5, -3, usuario=operador, nota="así llegó")
    lote = Lote.objects.get()

    with pytest.raises(LoteNoDespachable):
        sacar(lote, 2, "consumo_interno", usuario=operador)
    sacar(lote, 2, "merma", usuario=operador)

    assert Existencia.objects.get().cantidad == 3


def test_reversal_writes_the_opposite_once(operador, supervisor):
    producto = ProductoFactory()
    entrar(producto, "A", 5, 20, usuario=operador)
    despacho = despachar(producto, 4, usuario=operador)

    reverso = revertir(despacho, usuario=supervisor)

    assert [m.cantidad for m in reverso.lineas] == [4]
    assert Existencia.objects.get().cantidad == 5
    with pytest.raises(YaRevertida):
        revertir(despacho, usuario=supervisor)


def test_reversal_of_an_entry_already_dispatched_is_refused(operador, supervisor):
    producto = ProductoFactory()
    entrada = entrar(producto, "A", 5, 20, usuario=operador)
    despachar(producto, 1, usuario=operador)

    with pytest.raises(ReversoImposible):
        revertir(entrada, usuario=supervisor)


def test_transfer_moves_between_warehouses_and_sums_to_zero(operador, almacen):
    producto = ProductoFactory()
    entrar(producto, "A", 5, 20, usuario=operador)
    otro = AlmacenFactory()

    operacion = ayudas.trasladar(Lote.objects.get(), 2, otro, usuario=operador, hoy=HOY)

    assert [(m.almacen_id, m.cantidad) for m in operacion.lineas] == [(almacen.pk, -2), (otro.pk, 2)]
    assert dict(Existencia.objects.values_list("almacen", "cantidad")) == {almacen.pk: 3, otro.pk: 2}


def test_count_sets_the_balance_and_what_was_right_leaves_no_line(operador, supervisor):
    producto = ProductoFactory()
    entrar(producto, "A", 5, 20, usuario=operador)
    entrar(producto, "B", 7, 20, usuario=operador)
    a, b = Lote.objects.order_by("codigo")

    operacion = services.ajustar(
        peticiones.Conteo(lineas=[peticiones.LineaConteo(a.pk, 3), peticiones.LineaConteo(b.pk, 7)]),
        usuario=supervisor,
        hoy=HOY,
    )

    assert [(m.lote, m.cantidad, m.saldo) for m in operacion.lineas] == [(a, -2, 3)]


def test_the_same_key_gives_the_same_operation(operador):
    producto = ProductoFactory()

    primera = entrar(producto, "A", 5, 20, usuario=operador, clave="k1")
    segunda = entrar(producto, "A", 5, 20, usuario=operador, clave="k1")

    assert (segunda.pk, segunda.es_repeticion, primera.es_repeticion) == (primera.pk, True, False)
    assert Operacion.objects.count() == 1


def test_write_off_takes_everything_expired_and_nothing_else(operador):
    producto = ProductoFactory()
    entrar(producto, "A", 5, -1, usuario=operador, nota="así llegó")
    entrar(producto, "B", 7, 0, usuario=operador)

    operacion = ayudas.dar_de_baja(usuario=operador, hoy=HOY)

    assert [(m.lote.codigo, m.cantidad) for m in operacion.lineas] == [("A", -5)]
