"""Count sessions: what is counted, and what the numbers of a line say together."""

from decimal import Decimal

import pytest

from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos
from movimientos.conteos import numeros, services
from movimientos.conteos.aprobacion import aprobar
from movimientos.conteos.models import Conteo, NumeroContado
from pruebas import ayudas
from pruebas.ayudas import HOY, despachar, jefe, nuevo_lote, sacar
from pruebas.conteos import abrir, contar, linea
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

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


def lotes_de(conteo):
    return set(conteo.lineas.values_list("lote", flat=True))


# What is counted -------------------------------------------------------------------------------------------------


def test_a_session_lists_what_the_warehouse_holds_in_the_order_of_its_sheet(lote, almacen):
    gastado = nuevo_lote(lote.producto, "B", 5)
    sacar(gastado, 5)
    primero = nuevo_lote(ProductoFactory(sku="AAA"), "Z", 1)
    nuevo_lote(ProductoFactory(), "X", 1, almacen=AlmacenFactory())

    conteo = abrir()

    assert list(conteo.lineas.values_list("lote", "orden")) == [(primero.pk, 1), (lote.pk, 2)]
    assert linea(conteo, lote).costo_unitario == Decimal("2.5")


def test_it_can_be_narrowed_in_every_way(lote):
    categoria = CategoriaFactory()
    suyo = nuevo_lote(ProductoFactory(categoria=categoria), "A", 9, costo=100, hoy=HOY, caduca=900)
    gastado = nuevo_lote(lote.producto, "B", 5)
    sacar(gastado, 5)
    despachar(suyo.producto, 8, hoy=HOY)

    assert lotes_de(abrir(categoria=categoria.pk)) == {suyo.pk}
    assert lotes_de(abrir(productos=[lote.producto_id])) == {lote.pk}
    assert lotes_de(abrir(lotes=[gastado.pk, suyo.pk])) == {gastado.pk, suyo.pk}
    assert lotes_de(abrir(clases=["A"], hoy=HOY)) == {suyo.pk}
    assert lotes_de(abrir(clases=["C"], hoy=HOY)) == {lote.pk}
    for nada in ({"categoria": CategoriaFactory().pk}, {"clases": ["B"]}, {"productos": [1]}):
        with pytest.raises(DatosInvalidos):
            abrir(**nada)
    assert Conteo.objects.count() == 5


def test_what_was_counted_lately_is_not_due_again(lote, otro):
    visto = nuevo_lote(ProductoFactory(), "A", 3)
    conteo = abrir(lotes=[visto.pk])
    contar(conteo, visto, 3)
    services.cerrar(conteo, usuario=jefe())
    aprobar(conteo, usuario=jefe())
    contado_solo = nuevo_lote(ProductoFactory(), "A", 3)
    ayudas.contar(contado_solo, 4)

    assert lotes_de(abrir(sin_contar=30)) == {lote.pk}
    assert visto.pk in lotes_de(abrir())


def test_the_same_key_opens_one_session(lote):
    uno, otra = (abrir(clave="k", resumen="r") for _ in range(2))

    assert (uno.pk, otra.es_repeticion, Conteo.objects.count()) == (otra.pk, True, 1)
    with pytest.raises(ClaveReutilizada):
        abrir(clave="k", resumen="otro")


# Numbers ---------------------------------------------------------------------------------------------------------


def test_each_number_is_against_the_balance_of_its_own_moment(lote, otro):
    conteo = abrir()
    sacar(lote, 30)
    viejo = contar(conteo, lote, 100, secuencia=1)
    ahora = contar(conteo, lote, 70, otro)

    assert [(n.secuencia, n.habia) for n in (viejo, ahora)] == [(1, 100), (2, 70)]
    assert (linea(conteo, lote).estado, linea(conteo, lote).diferencia, linea(conteo, lote).personas) == (
        "contada",
        0,
        2,
    )


def test_a_number_may_tell_how_long_ago_it_was_counted(lote, time_machine):
    time_machine.move_to("2026-05-10 10:00:00Z", tick=False)
    lote = nuevo_lote(ProductoFactory(), "A", 100)
    conteo = abrir()
    time_machine.shift(600)
    sacar(lote, 30)
    time_machine.shift(600)
    sacar(lote, 20)
    time_machine.shift(600)

    numeros = [contar(conteo, lote, 1, hace=h) for h in (1300, 900, 300, 0)]

    assert [(n.secuencia, n.habia) for n in numeros] == [(1, 100), (2, 70), (3, 50), (3, 50)]


def test_numbers_are_kept_and_the_last_of_each_person_counts(lote, otro):
    conteo = abrir()
    for cantidad in (90, 99, 98):
        contar(conteo, lote, cantidad)

    assert (linea(conteo, lote).cantidad, linea(conteo, lote).personas) == (98, 1)
    assert list(NumeroContado.objects.values_list("cantidad", flat=True)) == [90, 99, 98]


def test_two_who_disagree_need_a_third(lote, otro, tercero):
    conteo = abrir()
    contar(conteo, lote, 98)
    contar(conteo, lote, 99, otro)
    assert linea(conteo, lote).estado == "discrepa"

    contar(conteo, lote, 99, tercero)

    assert (linea(conteo, lote).estado, linea(conteo, lote).diferencia) == ("contada", -1)


def test_by_rule_the_last_one_stands(lote, otro):
    conteo = abrir(desempate="ultimo")
    contar(conteo, lote, 98)
    contar(conteo, lote, 50, otro)

    assert (linea(conteo, lote).estado, linea(conteo, lote).cantidad) == ("contada", 50)


@pytest.mark.parametrize(
    ("cantidad", "estado"), [(95, "contada"), (94, "recontar"), (105, "contada"), (106, "recontar"), (98, "contada")]
)
def test_a_difference_over_the_threshold_asks_for_somebody_else(lote, otro, cantidad, estado):
    conteo = abrir(umbral_unidades=5, umbral_valor=Decimal(500))
    contar(conteo, lote, cantidad)
    assert linea(conteo, lote).estado == estado

    contar(conteo, lote, cantidad, otro)

    assert linea(conteo, lote).estado == "contada"


def test_the_threshold_may_be_of_value(lote):
    conteo = abrir(umbral_unidades=1000, umbral_valor=Decimal(10))

    assert [(contar(conteo, lote, n), linea(conteo, lote).es_grande)[1] for n in (96, 95)] == [False, True]


def test_a_found_lot_joins_the_list(lote, almacen):
    conteo = abrir(productos=[lote.producto_id])
    aparte = nuevo_lote(ProductoFactory(), "A", 4, almacen=AlmacenFactory())

    contar(conteo, aparte, 4)

    hallada = linea(conteo, aparte)
    assert (hallada.hallada, hallada.orden, hallada.habia, hallada.diferencia) == (True, 2, 0, 4)


def test_a_key_makes_one_number_and_another_body_is_refused(lote):
    conteo = abrir()
    uno = contar(conteo, lote, 98, clave="k", resumen="r")
    otra = contar(conteo, lote, 98, clave="k", resumen="r")

    assert (otra.pk, otra.es_repeticion, NumeroContado.objects.count()) == (uno.pk, True, 1)
    with pytest.raises(ClaveReutilizada):
        contar(conteo, lote, 98, clave="k", resumen="otro")


@pytest.mark.parametrize("malo", [{"cantidad": -1}, {"cantidad": 10**9 + 1}, {"secuencia": 9}, {"hace": -1}])
def test_what_makes_no_sense_is_refused(lote, malo):
    with pytest.raises(DatosInvalidos):
        contar(abrir(), lote, **{"cantidad": 1, **malo})
    assert not NumeroContado.objects.exists()


def test_hundreds_of_numbers_cost_the_queries_of_one(lote, django_assert_num_queries):
    lotes = [nuevo_lote(lote.producto, f"L{i}", 5) for i in range(30)]
    conteo = abrir()
    # savepoint (2), session, lines, balances, ledger of then, insert, numbers, corrections, lines, session
    for elegidos in (lotes[:1], lotes[1:]):
        contados = [numeros.Contado(lote=x.pk, cantidad=5, secuencia=0) for x in elegidos]
        usuario = jefe()
        usuario.has_perm("movimientos.contar")
        with django_assert_num_queries(11):
            numeros.contar(conteo, contados, usuario=usuario)
