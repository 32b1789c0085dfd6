"""Every page, fragment and admin route × method × caller, from the URL resolver, against a declared table."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver

from movimientos.models import Motivo, Operacion
from pruebas.accesos import ADMINISTRAN, OPERAN, ROLES, SUPERVISAN, TODOS
from pruebas.ayudas import nuevo_lote
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

from .test_accesos_api import _legible, _patrones

Permitidos = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


def _catalogo(nombre: str, escriben: tuple[str, ...], eliminan: tuple[str, ...]) -> dict[str, Permitidos]:
    return {
        f"{nombre}/": (TODOS, None),
        f"{nombre}/crear/": (escriben, escriben),
        f"{nombre}/{{pk}}/editar/": (escriben, escriben),
        f"{nombre}/{{pk}}/eliminar/": (eliminan, eliminan),
    }


# Path → the roles that may GET it, the roles that may POST to it; None: the method does not exist there (405).
PAGINAS: dict[str, Permitidos] = {
    "": (TODOS, None),
    "buscar/": (TODOS, None),
    "ayuda/": (TODOS, None),
    "cuenta/": (TODOS, TODOS),
    "cuenta/contrasena/": (None, TODOS),
    "cuenta/tokens/": (None, TODOS),
    "cuenta/tokens/{pk}/revocar/": (None, TODOS),
    "cuenta/dos-factores/": (TODOS, None),
    "cuenta/dos-factores/verificar/": (TODOS, TODOS),
    "cuenta/dos-factores/activar/": (TODOS, TODOS),
    "cuenta/dos-factores/codigos/": (None, TODOS),
    "cuenta/dos-factores/desactivar/": (None, TODOS),
    **_catalogo("productos", SUPERVISAN, SUPERVISAN),
    "productos/sugerencias/": (TODOS, None),
    "productos/{pk}/": (TODOS, None),
    **_catalogo("categorias", SUPERVISAN, ADMINISTRAN),
    **_catalogo("almacenes", ADMINISTRAN, ADMINISTRAN),
    **_catalogo("motivos", ADMINISTRAN, ADMINISTRAN),
    "lotes/": (TODOS, None),
    "lotes/sugerencias/": (TODOS, None),
    "lotes/{pk}/": (TODOS, None),
    "lotes/{pk}/etiqueta/": (TODOS, None),
    "lotes/{pk}/cambiar/{accion}/": (SUPERVISAN, SUPERVISAN),
    "entrada/": (OPERAN, OPERAN),
    "salida/": (OPERAN, OPERAN),
    "despacho/": (OPERAN, OPERAN),
    "despacho/plan/": (None, OPERAN),
    "ajuste/": (SUPERVISAN, SUPERVISAN),
    "traslado/": (OPERAN, OPERAN),
    "baja/": (OPERAN, OPERAN),
    "movimientos/": (TODOS, None),
    "operaciones/": (TODOS, None),
    "operaciones/{pk}/": (TODOS, None),
    "operaciones/{pk}/revertir/": (SUPERVISAN, SUPERVISAN),
    "alertas/": (TODOS, None),
    "alertas/reconocer/": (OPERAN, OPERAN),
    "alertas/posponer/": (OPERAN, OPERAN),
    "alertas/contador/": (TODOS, None),
    "reportes/": (TODOS, None),
    "reportes/{nombre}/": (TODOS, None),
}
# What anybody may ask: what comes before the login. (The probes and the metrics are a middleware's: test_salud.)
PUBLICAS = {"entrar/", "salir/", "idioma/", "tema/"}
ABIERTAS = {"admin/login/", "admin/logout/", "admin/jsi18n/", "admin/password_change/", "admin/password_change/done/"}
DENTRO = {200, 204, 302, 304, 400, 404, 409, 422}


def _rutas(prefijo, fuera=()):
    rutas = {_legible(ruta) for ruta, _vista in _patrones(get_resolver())}
    return sorted(r for r in rutas if r.startswith(prefijo) and not r.startswith(fuera))


TODAS = _rutas("", fuera=("api/", "admin/"))
DEL_ADMIN = _rutas("admin/")


def test_every_page_is_in_the_table():
    assert set(TODAS) == set(PAGINAS) | PUBLICAS


@pytest.fixture
def escenario(db):
    """One product with one lot, and the value of each variable part of a path."""
    producto = ProductoFactory()
    lote = nuevo_lote(producto)
    return {
        "productos/": {"pk": producto.pk},
        "categorias/": {"pk": CategoriaFactory().pk},
        "almacenes/": {"pk": AlmacenFactory().pk},
        "motivos/": {"pk": Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida").pk},
        "lotes/": {"pk": lote.pk, "accion": "retener"},
        "operaciones/": {"pk": Operacion.objects.get().pk},
        "reportes/": {"nombre": "existencias"},
        "cuenta/": {"pk": "0" * 128},
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


def _concreta(ruta, escenario):
    valores = next((v for prefijo, v in escenario.items() if ruta.startswith(prefijo)), {})
    return "/" + ruta.format(**valores)


@pytest.mark.lento
def test_each_caller_gets_in_only_where_the_table_says(clientes, escenario):
    fallos = []
    for ruta, permitidos in PAGINAS.items():
        lugar = _concreta(ruta, escenario)
        for quien, cliente in clientes.items():
            for metodo, entran in zip(("get", "post"), permitidos, strict=True):
                respuesta = getattr(cliente, metodo)(lugar)
                if not _como_dice(respuesta, quien, entran):
                    fallos.append(f"{metodo} {lugar} {quien}: {respuesta.status_code}")

    assert fallos == []


def _como_dice(respuesta, quien, entran):
    al_login = respuesta.get("Location", "").startswith("/entrar/")
    if quien not in ROLES:
        return respuesta.status_code == 302 and al_login
    if entran is None:
        return respuesta.status_code == 405
    if quien in entran:
        return respuesta.status_code in DENTRO and not al_login
    return respuesta.status_code == 403


def test_htmx_without_a_session_is_sent_to_the_login_page(clientes, escenario):
    for ruta in PAGINAS:
        respuesta = clientes["anonimo"].get(_concreta(ruta, escenario), headers={"HX-Request": "true"})

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
