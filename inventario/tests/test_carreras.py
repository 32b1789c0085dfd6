"""What each door does when somebody else writes at the same moment, forced on a real PostgreSQL: nobody waits for a product while
holding anything else, and nobody is told of a database.
"""

import io
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import pre_delete
from django.test import Client
from django.urls import reverse

from alertas.models import Alerta
from inventario.dominio.exceptions import ErrorDeDominio
from lotes.models import Almacen, Existencia, Lote
from movimientos.models import Motivo, Operacion
from movimientos.signals import existencias_cambiadas
from productos.models import Categoria, Producto
from pruebas import ayudas
from pruebas.ayudas import entrar, hoy_mas
from pruebas.carreras import a_la_vez, hasta_que_alguien_espere
from pruebas.clientes import ClienteAPI, hoja
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SIN_LINEAS = {f"{x}-{y}_FORMS": 0 for x in ("existencias", "cambios") for y in ("TOTAL", "INITIAL")}


@pytest.fixture(autouse=True)
def _base(transactional_db):
    return transactional_db


def recalcular():
    call_command("recalcular_alertas", stdout=io.StringIO(), stderr=io.StringIO())


class Mundo:
    """One of its own for each race, since emptying the tables costs more than filling them: a product with a category, an alert, a lot that moved and one that has not; and a superuser at every door."""

    def __init__(self):
        self.categoria = CategoriaFactory()
        self.producto = ProductoFactory(categoria=self.categoria, stock_minimo=500)
        self.entrada = entrar(self.producto, "A", 50, 5)
        self.lote = Lote.objects.get(producto=self.producto)
        self.quieto = Lote.objects.create(producto=self.producto, codigo="QUIETO", fecha_caducidad=hoy_mas(20))
        self.otro = AlmacenFactory()
        self.solo = ProductoFactory(stock_minimo=5)  # with an alert and no lot: it may be deleted
        recalcular()
        self.alerta = Alerta.objects.filter(producto=self.producto).first()
        jefe = UsuarioFactory(is_superuser=True, is_staff=True)
        self.api = ClienteAPI(jefe)
        self.web = Client(raise_request_exception=False)
        self.web.force_login(jefe)

    def pagina(self, nombre, /, *args, **datos):
        return self.web.post(reverse(nombre, args=args), datos)

    def admin(self, modelo, pagina, /, *args, **datos):
        return self.pagina(f"admin:{modelo._meta.label_lower.replace('.', '_')}_{pagina}", *args, **datos)

    def ficha(self, **otros):
        """What the forms of a product send."""
        p = self.producto
        datos = {"sku": p.sku, "nombre": "otro", "unidad": "caja", "stock_minimo": 9, "vida_minima_despacho": 0}
        return datos | {"categoria": p.categoria_id, "controla_caducidad": "on", "activo": "on"} | otros


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
    "API: categoría": lambda m: m.api("PATCH", f"categorias/{m.categoria.pk}/", {"nombre": "x", "dias_aviso": 3}),
    "API: retener": lambda m: m.api.post(f"lotes/{m.lote.pk}/retener/", {"nota": "x"}),
    "API: reconocer": lambda m: m.api.post(f"alertas/{m.alerta.pk}/reconocer/", {}),
    "página: producto": lambda m: m.pagina("productos:editar", m.producto.pk, **m.ficha()),
    "página: categoría": lambda m: m.pagina("categorias:editar", m.categoria.pk, nombre="x", dias_aviso=3),
    "página: retener": lambda m: m.pagina("lotes:cambiar", m.lote.pk, "retener", nota="x"),
    "página: alertas": lambda m: m.pagina("alertas:reconocer", alertas=[m.alerta.pk]),
    "admin: producto": lambda m: m.admin(Producto, "change", m.producto.pk, **m.ficha()),
    "admin: categoría": lambda m: m.admin(Categoria, "change", m.categoria.pk, nombre="x", dias_aviso=3),
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


def _salio_bien(resultado):
    assert not isinstance(resultado, Exception), resultado
    assert getattr(resultado, "status_code", 200) < 400


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

    _salio_bien(visto)
    _salio_bien(hecho)


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
        _salio_bien(resultado)
    assert Lote.objects.get(pk=mundo.lote.pk).estado == Lote.Estado.CUARENTENA


REPETIDOS = {
    "sku": lambda: Producto.objects.create(sku="REPETIDO", nombre="x"),
    "gtin": lambda: ProductoFactory(gtin="07501234567893"),
    "categoría": lambda: Categoria.objects.create(nombre="REPETIDO"),
    "almacén": lambda: AlmacenFactory(codigo="REPETIDO"),
    "motivo": lambda: Motivo.objects.create(codigo="REPETIDO", nombre="x", tipo="entrada"),
}
CREAR = {
    "sku": ("productos", Producto, {"sku": "REPETIDO", "nombre": "b", "unidad": "u", "stock_minimo": 0}),
    "gtin": ("productos", Producto, {"sku": "B", "gtin": "07501234567893", "nombre": "b", "unidad": "u"}),
    "categoría": ("categorias", Categoria, {"nombre": "REPETIDO"}),
    "almacén": ("almacenes", Almacen, {"codigo": "REPETIDO", "nombre": "b"}),
    "motivo": ("motivos", Motivo, {"codigo": "REPETIDO", "nombre": "b", "tipo": "entrada"}),
}


@pytest.mark.parametrize(("puerta", "estado"), [("api", 409), ("página", 422), ("admin", 200)])
def test_whoever_creates_what_somebody_just_created_is_told(puerta, estado, subtests):
    mundo = Mundo()
    for que in REPETIDOS:
        with subtests.test(que):
            _crear_despues_de_otro(mundo, que, puerta, estado)


def _crear_despues_de_otro(mundo, que, puerta, estado):
    ruta, modelo, datos = CREAR[que]
    empezado = threading.Event()
    formulario = datos | {"stock_minimo": 0, "vida_minima_despacho": 0, "controla_caducidad": "on"}

    def primero():
        with transaction.atomic():
            REPETIDOS[que]()
            empezado.set()
            hasta_que_alguien_espere()

    def segundo():
        empezado.wait(5)
        if puerta == "api":
            return mundo.api.post(f"{ruta}/", datos)
        return mundo.pagina(f"{ruta}:crear", **formulario) if puerta == "página" else mundo.admin(
            modelo, "add", **formulario
        )  # fmt: skip

    visto, respuesta = a_la_vez(primero, segundo)

    _salio_bien(visto)
    assert respuesta.status_code == estado
    if puerta == "api":
        assert respuesta.json()["codigo"] == "conflicto"
    else:
        clave = "adminform" if puerta == "admin" else "formulario"
        assert (respuesta.context[clave].form if puerta == "admin" else respuesta.context[clave]).errors


USAR = {
    Producto: lambda m, fila: Lote.objects.create(producto=fila, codigo="NUEVO", fecha_caducidad=hoy_mas(9)),
    Categoria: lambda m, fila: ProductoFactory(categoria=fila),
    Almacen: lambda m, fila: entrar(m.producto, "A", 1, None, almacen=fila),
    Motivo: lambda m, fila: entrar(m.producto, "A", 1, None, motivo=fila),
    Lote: lambda m, fila: entrar(m.producto, "QUIETO", 1, None),
}
RUTAS = {Producto: "productos", Categoria: "categorias", Almacen: "almacenes", Motivo: "motivos"}
BORRAR = {
    "api": lambda m, fila: m.api("DELETE", f"{RUTAS[type(fila)]}/{fila.pk}/"),
    "página": lambda m, fila: m.pagina(f"{RUTAS[type(fila)]}:eliminar", fila.pk),
    "admin": lambda m, fila: m.admin(type(fila), "delete", fila.pk, post="yes"),
    "admin, varios": lambda m, fila: m.admin(
        type(fila), "changelist", action="delete_selected", _selected_action=[fila.pk], post="yes"
    ),
}


def _que_se_borra(mundo, modelo):
    return {
        Producto: lambda: mundo.solo,
        Categoria: CategoriaFactory,
        Almacen: AlmacenFactory,
        Motivo: lambda: Motivo.objects.create(codigo="NUEVO", nombre="x", tipo="entrada"),
        Lote: lambda: mundo.quieto,
    }[modelo]()


@pytest.mark.parametrize("puerta", BORRAR)
def test_what_comes_into_use_while_it_is_being_deleted_stays(puerta, subtests):
    """Either it stays (409), or whoever was using it is told that it is gone: never both, never an error of the database."""
    for modelo in USAR:
        if modelo in RUTAS or puerta.startswith("admin"):
            with subtests.test(modelo.__name__):
                _borrar_mientras_se_usa(Mundo(), modelo, puerta)


def _borrar_mientras_se_usa(mundo, modelo, puerta):
    fila = _que_se_borra(mundo, modelo)
    mirado, usado = threading.Event(), threading.Event()

    def detener(**kwargs):
        mirado.set()
        usado.wait(2)

    def usar():
        mirado.wait(5)
        try:
            return USAR[modelo](mundo, fila)
        finally:
            usado.set()

    pre_delete.connect(detener, sender=modelo)
    try:
        uso, respuesta = a_la_vez(usar, lambda: BORRAR[puerta](mundo, fila))
    finally:
        pre_delete.disconnect(detener, sender=modelo)

    assert respuesta.status_code in (200, 204, 302, 409)
    sigue = modelo.objects.filter(pk=fila.pk).exists()
    assert sigue == (respuesta.status_code in (200, 409))  # 200: the admin's own page of what protects it
    assert sigue == (not isinstance(uso, Exception))


def test_an_operation_that_loses_its_warehouse_or_reason_is_refused_and_leaves_nothing(subtests):
    mundo = Mundo()
    for modelo in (Almacen, Motivo):
        for puerta in ("servicio", "api", "página"):
            with subtests.test(f"{modelo.__name__}, {puerta}"):
                _operar_sobre_lo_que_se_va(mundo, modelo, puerta)


def _operar_sobre_lo_que_se_va(mundo, modelo, puerta):
    fila = _que_se_borra(mundo, modelo)
    campo = "almacen" if modelo is Almacen else "motivo"
    valor = fila.pk if modelo is Almacen else fila.codigo
    cuantas = Operacion.objects.count()

    def borrar(**kwargs):
        a_la_vez(lambda: modelo.objects.filter(pk=fila.pk).delete())

    lineas = [{"producto": mundo.producto.pk, "lote": "A", "cantidad": 1}]
    enviar = {
        "servicio": lambda: entrar(mundo.producto, "A", 1, None, **{campo: fila}),
        "api": lambda: mundo.api.post("entradas/", {campo: valor, "lineas": lineas}),
        "página": lambda: mundo.pagina(
            "movimientos:entrada",
            **hoja(
                {"producto": mundo.producto.sku, "lote": "A", "cantidad": 1},
                almacen=valor if campo == "almacen" else Almacen.objects.predeterminado().pk,
                motivo=valor if campo == "motivo" else "compra",
            ),
        ),
    }[puerta]
    existencias_cambiadas.connect(borrar)
    try:
        [resultado] = a_la_vez(enviar)
    finally:
        existencias_cambiadas.disconnect(borrar)

    if puerta == "servicio":
        assert isinstance(resultado, ErrorDeDominio)
    else:
        assert resultado.status_code == 409
    assert Operacion.objects.count() == cuantas
    assert connection.is_usable()
