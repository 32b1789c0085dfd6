"""Bodies as they come over the wire, to both servers and by every door: read like any other, or refused in plain words."""

import contextlib
import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

import pytest

from herramientas.cliente import DE_PROXY, Cliente
from herramientas.servidor_web import RAIZ, _puerto_libre, entorno, manage, web

pytestmark = [pytest.mark.lento, pytest.mark.sqlite]
USUARIO, CONTRASENA = "jefa", "una-clave-de-humo-larga"
MEGA = 1024 * 1024


@contextlib.contextmanager
def runserver(variables, registro):
    puerto = _puerto_libre()
    with registro.open("wb") as texto:
        orden = [sys.executable, "manage.py", "runserver", "--noreload", str(puerto)]
        proceso = subprocess.Popen(orden, cwd=RAIZ, env=variables, stdout=texto, stderr=texto)
    try:
        limite = time.monotonic() + 60
        while Cliente(puerto, mantener=False).estado("/salud/lista/") != 200:
            assert proceso.poll() is None, registro.read_text()
            assert time.monotonic() < limite, registro.read_text()
            time.sleep(0.1)
        yield puerto
    finally:
        proceso.terminate()
        proceso.wait()


class Sitio:
    """One server, spoken to byte by byte. The name of one category tells whether a change was made."""

    def __init__(self, puerto, llave, *, deshace_trozos):
        self.puerto, self.deshace_trozos = puerto, deshace_trozos
        self.api, self.navegador = Cliente(puerto, llave, mantener=False), Cliente(puerto, mantener=False)
        self.navegador.entrar(USUARIO, CONTRASENA)
        self.categoria = self.api.pedir("POST", "/api/v1/categorias/", {"nombre": f"antes {puerto}"}).json["id"]

    @property
    def nombre(self):
        return self.api.pedir("GET", f"/api/v1/categorias/{self.categoria}/").json["nombre"]

    def cabeza(self, puerta):
        """The request line and the headers of who may do it."""
        rutas = {
            "api": ("PATCH", f"/api/v1/categorias/{self.categoria}/"),
            "pagina": ("POST", f"/categorias/{self.categoria}/editar/"),
            "admin": ("POST", f"/admin/productos/categoria/{self.categoria}/change/"),
        }
        verbo, ruta = rutas[puerta]
        cookies = "; ".join(f"{n}={v}" for n, v in self.navegador.cookies.items())
        sesion = {"Cookie": cookies, "X-CSRFToken": self.navegador.cookies["csrftoken"], "Origin": "https://localhost"}
        return f"{verbo} {ruta} HTTP/1.1", self.api.cabeceras if puerta == "api" else {**DE_PROXY, **sesion}

    def enviar(self, puerta, cuerpo, cabeceras, *, cortar=False, seguir=b"", pausa=False):
        linea, propias = self.cabeza(puerta)
        propias = {**propias, "Content-Type": TIPOS[puerta], **({} if seguir else {"Connection": "close"}), **cabeceras}
        texto = "".join(f"{n}: {v}\r\n" for n, v in propias.items() if v is not None)
        mensaje = [f"{linea}\r\n{texto}\r\n".encode(), cuerpo + seguir]
        return hablar(self.puerto, *(mensaje if pausa else [b"".join(mensaje)]), cortar=cortar)


TIPOS = {"api": "application/json", "pagina": "application/x-www-form-urlencoded"}
TIPOS["admin"] = TIPOS["pagina"]


def hablar(puerto, mensaje, *despues, cortar=False):
    """Everything that comes back until the server ends the connection. What is said `despues` waits for a first answer."""
    with socket.create_connection(("127.0.0.1", puerto), timeout=15) as enchufe:
        with contextlib.suppress(OSError):
            enchufe.sendall(mensaje)
            if cortar:
                enchufe.shutdown(socket.SHUT_WR)
        todo = b""
        for resto in despues:
            todo += enchufe.recv(65536)
            enchufe.sendall(resto)
        with contextlib.suppress(ConnectionError):
            while parte := enchufe.recv(65536):
                todo += parte
        return todo


def estados(todo):
    return [int(x) for x in re.findall(rb"HTTP/1\.1 (\d{3}) ", todo) if x != b"100"]


def contenido(puerta, nombre):
    return json.dumps({"nombre": nombre}).encode() if puerta == "api" else urlencode({"nombre": nombre}).encode()


def trozos(cuerpo, *, extension=b"", final=b""):
    mitad = len(cuerpo) // 2
    partes = b"".join(b"%x%s\r\n%s\r\n" % (len(p), extension, p) for p in (cuerpo[:mitad], cuerpo[mitad:]))
    return partes + b"0\r\n" + final + b"\r\n"


@pytest.fixture(scope="module")
def sitios(tmp_path_factory):
    carpeta = tmp_path_factory.mktemp("cuerpos")
    variables = entorno(
        f"sqlite:///{carpeta}/base.sqlite3",
        DEBUG="true",
        HTTPS="true",
        DJANGO_SUPERUSER_USERNAME=USUARIO,
        DJANGO_SUPERUSER_PASSWORD=CONTRASENA,
        WEB_CONCURRENCY="1",
    )
    manage(variables, "inicializar")
    llave = manage(variables, "crear_token", USUARIO).strip()
    with (
        web(variables, carpeta / "gunicorn.log") as servidor,
        runserver(variables, carpeta / "runserver.log") as puerto,
    ):
        yield {
            "gunicorn": Sitio(servidor.puerto, llave, deshace_trozos=True),
            "runserver": Sitio(puerto, llave, deshace_trozos=False),
        }


@pytest.fixture(params=["gunicorn", "runserver"])
def sitio(request, sitios):
    return sitios[request.param]


@pytest.fixture(params=["api", "pagina", "admin"])
def puerta(request):
    return request.param


DE_TROZOS = {"extension": b";a=b", "final": b"X-Nada: 1\r\n"}


@pytest.mark.parametrize("extras", [{}, DE_TROZOS], ids=["trozos", "trozos con extras"])
def test_a_chunked_body_is_read_like_any_other_or_asked_for_its_length(sitio, puerta, extras):
    nuevo = f"por trozos {puerta} {len(extras)} {sitio.puerto}"

    todo = sitio.enviar(puerta, trozos(contenido(puerta, nuevo), **extras), {"Transfer-Encoding": "chunked"})

    if sitio.deshace_trozos:
        assert estados(todo) in ([200], [302])
        assert sitio.nombre == nuevo
    else:
        assert estados(todo) == [411]
        assert sitio.nombre != nuevo


def test_a_body_that_waits_for_a_continue_is_read(sitio, puerta):
    nuevo = f"con permiso {puerta} {sitio.puerto}"
    cuerpo = contenido(puerta, nuevo)

    todo = sitio.enviar(puerta, cuerpo, {"Content-Length": len(cuerpo), "Expect": "100-continue"}, pausa=True)

    assert todo.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ")
    assert estados(todo) in ([200], [302])
    assert sitio.nombre == nuevo


def test_a_charset_of_utf8_is_understood(sitio, puerta):
    nuevo = f"con juego {puerta} {sitio.puerto}"
    cuerpo = contenido(puerta, nuevo)

    todo = sitio.enviar(
        puerta, cuerpo, {"Content-Length": len(cuerpo), "Content-Type": f'{TIPOS[puerta]}; charset="UTF-8"'}
    )

    assert estados(todo) in ([200], [302])
    assert sitio.nombre == nuevo


def _con_largo(cuerpo, **cabeceras):
    return cuerpo, {"Content-Length": len(cuerpo), **cabeceras}, {}


MALOS = {
    "sin largo": lambda c: (c, {}, {}),
    "largo de más": lambda c: (c, {"Content-Length": len(c) + 5}, {"cortar": True}),
    "largo de menos": lambda c: (c, {"Content-Length": len(c) - 3}, {}),
    "largo que no es número": lambda c: (c, {"Content-Length": "1_0"}, {}),
    "largo negativo": lambda c: (c, {"Content-Length": "-5"}, {}),
    "largo inmenso": lambda c: (c, {"Content-Length": "9" * 30}, {}),
    "trozo cortado": lambda c: (trozos(c)[:-9], {"Transfer-Encoding": "chunked"}, {"cortar": True}),
    "trozo sin tamaño": lambda c: (b"zz\r\n" + c, {"Transfer-Encoding": "chunked"}, {}),
    "otra codificación": lambda c: (trozos(c), {"Transfer-Encoding": "gzip, chunked"}, {}),
    "gzip": lambda c: _con_largo(gzip.compress(c), **{"Content-Encoding": "gzip"}),
    "gzip sin decirlo": lambda c: _con_largo(gzip.compress(c)),
    "marca de orden": lambda c: _con_largo(b"\xef\xbb\xbf" + c),
    "UTF-16": lambda c: _con_largo(c.decode().encode("utf-16")),
    "UTF-16 dicho": lambda c: _con_largo(
        c.decode().encode("utf-16"), **{"Content-Type": "application/json; charset=utf-16"}
    ),
    "texto": lambda c: _con_largo(c, **{"Content-Type": "text/plain"}),
    "XML": lambda c: _con_largo(c, **{"Content-Type": "application/xml"}),
    "sin tipo": lambda c: _con_largo(c, **{"Content-Type": None}),
    "vacío": lambda c: _con_largo(b""),
}


@pytest.mark.parametrize("caso", MALOS)
@pytest.mark.parametrize("puerta", ["api", "pagina"])
def test_a_body_that_cannot_be_read_whole_is_refused_and_changes_nothing(sitio, puerta, caso):
    nuevo, antes = f"malo {puerta} {sitio.puerto}", sitio.nombre
    cuerpo, cabeceras, opciones = MALOS[caso](contenido(puerta, nuevo))

    todo = sitio.enviar(puerta, cuerpo, cabeceras, **opciones)

    if caso == "largo de menos" and puerta != "api":  # a form that ends sooner is a form: what it says is what is done
        assert sitio.nombre == nuevo[:-3]
        return
    assert estados(todo)[0] in (400, 403, 411, 413, 415, 422), todo[:2000]
    assert sitio.nombre == antes


@pytest.mark.parametrize("caso", ["trozos", "largo"])
def test_a_body_that_is_too_big_ends_its_connection_and_says_so(sitio, puerta, caso):
    siguiente = b"GET /salud/viva/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    enorme = contenido(puerta, "x" * 2 * MEGA)
    cuerpo, cabeceras = {
        "trozos": (trozos(enorme), {"Transfer-Encoding": "chunked"}),
        "largo": (enorme, {"Content-Length": len(enorme)}),
    }[caso]

    todo = sitio.enviar(puerta, cuerpo, cabeceras, seguir=siguiente)

    assert estados(todo) == [413 if caso == "largo" or sitio.deshace_trozos else 411], todo[:500]
    assert b"\r\nconnection: close\r\n" in todo.lower()


def test_who_declares_too_much_is_told_before_sending_it(sitio):
    inicio = time.monotonic()

    todo = sitio.enviar("api", b"", {"Content-Length": 50 * MEGA}, cortar=not sitio.deshace_trozos)

    assert estados(todo) == [413]
    assert time.monotonic() - inicio < 10


def test_whatever_answers_before_the_body_was_read_ends_the_connection(sitio):
    mensaje = b"POST /salud/viva/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200000

    todo = hablar(sitio.puerto, mensaje)

    assert estados(todo) == [405]
    assert b"\r\nconnection: close\r\n" in todo.lower()


def test_a_refusal_whose_body_was_read_keeps_the_connection(sitio):
    conexion = http.client.HTTPConnection("localhost", sitio.puerto, timeout=30)
    for _vez in range(2):
        conexion.request(
            "POST", "/api/v1/categorias/", b'{"nombre": 5}', {**sitio.api.cabeceras, "Content-Type": TIPOS["api"]}
        )
        respuesta = conexion.getresponse()
        respuesta.read()
        assert respuesta.status == 400
        assert not respuesta.will_close
    conexion.close()


def test_requests_in_one_piece_are_each_answered(sitio):
    linea, propias = sitio.cabeza("api")
    cuerpo = trozos(b'{"nombre": 5}') if sitio.deshace_trozos else b'{"nombre": 5}'
    marco = {"Transfer-Encoding": "chunked"} if sitio.deshace_trozos else {"Content-Length": len(cuerpo)}
    texto = "".join(f"{n}: {v}\r\n" for n, v in {**propias, **marco, "Content-Type": TIPOS["api"]}.items())
    una = f"{linea}\r\n{texto}\r\n".encode() + cuerpo
    final = una.replace(b"Content-Type:", b"Connection: close\r\nContent-Type:")

    assert estados(hablar(sitio.puerto, una * 2 + final)) == [400, 400, 400]


def test_the_login_reads_a_chunked_form_or_asks_for_its_length(sitio):
    galletas = Cliente(sitio.puerto, mantener=False)
    galletas.pedir("GET", "/entrar/")
    csrf = galletas.cookies["csrftoken"]
    cuerpo = urlencode({"username": USUARIO, "password": CONTRASENA, "csrfmiddlewaretoken": csrf}).encode()
    cabeza = (
        f"POST /entrar/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nOrigin: https://localhost\r\n"
        f"Cookie: csrftoken={csrf}\r\nConnection: close\r\n"
        f"Content-Type: {TIPOS['pagina']}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )

    todo = hablar(sitio.puerto, cabeza.encode() + trozos(cuerpo))

    assert estados(todo) == [302 if sitio.deshace_trozos else 411]
    assert (b"Location: /\r\n" in todo) == sitio.deshace_trozos
