"""The approval of a count: whatever moves while people count, only what the books had wrong is put right, once."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from inventario.dominio.exceptions import CambioImposible, DatosInvalidos
from movimientos.conteos import hallazgos, services
from movimientos.conteos.aprobacion import aprobar
from movimientos.conteos.models import Conteo, NumeroContado
from movimientos.exceptions import (
    ConteoAbierto,
    ConteoCerrado,
    ConteoMismoUsuario,
    ConteoVacio,
    MovidoDesde,
    RecuentoPendiente,
)
from movimientos.models import Operacion
from pruebas.ayudas import contar as contar_suelto
from pruebas.ayudas import jefe, nuevo_lote, sacar
from pruebas.conteos import abrir, contar, linea, saldo
from pruebas.factories import AlmacenFactory, ProductoFactory, UsuarioFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lote():
    return nuevo_lote(ProductoFactory(), "A", 100, costo="2.5")


@pytest.fixture
def otro():
    return UsuarioFactory(is_superuser=True)


@pytest.fixture
def tercero():
    return UsuarioFactory(is_superuser=True)


# Closing and approving -------------------------------------------------------------------------------------------


def test_what_nobody_counted_is_not_zero_and_what_moved_stays_moved(lote, otro):
    olvidado = nuevo_lote(ProductoFactory(), "A", 7)
    conteo = abrir()
    contar(conteo, lote, 98)
    sacar(lote, 30)
    services.cerrar(conteo, usuario=jefe())

    [operacion] = aprobar(conteo, usuario=otro, nota="bien")

    assert (saldo(lote), saldo(olvidado)) == (68, 7)
    assert (operacion.motivo.codigo, operacion.documento, operacion.nota) == ("conteo", str(conteo), "bien")
    assert linea(conteo, lote).operacion == operacion
    assert Conteo.objects.get().estado == "aprobado"
    call_command("verificar")


def test_who_counted_below_the_threshold_may_approve(lote):
    conteo = abrir()
    contar(conteo, lote, 98)
    services.cerrar(conteo, usuario=jefe())

    aprobar(conteo, usuario=jefe())

    assert saldo(lote) == 98


def test_over_the_threshold_a_second_count_and_another_approver_are_needed(lote, otro, tercero):
    conteo = abrir()
    contar(conteo, lote, 50)
    services.cerrar(conteo, usuario=jefe())
    with pytest.raises(RecuentoPendiente) as info:
        aprobar(conteo, usuario=tercero)
    assert [x["lote"] for x in info.value.datos["por_contar"]] == [lote.pk]
    contar(conteo, lote, 50, otro)
    for contador in (jefe(), otro):
        with pytest.raises(ConteoMismoUsuario):
            aprobar(conteo, usuario=contador)
    assert saldo(lote) == 100

    aprobar(conteo, usuario=tercero)

    assert saldo(lote) == 50


def test_a_session_that_found_everything_right_leaves_an_operation_without_lines(lote):
    conteo = abrir()
    contar(conteo, lote, 100)
    services.cerrar(conteo, usuario=jefe())

    [operacion] = aprobar(conteo, usuario=jefe())

    assert (operacion.movimientos.count(), saldo(lote)) == (0, 100)
    call_command("verificar")


def test_the_order_of_its_states(lote):
    conteo = abrir()
    with pytest.raises(ConteoAbierto):
        aprobar(conteo, usuario=jefe())
    services.cerrar(conteo, usuario=jefe())
    with pytest.raises(ConteoVacio):
        aprobar(conteo, usuario=jefe())
    with pytest.raises(ConteoCerrado):
        contar(conteo, lote, 100)
    services.reabrir(conteo, usuario=jefe())
    contar(conteo, lote, 100)
    services.cerrar(conteo, usuario=jefe())
    contar(conteo, lote, 100, secuencia=1)  # counted before, came late: it is kept
    aprobar(conteo, usuario=jefe())
    for hacer in (services.cerrar, services.reabrir, services.cancelar, aprobar):
        with pytest.raises(ConteoCerrado):
            hacer(conteo, usuario=jefe())
    with pytest.raises(ConteoCerrado):
        contar(conteo, lote, 100, secuencia=1)
    assert NumeroContado.objects.count() == 2


def test_a_cancelled_session_posts_nothing(lote):
    conteo = abrir()
    contar(conteo, lote, 98)
    services.cancelar(conteo, usuario=jefe())

    with pytest.raises(ConteoCerrado):
        aprobar(conteo, usuario=jefe())
    assert saldo(lote) == 100
    assert services.cancelar(conteo, usuario=jefe()).estado == "cancelado"


def test_how_it_is_counted_changes_only_before_anybody_counts(lote):
    conteo = abrir()
    services.cambiar(conteo, usuario=jefe(), a_ciegas=False, umbral_unidades=3)
    contar(conteo, lote, 98)
    services.cambiar(conteo, usuario=jefe(), nota="pasillo 3")

    with pytest.raises(CambioImposible):
        services.cambiar(conteo, usuario=jefe(), umbral_unidades=100)
    conteo.refresh_from_db()
    assert (conteo.nota, conteo.umbral_unidades, conteo.a_ciegas) == ("pasillo 3", 3, False)


def test_the_same_key_approves_once(lote):
    conteo = abrir()
    contar(conteo, lote, 98)
    services.cerrar(conteo, usuario=jefe())

    [una], [otra] = (aprobar(conteo, usuario=jefe(), clave="k", resumen="r") for _ in range(2))

    assert (una.pk, otra.es_repeticion, Operacion.objects.filter(tipo="ajuste").count()) == (otra.pk, True, 1)


def test_what_left_since_and_would_go_below_zero_must_be_counted_again(lote):
    conteo = abrir(umbral_unidades=1000, umbral_valor=Decimal(10**6))
    contar(conteo, lote, 90)
    services.cerrar(conteo, usuario=jefe())
    sacar(lote, 95)

    with pytest.raises(MovidoDesde):
        aprobar(conteo, usuario=jefe())

    assert (Conteo.objects.get().estado, linea(conteo, lote).estado, saldo(lote)) == ("cerrado", "recontar", 5)
    contar(conteo, lote, 5)
    aprobar(conteo, usuario=jefe())
    assert saldo(lote) == 5


def test_a_long_session_is_posted_in_several_operations_and_goes_on_where_it_was(lote, monkeypatch):
    monkeypatch.setattr("movimientos.conteos.aprobacion.LINEAS_POR_OPERACION", 2)
    lotes = [nuevo_lote(ProductoFactory(), "A", 10) for _ in range(5)]
    conteo = abrir(umbral_unidades=100, umbral_valor=Decimal(10**6))
    for x in lotes:
        contar(conteo, x, 8)
    services.cerrar(conteo, usuario=jefe())
    sacar(lotes[3], 9)  # the second of three operations cannot be

    with pytest.raises(MovidoDesde):
        aprobar(conteo, usuario=jefe())
    assert [saldo(x) for x in lotes] == [8, 8, 10, 1, 10]
    with pytest.raises(ConteoCerrado):
        services.cancelar(conteo, usuario=jefe())
    contar(conteo, lotes[3], 1)
    hechas = aprobar(conteo, usuario=jefe())

    assert ([saldo(x) for x in lotes], len(hechas)) == ([8, 8, 8, 1, 8], 2)
    call_command("verificar")


def test_a_key_whose_approval_was_cut_off_goes_on(lote, monkeypatch):
    monkeypatch.setattr("movimientos.conteos.aprobacion.LINEAS_POR_OPERACION", 1)
    lotes = [nuevo_lote(ProductoFactory(), "A", 10) for _ in range(2)]
    conteo = abrir(umbral_unidades=100, umbral_valor=Decimal(10**6))
    for x in lotes:
        contar(conteo, x, 8)
    services.cerrar(conteo, usuario=jefe())
    sacar(lotes[1], 9)
    with pytest.raises(MovidoDesde):
        aprobar(conteo, usuario=jefe(), clave="k", resumen="r")
    contar(conteo, lotes[1], 1)

    hechas = aprobar(conteo, usuario=jefe(), clave="k", resumen="r")

    assert (Conteo.objects.get().estado, [saldo(x) for x in lotes], len(hechas)) == ("aprobado", [8, 1], 1)
    assert aprobar(conteo, usuario=jefe(), clave="k", resumen="r")[0].es_repeticion


def test_what_somebody_else_put_right_or_wrong_meanwhile_is_judged_anew(lote, otro):
    conteo = abrir()
    contar(conteo, lote, 100)
    services.cerrar(conteo, usuario=jefe())
    contar_suelto(lote, 90)  # by mistake: on the shelf there are 100

    with pytest.raises(RecuentoPendiente):  # ten units more are over the threshold of this session
        aprobar(conteo, usuario=otro)
    contar(conteo, lote, 100, otro)
    aprobar(conteo, usuario=UsuarioFactory(is_superuser=True))

    assert saldo(lote) == 100
    call_command("verificar")


def test_who_only_counts_does_not_loosen_what_watches_the_count(lote, operador):
    for laxo in ({"umbral_unidades": 10**6}, {"umbral_valor": Decimal(10**6)}, {"desempate": "ultimo"}):
        with pytest.raises(PermissionDenied):
            abrir(operador, **laxo)

    assert abrir(operador, umbral_unidades=1).umbral_unidades == 1


def test_two_sessions_over_the_same_lot_put_it_right_once(lote):
    uno, otro = abrir(), abrir()
    for conteo in (uno, otro):
        contar(conteo, lote, 97)
        services.cerrar(conteo, usuario=jefe())
    for conteo in (uno, otro):
        aprobar(conteo, usuario=jefe())

    assert saldo(lote) == 97


# What lies elsewhere ---------------------------------------------------------------------------------------------


def test_what_the_books_have_in_another_warehouse_is_proposed_as_a_transfer(lote, almacen, otro):
    alla = AlmacenFactory()
    conteo_de_alla = abrir(almacen=alla.pk)
    conteo = abrir()
    contar(conteo_de_alla, lote, 40)
    contar(conteo, lote, 60)
    assert hallazgos.propuestas(conteo_de_alla) == []  # it is open, and blind
    conteo_de_alla = services.cerrar(conteo_de_alla, usuario=jefe())

    [propuesta] = hallazgos.propuestas(conteo_de_alla)
    assert (propuesta.existencia.almacen, propuesta.cantidad) == (almacen, 40)
    operacion = hallazgos.trasladar(propuesta.linea, desde=almacen.pk, usuario=jefe())

    assert (operacion.motivo.codigo, saldo(lote, alla), saldo(lote, almacen)) == ("hallazgo", 40, 60)
    assert (linea(conteo_de_alla, lote).diferencia, linea(conteo_de_alla, lote).estado) == (0, "contada")
    aprobar(conteo_de_alla, usuario=otro)
    services.cerrar(conteo, usuario=jefe())
    aprobar(conteo, usuario=otro)
    assert (saldo(lote, alla), saldo(lote, almacen)) == (40, 60)
    call_command("verificar")


def test_nothing_is_brought_from_where_there_is_nothing(lote):
    conteo = abrir()
    contar(conteo, lote, 101)
    services.cerrar(conteo, usuario=jefe())

    with pytest.raises(DatosInvalidos):
        hallazgos.trasladar(linea(conteo, lote), desde=AlmacenFactory().pk, usuario=jefe())


# Who may ---------------------------------------------------------------------------------------------------------


def test_each_step_has_its_permission(lote, consulta, operador, supervisor):
    with pytest.raises(PermissionDenied):
        abrir(consulta)
    conteo = abrir(operador)
    with pytest.raises(PermissionDenied):
        contar(conteo, lote, 98, consulta)
    contar(conteo, lote, 98, operador)
    services.cerrar(conteo, usuario=operador)
    for hacer in (aprobar, services.reabrir, services.cancelar):
        with pytest.raises(PermissionDenied):
            hacer(conteo, usuario=operador)
    with pytest.raises(PermissionDenied):
        services.cambiar(conteo, usuario=operador, nota="x")

    aprobar(conteo, usuario=supervisor)

    assert saldo(lote) == 98
