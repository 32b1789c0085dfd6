"""Every form of the pages and of the admin, filled with hostile values: no 5xx, and a refusal writes nothing."""

import random
from html.parser import HTMLParser
from itertools import chain

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alertas.verificacion import verificar as verificar_alertas
from inventario.empresa.models import Empresa
from lotes.models import Almacen, Lote
from movimientos.importacion import services as importaciones
from movimientos.models import Motivo, Operacion
from movimientos.verificacion import verificar as verificar_libro
from productos.models import Producto
from pruebas.accesos import A_MEDIAS, PAGINAS, lugares
from pruebas.ayudas import entrar
from pruebas.factories import AlmacenFactory, CategoriaFactory, EmpaqueFactory, ProductoFactory, UsuarioFactory

HOSTILES = [
    "", " ", "0", "-1", "1", "5.5", "1e3", "٥", "NaN", "9" * 5000, str(2**63), str(10**9 + 1), "true", "null",
    "2026-02-30", "0001-01-01", "9999-12-31", "2030-1-5", "2030-01-01T00:00", "<script>alert(1)</script>", "=1+1",
    "@SUM(A1)", "a\x00b", "\u200b", "\ud7ff", "\u202e", "ñ" * 3000, "../../etc/passwd", "' OR 1=1 --", "{{ 7*7 }}", "%s%n",
]  # fmt: skip
pytestmark = pytest.mark.lento
VUELTAS = 6
EN_ENLACES = ("buscar", "q", "pagina", "por_pagina", "orden", "cursor", "producto", "fecha", "visto")
APPS = ("productos", "lotes", "movimientos", "alertas", "inventario")


class Campos(HTMLParser):
    """The names of a page's inputs, with the value each would send if nobody touched it."""

    def __init__(self, texto):
        super().__init__()
        self.valores = {}
        self.opcion_de = None
        self.feed(texto)

    def handle_starttag(self, etiqueta, atributos):
        a = dict(atributos)
        if etiqueta == "select":
            self.opcion_de = a.get("name")
        if etiqueta == "option" and self.opcion_de and "selected" in a:
            self.valores[self.opcion_de] = a.get("value") or ""
        nombre = a.get("name")
        if etiqueta in {"input", "textarea", "select"} and nombre and nombre != "csrfmiddlewaretoken":
            self.valores.setdefault(nombre, a.get("value") or "")


@pytest.fixture
def escenario(db):
    jefe = UsuarioFactory(username="jefe", is_superuser=True, is_staff=True)
    producto = ProductoFactory(categoria=CategoriaFactory())
    AlmacenFactory()
    entrar(producto, cantidad=50)
    Empresa(es_demo=True).save()
    csv = b"sku,nombre,lote,vence,cantidad\nX,Equis,L,03/04/2030,1"
    importaciones.crear(usuario=jefe, tipo="existencias", nombre="a.csv", contenido=csv)
    cliente = Client(raise_request_exception=False)
    cliente.force_login(jefe)
    return cliente


def _filas():
    """How many rows each table of ours holds, and the balances."""
    cuentas = {m._meta.label: m.objects.count() for app in APPS for m in apps.get_app_config(app).get_models()}
    cuentas.pop("inventario.Auditoria")  # what is refused may be written down
    return cuentas, list(apps.get_model("lotes", "Existencia").objects.values_list("pk", "cantidad"))


def _atacar(cliente, lugar, destino=None):
    pagina = cliente.get(lugar)
    assert pagina.status_code == 200, lugar
    campos = Campos(pagina.content.decode()).valores
    assert campos, lugar
    azar = random.Random(lugar)
    for vuelta in range(VUELTAS):
        datos = dict(campos)
        for nombre in azar.sample(sorted(datos), max(1, len(datos) * (vuelta + 1) // VUELTAS)):
            datos[nombre] = azar.choice(HOSTILES)
        antes = _filas()

        respuesta = cliente.post(destino or lugar, datos)

        caso = f"{lugar} {datos}"[:2000]
        assert respuesta.status_code < 500, caso
        if respuesta.status_code in {400, 403, 404, 409, 422}:
            assert _filas() == antes, caso


def _sano():
    hallazgos = list(chain(verificar_libro(), verificar_alertas(hoy=timezone.localdate())))
    assert hallazgos == []


def _de_hoy():
    """The rows that the addresses of pages name."""
    producto = Producto.objects.get()
    return {
        "productos": producto,
        "categorias": producto.categoria,
        "empaques": EmpaqueFactory(producto=producto),
        "almacenes": Almacen.objects.get(codigo="PRINCIPAL"),
        "motivos": Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida"),
        "lote": Lote.objects.get(),
        "operacion": Operacion.objects.get(),
    }


def test_hostile_values_in_the_forms_of_the_pages(escenario):
    de_hoy = _de_hoy()
    con_formulario = [ruta for ruta, (ver, enviar) in PAGINAS.items() if ver and enviar and ruta != A_MEDIAS]
    for ruta in con_formulario:
        for lugar in lugares(ruta, **de_hoy):
            _atacar(escenario, lugar)
    _atacar(escenario, reverse("movimientos:despacho"), destino=reverse("movimientos:plan"))

    _sano()


def test_hostile_values_in_the_forms_of_the_admin(escenario):
    motivo = Motivo.objects.get(codigo="merma")
    objetos = [Producto.objects.get(), Producto.objects.get().categoria, Lote.objects.get(), motivo]
    lugares = [
        reverse(f"admin:{o._meta.app_label}_{o._meta.model_name}_change", args=[o.pk]) for o in objetos
    ] + [
        reverse(f"admin:{nombre}_add")
        for nombre in ("productos_producto", "productos_categoria", "productos_empaque", "lotes_almacen", "movimientos_motivo",
                       "inventario_usuario")
    ]  # fmt: skip
    for lugar in lugares:
        _atacar(escenario, lugar)

    _sano()


def test_hostile_values_in_the_filters_of_the_lists(escenario):
    """Every field that a page offers, and the few that its links carry."""
    de_hoy = _de_hoy()
    azar = random.Random(4)
    for ruta in (ruta for ruta, (ver, enviar) in PAGINAS.items() if ver and not enviar):
        for lugar in lugares(ruta, **de_hoy):
            respuesta = escenario.get(lugar)
            if not respuesta["Content-Type"].startswith("text/html"):
                continue  # a picture, a workbook
            campos = Campos(respuesta.content.decode()).valores
            for nombre in sorted({*campos, *EN_ENLACES}):
                valor = azar.choice(HOSTILES)

                respuesta = escenario.get(lugar, {nombre: valor})

                assert respuesta.status_code < 500, f"{lugar}?{nombre}={valor!r}"[:300]
