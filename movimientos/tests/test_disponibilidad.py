"""The rule of what may leave, at every door: state of the lot × expiry × door give one answer.

A door is a function of (lot, user) that says whether one unit of it left, or would. Pages and the API have theirs in
their own tests; they read `CASOS` and `sale` from here.
"""

import pytest
from django.db import transaction

from inventario.dominio.exceptions import ErrorDeDominio
from lotes import services as lotes
from lotes.caducidad import razon_no_despachable
from lotes.models import Existencia, Lote
from productos.models import Producto
from pruebas.ayudas import HOY, contar, despachar, nuevo_lote, planificar, revertir, sacar, trasladar
from pruebas.factories import AlmacenFactory, ProductoFactory

ESTADOS = ("disponible", "cuarentena", "retirado")
CADUCA = {"ayer": -1, "hoy": 0, "mañana": 1, "nunca": None}
CASOS = [(estado, caduca) for estado in ESTADOS for caduca in CADUCA]
pytestmark = pytest.mark.django_db


def sale(estado: str, caduca: str) -> bool:
    """The rule, said a second time: available, and usable through its printed date, inclusive."""
    return estado == "disponible" and caduca != "ayer"


def preparar(usuario, estado, caduca) -> Lote:
    producto = ProductoFactory(controla_caducidad=False)
    lote = nuevo_lote(producto, "A", 5, CADUCA[caduca], hoy=HOY, nota="x")
    if estado != "disponible":
        {"cuarentena": lotes.retener, "retirado": lotes.retirar}[estado](lote=lote, usuario=usuario, nota="x")
    return Lote.objects.get(pk=lote.pk)


def _pasa(funcion) -> bool:
    try:
        with transaction.atomic():
            funcion()
    except ErrorDeDominio:
        return False
    return True


def por_despachar(lote, usuario):
    return _pasa(lambda: despachar(lote.producto, 1, usuario=usuario, hoy=HOY))


def por_planificar(lote, usuario):
    return planificar(lote.producto, 1, hoy=HOY).falta == 0


def por_salida(codigo):
    def puerta(lote, usuario):
        return _pasa(lambda: sacar(lote, 1, codigo, usuario=usuario, hoy=HOY))

    return puerta


def por_consulta(lote, usuario):
    return Existencia.objects.despachables(HOY).filter(lote=lote).exists()


def por_producto(lote, usuario):
    return Producto.objects.con_existencias(HOY).get(pk=lote.producto_id).disponible == 5


def por_regla(lote, usuario):
    return razon_no_despachable(lote.estado, lote.fecha_caducidad, HOY) is None


DE_CONSUMO = {
    "despachar": por_despachar,
    "planificar": por_planificar,
    "salida por despacho": por_salida("despacho"),
    "salida por consumo interno": por_salida("consumo_interno"),
    "consulta": por_consulta,
    "producto": por_producto,
    "regla": por_regla,
}
DE_DESECHO = ["merma", "caducado", "destruccion", "devolucion_proveedor"]


@pytest.mark.parametrize(("estado", "caduca"), CASOS)
@pytest.mark.parametrize("puerta", DE_CONSUMO)
def test_every_door_of_consumption_answers_alike(administrador, puerta, estado, caduca):
    lote = preparar(administrador, estado, caduca)

    assert DE_CONSUMO[puerta](lote, administrador) is sale(estado, caduca)


@pytest.mark.parametrize(("estado", "caduca"), CASOS)
def test_what_may_not_be_consumed_can_always_be_disposed_of_counted_moved_and_reversed(administrador, estado, caduca):
    lote = preparar(administrador, estado, caduca)
    comun = {"usuario": administrador, "hoy": HOY}

    for codigo in DE_DESECHO:
        assert por_salida(codigo)(lote, administrador) is True
    trasladar(lote, 1, AlmacenFactory(), **comun)
    revertir(contar(lote, 3, **comun), **comun)

    assert sum(Existencia.objects.values_list("cantidad", flat=True)) == 1


@pytest.mark.parametrize("vida_minima", [0, 1, 2])
def test_the_life_asked_for_is_counted_to_the_day(administrador, vida_minima):
    lote = preparar(administrador, "disponible", "mañana")

    plan = planificar(lote.producto, 1, vida_minima=vida_minima, hoy=HOY)

    assert (plan.falta == 0) is (vida_minima <= 1)
    assert Existencia.objects.despachables(HOY, vida_minima).exists() is (vida_minima <= 1)
