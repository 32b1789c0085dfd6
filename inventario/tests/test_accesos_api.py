"""Every route of the API × method × caller, from the URL resolver itself."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from inventario.cuentas import tokens
from inventario.cuentas.models import Token
from pruebas.accesos import API, QUIENES, ROLES
from pruebas.clientes import V1, ClienteAPI
from pruebas.factories import UsuarioFactory

METODOS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _patrones(resolver, prefijo=""):
    for patron in resolver.url_patterns:
        ruta = prefijo + str(patron.pattern)
        if isinstance(patron, URLResolver):
            yield from _patrones(patron, ruta)
        elif isinstance(patron, URLPattern):
            yield ruta, patron.callback


def _legible(ruta):
    return re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda m: f"{{{m[1] or m[2]}}}", ruta).translate(
        str.maketrans("", "", "^$")
    )


def _rutas():
    for ruta, vista in _patrones(get_resolver()):
        legible = _legible(ruta)
        if legible.startswith(V1[1:]):
            acciones = getattr(vista, "actions", None) or {
                m.lower(): m for m in METODOS if hasattr(vista.view_class, m.lower())
            }
            yield legible.removeprefix(V1[1:]), {m.upper() for m in acciones if m != "head"}


RUTAS = dict(_rutas())


def test_every_route_and_method_is_in_the_table():
    resueltas = {(metodo, ruta) for ruta, metodos in RUTAS.items() for metodo in metodos}

    assert resueltas == set(API)


@pytest.fixture
def clientes(db):
    quienes = {"anonimo": ClienteAPI()}
    for nombre in (*ROLES, "desactivado", "caducado"):
        usuario = UsuarioFactory(username=nombre)
        usuario.groups.add(Group.objects.get(name=nombre if nombre in ROLES else "administrador"))
        quienes[nombre] = ClienteAPI(usuario)
        if nombre == "desactivado":
            usuario.is_active = False
            usuario.save()
    Token.objects.filter(user__username="caducado").update(expiry=timezone.now() - timedelta(seconds=1))
    return quienes


@pytest.mark.parametrize("ruta", sorted(RUTAS))
def test_each_caller_gets_in_only_where_the_table_says(clientes, ruta):
    assert tuple(clientes) == QUIENES
    for quien, cliente in clientes.items():
        for metodo in METODOS:
            cuerpo = None if metodo == "GET" else {}
            r = cliente(metodo, ruta.replace("{pk}", "999999"), cuerpo)

            caso = f"{metodo} {ruta} {quien}: {r.status_code}"
            if quien not in ROLES:
                assert (r.status_code, r["WWW-Authenticate"]) == (401, "Token"), caso
            elif metodo not in RUTAS[ruta]:
                assert (r.status_code, r.json()["codigo"]) == (405, "metodo_no_permitido"), caso
            elif quien in API[metodo, ruta]:
                assert r.status_code in (200, 400, 404), caso
            else:
                assert (r.status_code, r.json()["codigo"]) == (403, "sin_permiso"), caso


def test_an_expired_token_is_refused_and_kept(clientes):
    assert clientes["caducado"].get("productos/").json()["codigo"] == "token_invalido"
    assert Token.objects.filter(user__username="caducado").exists()


def test_a_token_is_stored_as_its_hash_and_stops_when_revoked(operador):
    token, clave = tokens.crear(usuario=operador, nombre="caja", dias=1)
    api = ClienteAPI(clave=clave)

    assert clave not in {str(v) for v in vars(token).values()}
    assert api.get("productos/").status_code == 200
    tokens.revocar(token=token)
    assert api.get("productos/").status_code == 401


@pytest.mark.parametrize(
    "cabecera", ["Token", "Token a b", "Token ñ", "Bearer abc", "Token " + "a" * 5000, "Basic YTph"]
)
def test_a_malformed_authorization_is_401(db, cabecera):
    r = ClienteAPI().get("productos/", Authorization=cabecera)

    assert (r.status_code, r.json()["codigo"]) == (401, "token_invalido")


def test_a_session_needs_its_csrf_token_to_write(operador, client):
    from django.test import Client

    navegador = Client(enforce_csrf_checks=True)
    navegador.force_login(operador)

    assert navegador.get("/api/v1/productos/").status_code == 200
    r = navegador.post("/api/v1/despachos/", {}, content_type="application/json")

    assert (r.status_code, r.json()["codigo"]) == (403, "csrf")
