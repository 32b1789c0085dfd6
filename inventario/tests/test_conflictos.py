"""What somebody else writes at the same moment, forced on a real PostgreSQL: a refusal or an error of the form, at every door."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models.signals import pre_delete

from inventario.dominio.exceptions import ErrorDeDominio
from lotes.models import Almacen, Lote
from movimientos.models import Motivo, Operacion
from movimientos.signals import existencias_cambiadas
from productos.models import Categoria, Producto
from pruebas.ayudas import entrar, hoy_mas
from pruebas.carreras import Mundo, a_la_vez, hasta_que_alguien_espere, salio_bien
from pruebas.clientes import hoja
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _base(transactional_db):
    return transactional_db


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

    salio_bien(visto)
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
