"""Every page, fragment and admin route × method × caller, from the URL resolver, against a declared table."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver

from inventario.empresa.models import Empresa
from movimientos.importacion import services as importaciones
from movimientos.models import Motivo, Operacion
from pruebas.accesos import A_MEDIAS, PAGINAS, ROLES, lugares
from pruebas.ayudas import jefe, nuevo_lote
from pruebas.conteos import abrir
from pruebas.factories import AlmacenFactory, CategoriaFactory, EmpaqueFactory, ProductoFactory, UsuarioFactory

from .test_accesos_api import _legible, _patrones

# What anybody may ask: what comes before the login. (The probes and the metrics are a middleware's: test_salud.)
PUBLICAS = {"entrar/", "salir/", "idioma/", "tema/"}
ABIERTAS = {"admin/login/", "admin/logout/", "admin/jsi18n/", "admin/password_change/", "admin/password_change/done/"}
# What a POST without a body deserves. A GET gets its page.
DENTRO = {200, 204, 302, 400, 404, 409, 422}


def _rutas(prefijo, fuera=()):
    rutas = {_legible(ruta) for ruta, _vista in _patrones(get_resolver())}
    return sorted(r for r in rutas if r.startswith(prefijo) and not r.startswith(fuera))


TODAS = _rutas("", fuera=("api/", "admin/"))
DEL_ADMIN = _rutas("admin/")


def test_every_page_is_in_the_table():
    assert set(TODAS) == set(PAGINAS) | PUBLICAS


@pytest.fixture
def escenario(db):
    """What the variable parts of a path name: one product, with one lot."""
    producto = ProductoFactory()
    lote = nuevo_lote(producto)
    Empresa(nombre="Una", logo=b"una imagen", logo_tipo="png", es_demo=True).save()
    importaciones.crear(usuario=jefe(), tipo="existencias", nombre="a.csv", contenido=b"sku,cantidad\nX,1")
    return {
        "productos": producto,
        "categorias": CategoriaFactory(),
        "empaques": EmpaqueFactory(producto=producto),
        "almacenes": AlmacenFactory(),
        "motivos": Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida"),
        "conteos": abrir(),
        "lote": lote,
        "operacion": Operacion.objects.get(),
    }


@pytest.fixture
def clientes(escenario):
    quienes = {}
    for nombre in ROLES:
        usuario = UsuarioFactory(username=f"rol-{nombre}")
        usuario.groups.add(Group.objects.get(name=nombre))
        quienes[nombre] = Client()
        quienes[nombre].force_login(usuario)
    baja = UsuarioFactory(username="desactivado", is_superuser=True)
    quienes["desactivado"] = Client()
    quienes["desactivado"].force_login(baja)
    baja.is_active = False
    baja.save()
    quienes["anonimo"] = Client()
    return quienes


@pytest.mark.lento
def test_each_caller_gets_in_only_where_the_table_says(clientes, escenario):
    fallos = []
    casos = ((lugar, permitidos) for ruta, permitidos in PAGINAS.items() for lugar in lugares(ruta, **escenario))
    for lugar, permitidos in casos:
        for quien, cliente in clientes.items():
            for metodo, entran in zip(("get", "post"), permitidos, strict=True):
                respuesta = getattr(cliente, metodo)(lugar)
                bien = DENTRO if metodo == "post" or lugar == f"/{A_MEDIAS}" else {200}
                if not _como_dice(respuesta, quien, entran, bien):
                    fallos.append(f"{metodo} {lugar} {quien}: {respuesta.status_code}")

    assert fallos == []


def _como_dice(respuesta, quien, entran, bien):
    al_login = respuesta.get("Location", "").startswith("/entrar/")
    if quien not in ROLES:
        return respuesta.status_code == 302 and al_login
    if entran is None:
        return respuesta.status_code == 405
    if quien in entran:
        return respuesta.status_code in bien and not al_login
    return respuesta.status_code == 403


def test_htmx_without_a_session_is_sent_to_the_login_page(clientes, escenario):
    for ruta in PAGINAS:
        [lugar, *_] = lugares(ruta, **escenario)

        respuesta = clientes["anonimo"].get(lugar, headers={"HX-Request": "true"})

        assert (respuesta.status_code, respuesta["HX-Redirect"][:8]) == (204, "/entrar/"), ruta


@pytest.mark.django_db
@pytest.mark.parametrize("ruta", sorted(PUBLICAS))
def test_public_routes_ask_for_no_login_and_never_fail(ruta):
    respuesta = Client().get(f"/{ruta}")

    assert respuesta.status_code in {200, 302, 405}


@pytest.mark.lento
def test_the_admin_is_shut_to_whoever_is_not_staff(clientes):
    """Whatever the method and the row: to the login page, or nowhere."""
    fallos = []
    for ruta in DEL_ADMIN:
        lugar = "/" + re.sub(r"{\w+}", "1", ruta)
        for quien in ("consulta", "operador", "desactivado", "anonimo"):
            for metodo in ("get", "post"):
                respuesta = getattr(clientes[quien], metodo)(lugar)
                if respuesta.status_code not in {302, 403, 404, 405} and ruta not in ABIERTAS:
                    fallos.append(f"{metodo} {lugar} {quien}: {respuesta.status_code}")

    assert len(DEL_ADMIN) > 50
    assert fallos == []
