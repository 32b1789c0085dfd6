"""A count is compared with what there was when it was counted: what moved since stays moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventario.dominio.exceptions import DatosInvalidos
from lotes.models import Almacen, Existencia, Lote
from movimientos import peticiones, services
from movimientos.exceptions import MovidoDesde
from movimientos.models import Movimiento, Operacion
from pruebas import ayudas
from pruebas.ayudas import entrar, jefe, nuevo_lote, sacar
from pruebas.clientes import ClienteAPI, hoja
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lote():
    return nuevo_lote(ProductoFactory(), "A", 100)


def contar(lote, cantidad, secuencia, **resto):
    linea = peticiones.LineaConteo(lote.pk, cantidad, None, secuencia)
    return services.ajustar(peticiones.Conteo(lineas=[linea], **resto), usuario=jefe())


def saldo(lote):
    return Existencia.objects.get(lote=lote).cantidad


def test_what_left_between_the_count_and_its_confirmation_stays_gone(lote):
    sacar(lote, 30)

    operacion = contar(lote, 100, 1)

    assert (operacion.lineas, saldo(lote)) == ([], 70)
    [contada] = operacion.dicho["lineas"]
    assert (contada["habia"], contada["movido"], contada["diferencia"]) == (100, -30, 0)


def test_only_the_difference_of_then_is_written(lote):
    sacar(lote, 30)

    [linea] = contar(lote, 98, 1).lineas

    assert (linea.cantidad, linea.saldo, saldo(lote)) == (-2, 68, 68)


def test_without_a_sequence_it_is_that_of_now(lote):
    sacar(lote, 30)

    assert contar(lote, 100, None).lineas[0].cantidad == 30
    assert contar(lote, 90, 3).lineas[0].cantidad == -10


def test_what_would_go_below_zero_is_refused_with_the_numbers(lote):
    sacar(lote, 95)

    with pytest.raises(MovidoDesde) as info:
        contar(lote, 90, 1)

    [linea] = info.value.datos["contadas"]
    assert (linea["movido"], linea["diferencia"], saldo(lote)) == (-95, -10, 5)


def test_a_sequence_that_has_not_come_is_wrong_as_written(lote):
    with pytest.raises(DatosInvalidos) as info:
        contar(lote, 90, 2)

    assert list(info.value.errores) == ["lineas.0.secuencia"]


def test_before_its_first_line_there_was_nothing(lote):
    assert contar(lote, 4, 0).lineas[0].cantidad == 4
    assert saldo(lote) == 104


def test_the_api_takes_the_sequence_and_says_what_moved(supervisor, lote):
    api = ClienteAPI(supervisor)
    sacar(lote, 30)

    def enviar(**linea):
        return api.post("ajustes/", {"lineas": [{"lote": lote.pk, **linea}]})

    igual, menos = enviar(cantidad=100, secuencia=1), enviar(cantidad=98, secuencia=1)

    assert (igual.json()["movimientos"], igual.json()["lineas"][0]["movido"]) == ([], -30)
    assert (menos.json()["movimientos"][0]["cantidad"], menos.json()["movimientos"][0]["movido"]) == (-2, -30)
    assert api.get(f"operaciones/{menos.json()['id']}/").json()["lineas"] == menos.json()["lineas"]
    assert "lineas" not in enviar(cantidad=68).json()
    sacar(lote, 60)
    assert enviar(cantidad=1, secuencia=1).json()["codigo"] == "movido_desde"
    assert [enviar(cantidad=1, secuencia=s).status_code for s in (-1, 99, "1", 1.0, True, 2**31)] == [400] * 6


def test_a_sheet_counts_against_the_balance_that_it_showed(client, supervisor, lote):
    client.force_login(supervisor)
    formulario = client.get("/ajuste/", {"lote": lote.pk}).context["hoja"].lineas.forms[0]
    vista = formulario["vista"].value()
    sacar(lote, 30)

    datos = hoja({"producto": lote.producto.sku, "lote": "A", "cantidad": 100, "vista": vista}, motivo="conteo")
    respuesta = client.post("/ajuste/", datos | {"almacen": Almacen.objects.get().pk}, follow=True)

    assert (respuesta.status_code, saldo(lote)) == (200, 70)
    assert "Se movió mientras se contaba" in respuesta.content.decode()


@pytest.mark.parametrize("vista", ["", "x", "999:1:1", "1:999:1"])
def test_a_sheet_that_showed_another_balance_counts_against_that_of_now(client, supervisor, lote, vista):
    client.force_login(supervisor)
    sacar(lote, 30)

    datos = hoja({"producto": lote.producto.sku, "lote": "A", "cantidad": 100, "vista": vista}, motivo="conteo")
    client.post("/ajuste/", datos | {"almacen": Almacen.objects.get().pk})

    assert saldo(lote) == 100


class Propiedad(TestCase):
    @given(st.lists(st.integers(-20, 20).filter(bool), max_size=6), st.integers(0, 60), st.data())
    def test_any_past_count_leaves_the_difference_of_then(self, movimientos, contado, data):
        producto = ProductoFactory()
        lote = nuevo_lote(producto, "A", 40)
        for n in movimientos:
            if n > 0:
                entrar(producto, "A", n, None)
            elif saldo(lote) >= -n:
                sacar(lote, -n)
        lineas = list(Movimiento.objects.filter(lote=lote).order_by("secuencia"))
        entonces = data.draw(st.sampled_from(lineas))
        antes, esperado = saldo(lote), saldo(lote) + contado - entonces.saldo
        if esperado < 0:
            with pytest.raises(MovidoDesde):
                contar(lote, contado, entonces.secuencia)
            assert saldo(lote) == antes
        else:
            contar(lote, contado, entonces.secuencia)
            assert saldo(lote) == esperado


def test_a_lot_counted_at_two_moments_is_refused(lote):
    lineas = [peticiones.LineaConteo(lote.pk, 5, None, s) for s in (0, 1)]
    with pytest.raises(DatosInvalidos):
        services.ajustar(peticiones.Conteo(lineas=lineas), usuario=jefe())
    assert not Operacion.objects.filter(tipo="ajuste").exists()
    assert Lote.objects.count() == 1
    assert ayudas.contar(lote, 5).lineas[0].saldo == 5


def test_two_counts_of_one_moment_put_their_difference_right_once(lote):
    sacar(lote, 30)

    primero, segundo = contar(lote, 98, 1), contar(lote, 98, 1)

    assert ([x.cantidad for x in primero.lineas], segundo.lineas, saldo(lote)) == ([-2], [], 68)
    [contada] = segundo.dicho["lineas"]
    assert (contada["movido"], contada["corregido"], contada["diferencia"]) == (-30, -2, 0)


def test_a_count_that_was_reversed_puts_nothing_right(lote):
    ayudas.revertir(contar(lote, 98, 1))

    assert [x.cantidad for x in contar(lote, 98, 1).lineas] == [-2]


def test_what_was_found_elsewhere_puts_both_warehouses_right(lote, almacen):
    otro = AlmacenFactory()
    ayudas.trasladar(lote, 10, otro, motivo="hallazgo")

    alli = services.ajustar(peticiones.Conteo(lineas=[peticiones.LineaConteo(lote.pk, 10, otro.pk, 0)]), usuario=jefe())

    assert (alli.lineas, contar(lote, 90, 1).lineas) == ([], [])
    assert contar(lote, 88, 1).lineas[0].cantidad == -2
    ayudas.trasladar(lote, 10, otro)
    assert contar(lote, 88, 1).lineas == []
