"""What may change in a row that history points to: the same at every door."""

import pytest
from django.core.exceptions import ValidationError

from alertas.models import Alerta
from inventario.dominio.exceptions import CambioImposible
from lotes.models import Lote
from movimientos.exceptions import ProductoInactivo
from movimientos.models import Motivo
from productos.models import Producto
from pruebas.ayudas import (
    contar,
    despachar,
    entrar,
    hoy_mas,
    jefe,
    nuevo_lote,
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


# Products --------------------------------------------------------------------------------------------


def _alertas(producto):
    return set(Alerta.objects.sin_resolver().filter(producto=producto).values_list("tipo", flat=True))


@en_cada_puerta
def test_a_product_that_is_discontinued_has_no_minimum_and_its_stock_still_expires(cambiar, puerta):
    producto = ProductoFactory(stock_minimo=50, stock_maximo=60)
    otro = ProductoFactory(stock_minimo=5)
    entrar(producto, "A", 10, 20)
    api = ClienteAPI(jefe())

    def bajos():
        r = api("GET", "/api/v1/productos/?bajo_minimo=true").json()
        return {p["id"] for p in r["resultados"]}

    assert _alertas(producto) == {"stock_bajo", "sin_stock", "por_caducar"}
    assert bajos() == {producto.pk, otro.pk}

    assert cambiar(puerta, producto, activo=False) is None

    assert (_alertas(producto), bajos()) == ({"por_caducar"}, {otro.pk})
    despachar(producto, 10)
    assert _alertas(producto) == set()

    assert cambiar(puerta, producto, activo=True) is None

    assert (_alertas(producto), bajos()) == ({"sin_stock"}, {producto.pk, otro.pk})


def test_a_discontinued_product_is_not_bought_but_comes_back_and_leaves(client, admin_user, almacen):
    producto, vacio = ProductoFactory(sku="FIN"), ProductoFactory(sku="FINADO", activo=False)
    lote = nuevo_lote(producto, cantidad=50)
    salida = despachar(producto, 5)
    Producto.objects.filter(pk=producto.pk).update(activo=False)

    for motivo in ("compra", "saldo_inicial"):
        with pytest.raises(ProductoInactivo):
            entrar(producto, motivo=motivo)
    entrar(producto, motivo="devolucion_cliente")
    revertir(salida)
    trasladar(lote, 10, AlmacenFactory())
    contar(lote, 40)
    despachar(producto, 40)

    client.force_login(admin_user)
    ofrecidos = [p for p, _exacta in client.get("/productos/sugerencias/?q=FIN").context["opciones"]]
    assert ofrecidos == [producto]
    assert vacio not in ofrecidos


@en_cada_puerta
def test_the_unit_in_which_history_is_counted_stays(cambiar, puerta):
    producto = ProductoFactory(unidad="caja")
    assert cambiar(puerta, producto, unidad="pieza") is None
    producto.refresh_from_db()
    entrar(producto)
    despachar(producto, 10)

    assert cambiar(puerta, producto, unidad="tableta") is not None or puerta in ("page", "admin")

    assert igual_que_antes(producto)
    assert cambiar(puerta, producto, sku="OTRO", nombre="Otro", gtin="07501234567893") is None


@en_cada_puerta
def test_expiry_is_not_controlled_of_what_has_none(cambiar, puerta):
    producto = ProductoFactory(controla_caducidad=False)
    entrar(producto, "SIN", caduca=None)
    producto.refresh_from_db()

    assert cambiar(puerta, producto, controla_caducidad=True) is not None
    assert igual_que_antes(producto)

    Lote.objects.update(fecha_caducidad=hoy_mas(30))
    assert cambiar(puerta, producto, controla_caducidad=True) is None
    assert cambiar(puerta, producto, controla_caducidad=False) is None


@pytest.mark.parametrize(
    ("hacer", "codigo"),
    [
        (lambda p, m: (p, {"unidad": "tableta"}), "cambio_imposible"),
        (lambda p, m: (m, {"es_consumo": True, "admite_no_disponible": False}), "cambio_imposible"),
        (lambda p, m: (m, {"codigo": "otro"}), "cambio_imposible"),
        (lambda p, m: (Motivo.objects.get(codigo="merma"), {"activo": False}), "cambio_imposible"),
    ],
)
@pytest.mark.parametrize("metodo", ["PATCH", "PUT"])
def test_the_api_refuses_with_a_code_of_its_own(cambiar, hacer, codigo, metodo):
    motivo = Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida", admite_no_disponible=True)
    producto = ProductoFactory()
    sacar(nuevo_lote(producto), 1, motivo.codigo)

    fila, cambios = hacer(producto, motivo)

    assert cambiar(metodo, fila, **cambios) == (409, codigo)


# Reasons ---------------------------------------------------------------------------------------------


@en_cada_puerta
@pytest.mark.parametrize("cambio", [{"codigo": "x"}, {"tipo": "despacho"}, {"admite_no_disponible": False}])
def test_a_reason_already_used_keeps_its_meaning_and_may_be_put_away(cambiar, puerta, cambio):
    motivo = Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida", admite_no_disponible=True)
    sacar(nuevo_lote(ProductoFactory()), 1, motivo.codigo)

    hecho = cambiar(puerta, motivo, **cambio)

    assert hecho is not None or puerta in ("page", "admin")  # there the field is not typed
    assert igual_que_antes(motivo)
    assert cambiar(puerta, motivo, nombre="Donado", activo=False) is None
    assert not Motivo.objects.get(pk=motivo.pk).activo


# Lots ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cambio", [{"codigo": "B"}, {"fecha_caducidad": hoy_mas(9)}])
def test_a_lot_that_moved_is_changed_by_what_asks_why(cambio):
    lote = nuevo_lote(ProductoFactory())
    for campo, valor in cambio.items():
        setattr(lote, campo, valor)

    with pytest.raises(CambioImposible):
        lote.save()
    with pytest.raises(ValidationError) as info:
        lote.full_clean()
    assert list(info.value.error_dict) == list(cambio)
