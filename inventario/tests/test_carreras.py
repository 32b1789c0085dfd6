"""The lock on the products, at every door, on a real PostgreSQL: nobody waits for a product while holding anything else."""

import threading

import pytest
from django.db import transaction

from alertas.models import Alerta
from lotes.models import Almacen, Existencia, Lote
from movimientos.models import Motivo
from productos.models import Categoria, Producto
from pruebas import ayudas
from pruebas.ayudas import entrar
from pruebas.carreras import Mundo, a_la_vez, hasta_que_alguien_espere, recalcular, salio_bien

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SIN_LINEAS = {f"{x}-{y}_FORMS": 0 for x in ("existencias", "cambios") for y in ("TOTAL", "INITIAL")}


@pytest.fixture(autouse=True)
def _base(transactional_db):
    return transactional_db


# Door → what goes through it. Each must want the product before anything else.
DE_EXISTENCIAS = {
    "entrada": lambda m: entrar(m.producto, "A", 1, None, costo="3"),
    "despacho": lambda m: ayudas.despachar(m.producto, 1),
    "salida": lambda m: ayudas.sacar(m.lote, 1),
    "traslado": lambda m: ayudas.trasladar(m.lote, 1, m.otro),
    "conteo": lambda m: ayudas.contar(m.lote, 1),
    "reverso": lambda m: ayudas.revertir(m.entrada),
    "API: despacho": lambda m: m.api.post("despachos/", {"lineas": [{"producto": m.producto.pk, "cantidad": 1}]}),
}
DE_OTRAS_COSAS = {
    "lote.save": lambda m: m.lote.save(),
    "lote.delete": lambda m: m.quieto.delete(),
    "categoría.save": lambda m: m.categoria.save(),
    "recalcular_alertas": lambda m: recalcular(),
    "API: producto": lambda m: m.api("PATCH", f"productos/{m.producto.pk}/", {"sku": "OTRO"}),
    "API: categoría": lambda m: m.api(
        "PATCH", f"categorias/{m.categoria.pk}/", {"nombre": m.categoria.nombre + "x", "dias_aviso": 3}
    ),
    "API: retener": lambda m: m.api.post(f"lotes/{m.lote.pk}/retener/", {"nota": "x"}),
    "API: reconocer": lambda m: m.api.post(f"alertas/{m.alerta.pk}/reconocer/", {}),
    "página: producto": lambda m: m.pagina("productos:editar", m.producto.pk, **m.ficha()),
    "página: categoría": lambda m: m.pagina(
        "categorias:editar", m.categoria.pk, nombre=m.categoria.nombre + "x", dias_aviso=3
    ),
    "página: retener": lambda m: m.pagina("lotes:cambiar", m.lote.pk, "retener", nota="x"),
    "página: alertas": lambda m: m.pagina("alertas:reconocer", alerta=[m.alerta.pk]),
    "admin: producto": lambda m: m.admin(Producto, "change", m.producto.pk, **m.ficha()),
    "admin: categoría": lambda m: m.admin(
        Categoria, "change", m.categoria.pk, nombre=m.categoria.nombre + "x", dias_aviso=3
    ),
    "admin: lote": lambda m: m.admin(Lote, "change", m.lote.pk, costo_unitario="2.5", **SIN_LINEAS),
    "admin: eliminar lote": lambda m: m.admin(Lote, "delete", m.quieto.pk, post="yes"),
    "admin: retener": lambda m: m.admin(
        Lote, "changelist", action="retener", _selected_action=[m.lote.pk], nota="x", confirmar="1"
    ),
    "admin: eliminar lotes": lambda m: m.admin(
        Lote, "changelist", action="delete_selected", _selected_action=[m.quieto.pk], post="yes"
    ),
}
DE_BORRADO = {
    "producto.delete": lambda m: m.solo.delete(),
    "API: eliminar": lambda m: m.api("DELETE", f"productos/{m.solo.pk}/"),
    "página: eliminar": lambda m: m.pagina("productos:eliminar", m.solo.pk),
    "admin: eliminar": lambda m: m.admin(Producto, "delete", m.solo.pk, post="yes"),
    "admin: eliminar varios": lambda m: m.admin(
        Producto, "changelist", action="delete_selected", _selected_action=[m.solo.pk], post="yes"
    ),
}


@pytest.mark.parametrize("puertas", [DE_EXISTENCIAS, DE_OTRAS_COSAS, DE_BORRADO], ids=["stock", "rest", "deletes"])
def test_no_door_holds_anything_while_it_waits_for_a_product(puertas, subtests):
    """With the products taken, as an operation has them: everything else must still be free, or the two could deadlock."""
    for puerta, hacer in puertas.items():
        with subtests.test(puerta):
            _pasar_despues_de_una_operacion(hacer, Mundo())


def _pasar_despues_de_una_operacion(hacer, mundo):
    tomados = threading.Event()

    def operacion():
        with transaction.atomic():
            Producto.bloquear_productos([mundo.producto.pk, mundo.solo.pk])
            tomados.set()
            hasta_que_alguien_espere()
            for modelo in (Lote, Existencia, Alerta, Categoria, Almacen, Motivo):
                list(modelo._base_manager.select_for_update(nowait=True))

    def la_puerta():
        tomados.wait(5)
        return hacer(mundo)

    visto, hecho = a_la_vez(operacion, la_puerta)

    salio_bien(visto)
    salio_bien(hecho)


def test_a_lot_saved_in_the_admin_keeps_what_changed_since_it_was_opened():
    """The form does not show its state, so it must not write the one that it read before the lock."""
    mundo = Mundo()
    tomados = threading.Event()

    def retener():
        with transaction.atomic():
            Producto.bloquear_productos([mundo.producto.pk])
            tomados.set()
            hasta_que_alguien_espere()
            Lote.objects.filter(pk=mundo.lote.pk).update(estado=Lote.Estado.CUARENTENA)

    def guardar():
        tomados.wait(5)
        return DE_OTRAS_COSAS["admin: lote"](mundo)

    for resultado in a_la_vez(retener, guardar):
        salio_bien(resultado)
    assert Lote.objects.get(pk=mundo.lote.pk).estado == Lote.Estado.CUARENTENA
