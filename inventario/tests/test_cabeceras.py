"""The headers of every answer: nobody stores what is personal, and the browser is told how to be careful. Every route × method ×
caller, from the URL resolver: a new route is walked without being named here.
"""

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.exceptions import Resolver404

from inventario.paginas import views
from inventario.plataforma.cabeceras import DE_PAGINA
from inventario.plataforma.tramo import CABEZA
from pruebas.ayudas import nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.factories import ProductoFactory, UsuarioFactory

from .test_accesos_api import METODOS, _legible, _patrones

PRUDENTES = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
DE_HTMX = {"HX-Request": "true"}
SIN_VISTA = (
    "salud/viva/",
    "salud/lista/",
    "metrics",
    "static/no-existe.css",
    "no-existe/",
    "api/no-existe/",
    "api/v1/no/",
)


def _varia(respuesta):
    return {x.strip() for x in respuesta.get("Vary", "").split(",")}


def faltan(respuesta, ruta):
    """What the headers of the answer of `ruta` lack."""
    guardar = respuesta.get("Cache-Control", "")
    revalida = guardar == "private, no-cache" and "ETag" in respuesta and respuesta.status_code in (200, 304)
    de_puerta = {"Authorization"} if ruta.startswith("api/") else set(DE_PAGINA)
    fallos = [] if "no-store" in guardar or revalida else [f"Cache-Control: {guardar}"]
    fallos += [f"Vary: {x}" for x in sorted({"Cookie", "Accept-Language", *de_puerta} - _varia(respuesta))]
    fallos += [x for x, valor in PRUDENTES.items() if respuesta.get(x) != valor]
    return fallos + [
        x for x in ("Content-Security-Policy",) if "default-src 'self'" not in respuesta.get(x, "default-src 'none'")
    ]


def _lugares():
    """Each route with ids that are there, or names that may be."""
    for ruta in sorted({_legible(ruta) for ruta, _vista in _patrones(get_resolver())} | set(SIN_VISTA)):
        yield re.sub(r"{(\w+)}|\(\?P.*?\)|\.\*|\\\w\+", lambda m: {"nombre": "existencias"}.get(m[1], "1"), ruta)


LUGARES = list(_lugares())


@pytest.fixture
def pedir(db):
    """`pedir(quien, metodo, ruta, **cabeceras)`; `quien`: anonimo, usuario, ficha."""
    nuevo_lote(ProductoFactory())
    jefa = UsuarioFactory(is_superuser=True, is_staff=True)
    api = ClienteAPI(jefa)
    anonimo, usuario = Client(raise_request_exception=False), Client(raise_request_exception=False)

    def _pedir(quien, metodo, ruta, **cabeceras):
        if quien == "ficha":
            return api(metodo, f"/{ruta}", **{k.replace("-", "_"): v for k, v in cabeceras.items()})
        if quien == "usuario" and "sessionid" not in usuario.cookies:
            usuario.force_login(jefa)
        return (usuario if quien == "usuario" else anonimo).generic(metodo, f"/{ruta}", headers=cabeceras)

    return _pedir


def _recorrer(pedir, quienes, metodos):
    fallos = []
    for ruta in LUGARES:
        for quien in quienes:
            for metodo in metodos:
                for cabeceras in ({}, DE_HTMX) if metodo == "GET" else ({},):
                    respuesta = pedir(quien, metodo, ruta, **cabeceras)
                    mal = faltan(respuesta, ruta) + (["falla"] if respuesta.status_code == 500 else [])
                    if mal:
                        fallos.append(f"{metodo} /{ruta} {quien} {respuesta.status_code}: {mal}")
    return fallos


def test_every_route_answers_a_stranger_with_its_headers(pedir):
    assert len(LUGARES) > 130
    assert _recorrer(pedir, ("anonimo",), ("GET",)) == []


@pytest.mark.lento
def test_every_route_answers_every_method_and_caller_with_its_headers(pedir):
    assert _recorrer(pedir, ("anonimo", "usuario", "ficha"), ("HEAD", "OPTIONS", "TRACE", *METODOS)) == []


@pytest.mark.parametrize(
    "caso", ["host ajeno", "a HTTPS", "cuerpo enorme", "sin CSRF", "multipart roto", "falla", "no la resuelve"]
)
def test_an_answer_that_no_view_gave_has_them_too(db, settings, monkeypatch, caso):
    navegador, cabeceras, datos = Client(raise_request_exception=False, enforce_csrf_checks=True), {}, {}
    metodo, lugar, estado = "GET", "/entrar/", 200
    if caso == "host ajeno":
        cabeceras, estado = {"host": "otro.example"}, 400
    elif caso == "a HTTPS":
        settings.SECURE_SSL_REDIRECT, estado = True, 301
        navegador = Client()  # the middleware reads it when it begins
    elif caso == "cuerpo enorme":
        metodo, estado, datos = "POST", 413, {"data": b"x" * 1_100_000, "content_type": "text/plain"}
    elif caso == "sin CSRF":
        metodo, estado, datos = "POST", 403, {"data": b"a=1", "content_type": "application/x-www-form-urlencoded"}
    elif caso == "multipart roto":
        metodo, estado, datos = "POST", 400, {"data": b"x", "content_type": "multipart/form-data"}
    elif caso == "falla":
        navegador.force_login(UsuarioFactory())
        monkeypatch.setattr(views.navegacion, "menu", lambda request: 1 / 0)
        lugar, estado = "/ayuda/", 500
    elif caso == "no la resuelve":
        monkeypatch.setattr(get_resolver(), "resolve", lambda path: (_ for _ in ()).throw(Resolver404({"path": path})))
        estado = 404

    respuesta = navegador.generic(metodo, lugar, headers=cabeceras, **datos)

    assert respuesta.status_code == estado
    assert faltan(respuesta, "entrar/") == []
    assert "Content-Security-Policy" in respuesta


@pytest.mark.parametrize(
    "lugar", ["", "alertas/", "alertas/contador/", "api/v1/productos/{pk}/", "api/v1/lotes/{lote}/"]
)
def test_a_304_has_the_headers_of_the_200(pedir, lugar):
    lote = nuevo_lote(ProductoFactory())
    ruta = lugar.format(pk=lote.producto_id, lote=lote.pk)
    quien = "ficha" if lugar.startswith("api/") else "usuario"

    primera = pedir(quien, "GET", ruta, **DE_HTMX)
    igual = pedir(quien, "GET", ruta, **DE_HTMX, **{"If-None-Match": primera["ETag"]})

    assert (primera.status_code, igual.status_code) == (200, 304)
    assert faltan(igual, ruta) == []
    for cabecera in ("ETag", "Cache-Control"):
        assert igual[cabecera] == primera[cabecera]
    assert _varia(igual) == _varia(primera)
    assert igual["Cache-Control"] == "private, no-cache"


def test_a_static_file_is_for_everybody_and_varies_by_nobody(client, db):
    respuesta = client.get("/static/css/base.css")
    respuesta.close()

    assert respuesta.status_code == 200
    assert "public" in respuesta["Cache-Control"]
    assert _varia(respuesta) <= {"", "Accept-Encoding"}
    assert {x: respuesta[x] for x in PRUDENTES} == PRUDENTES


def test_the_probe_that_the_server_answers_itself_has_them():
    dichas = dict(linea.split(": ", 1) for linea in CABEZA.decode().strip().split("\r\n")[1:])

    assert {x: dichas[x] for x in PRUDENTES} == PRUDENTES
    assert dichas["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in dichas


def test_nothing_is_left_to_show_after_the_logout(pedir):
    """What the back button finds: every page had to be asked for again, and the browser keeps no copy of its own."""
    paginas = [r for r in LUGARES if not r.startswith(("api/", "admin/", "salud/", "static/"))]
    vistas = {r: pedir("usuario", "GET", r) for r in paginas if r not in ("salir/", "metrics")}

    assert {r for r, x in vistas.items() if "no-store" not in x["Cache-Control"]} == {"alertas/contador/"}
