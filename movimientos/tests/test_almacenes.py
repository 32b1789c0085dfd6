"""A warehouse closes when it is empty, and nothing comes into a closed one."""

import pytest
from pytest_django.asserts import assertContains

from lotes.models import Almacen, Existencia, Lote
from movimientos.exceptions import AlmacenInactivo
from movimientos.models import Operacion
from productos.models import Producto
from pruebas.ayudas import (
    contar,
    dar_de_baja,
    despachar,
    entrar,
    hoy_mas,
    nuevo_lote,
    planificar,
    revertir,
    sacar,
    trasladar,
)
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, ProductoFactory
from pruebas.puertas import cambiador, en_cada_puerta, igual_que_antes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cambiar(client, admin_user):
    return cambiador(client, admin_user)


@en_cada_puerta
def test_a_warehouse_closes_when_it_is_empty_and_not_before(cambiar, puerta):
    almacen = AlmacenFactory()
    lote = nuevo_lote(ProductoFactory(), cantidad=100, almacen=almacen)
    almacen.refresh_from_db()

    assert cambiar(puerta, almacen, activo=False) not in (None, 500)
    assert igual_que_antes(almacen)
    assert cambiar(puerta, almacen, nombre="Otro nombre") is None

    sacar(lote, 100, almacen=almacen)
    assert cambiar(puerta, almacen, nombre="Otro nombre", activo=False) is None
    assert not Almacen.objects.get(pk=almacen.pk).activo
    assert cambiar(puerta, almacen, nombre="Otro nombre", activo=True) is None


def test_the_refusal_tells_what_the_warehouse_holds(cambiar, client, admin_user):
    almacen = AlmacenFactory()
    uno, otro = ProductoFactory(sku="A1"), ProductoFactory(sku="B2")
    entrar(uno, "L1", 60, almacen=almacen)
    entrar(otro, "L2", 40, almacen=almacen)

    cuerpo = ClienteAPI(admin_user)("PATCH", f"/api/v1/almacenes/{almacen.pk}/", {"activo": False})

    assert (cuerpo.status_code, cuerpo.json()["codigo"]) == (409, "almacen_con_existencias")
    assert (cuerpo.json()["lotes"], cuerpo.json()["unidades"]) == (2, 100)
    assert [(x["sku"], x["lote_codigo"], x["cantidad"]) for x in cuerpo.json()["existencias"]] == [
        ("A1", "L1", 60),
        ("B2", "L2", 40),
    ]
    datos = {"codigo": almacen.codigo, "nombre": almacen.nombre}
    assertContains(client.post(f"/almacenes/{almacen.pk}/editar/", datos), "A1 L1: 60", status_code=409)


@en_cada_puerta
def test_the_default_warehouse_never_closes(cambiar, almacen, puerta):
    try:
        hecho = cambiar(puerta, almacen, activo=False)
    except Exception as error:
        hecho = error  # the constraint of the database

    assert hecho is not None


@pytest.fixture
def cerrado():
    """A warehouse that a version before closed with stock inside: an expired lot and a good one."""
    almacen = AlmacenFactory()
    producto = ProductoFactory()
    entrar(producto, "BUENO", 50, 100, almacen=almacen)
    entrar(producto, "VIEJO", 20, -1, almacen=almacen, nota="así llegó")
    Almacen.objects.filter(pk=almacen.pk).update(activo=False)
    almacen.refresh_from_db()
    return almacen


def test_what_a_closed_warehouse_still_holds_may_leave(cerrado, almacen):
    producto, bueno = Producto.objects.get(), Lote.objects.get(codigo="BUENO")
    disponible = Producto.objects.con_existencias(hoy_mas(0)).get().disponible

    assert planificar(producto, disponible, almacen=cerrado).falta == 0
    despachar(producto, 10, almacen=cerrado)
    sacar(bueno, 5, almacen=cerrado)
    trasladar(bueno, 5, almacen, almacen=cerrado)
    contar(bueno, 25, donde=cerrado)
    dar_de_baja(almacen=cerrado)
    despachar(producto, 25, almacen=cerrado)

    assert not Existencia.objects.con_stock().filter(almacen=cerrado).exists()


def test_nothing_comes_into_a_closed_warehouse_whatever_the_operation(cerrado, almacen):
    producto, bueno = Producto.objects.get(), Lote.objects.get(codigo="BUENO")
    salida, fuera = sacar(bueno, 5, almacen=cerrado), trasladar(bueno, 5, almacen, almacen=cerrado)
    menos = contar(bueno, 30, donde=cerrado)
    antes = list(Existencia.objects.order_by("pk").values_list("pk", "cantidad"))

    for entra in (
        lambda: entrar(producto, "BUENO", 1, almacen=cerrado),
        lambda: entrar(producto, "NUEVO", 1, almacen=cerrado),
        lambda: trasladar(bueno, 1, cerrado, almacen=almacen),
        lambda: contar(bueno, 31, donde=cerrado),
        lambda: contar(bueno, 31, almacen=cerrado),
        *(lambda o=o: revertir(o) for o in (salida, fuera, menos)),
    ):
        with pytest.raises(AlmacenInactivo):
            entra()

    assert list(Existencia.objects.order_by("pk").values_list("pk", "cantidad")) == antes


def test_what_came_into_a_closed_warehouse_by_mistake_is_still_reversed(cerrado):
    entrada = Operacion.objects.order_by("pk").first()

    revertir(entrada)

    assert list(Existencia.objects.con_stock().values_list("lote__codigo", flat=True)) == ["VIEJO"]


@pytest.mark.parametrize(
    ("ruta", "ofrecido"), [("entrada", False), ("despacho", True), ("salida", True), ("traslado", True)]
)
def test_the_pages_offer_a_closed_warehouse_only_for_what_may_leave_it(
    client, admin_user, cerrado, almacen, ruta, ofrecido
):
    AlmacenFactory()
    vacio = AlmacenFactory(activo=False)
    client.force_login(admin_user)

    campos = client.get(f"/{ruta}/").context["hoja"].cabecera.fields

    assert (cerrado in campos["almacen"].queryset) is ofrecido
    assert vacio not in campos["almacen"].queryset
    assert "almacen_destino" not in campos or cerrado not in campos["almacen_destino"].queryset
