"""Clients that never finish: they take no thread from the others, liveness answers all along, and each wait has an end."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlencode

import pytest

from herramientas.cliente import DE_PROXY, Cliente
from herramientas.servidor_web import entorno, manage, web

pytestmark = [pytest.mark.lento, pytest.mark.sqlite]
USUARIO, CONTRASENA = "jefa", "una-clave-de-humo-larga"
CABEZA = "".join(f"{n}: {v}\r\n" for n, v in DE_PROXY.items()).encode()
FORMULARIO = b"Content-Type: application/x-www-form-urlencoded\r\n"
INICIOS = {
    "nada": b"",
    "cabeza sin fin": b"GET /entrar/ HTTP/1.1\r\n" + CABEZA,
    "cuerpo que gotea": b"POST /entrar/ HTTP/1.1\r\n" + CABEZA + FORMULARIO + b"Content-Length: 900\r\n\r\nusername=",
    "trozos que gotean": b"POST /entrar/ HTTP/1.1\r\n"
    + CABEZA
    + FORMULARIO
    + b"Transfer-Encoding: chunked\r\n\r\n800\r\n",
    "archivo que no llega": b"POST /entrar/ HTTP/1.1\r\n" + CABEZA + b"Content-Length: 90000000\r\n\r\n",
    "sonda sin fin": b"GET /salud/viva/ HTTP/1.1\r\nHost: x\r\n",
}
LENTOS = 64


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    carpeta = tmp_path_factory.mktemp("lentos")
    variables = entorno(
        f"sqlite:///{carpeta}/base.sqlite3",
        DEBUG="true",
        HTTPS="true",
        DJANGO_SUPERUSER_USERNAME=USUARIO,
        DJANGO_SUPERUSER_PASSWORD=CONTRASENA,
        WEB_CONCURRENCY="1",
        GUNICORN_THREADS="4",
        GUNICORN_PLAZO_CABEZA="4",
        GUNICORN_PLAZO_CUERPO="6",
        LOG_LEVEL="ERROR",
    )
    manage(variables, "inicializar")
    return variables


@contextlib.contextmanager
def gotear(puerto, inicio, cuantos=LENTOS):
    """So many connections that begin with `inicio`, send a byte each half second, and never end by themselves."""
    fin, enchufes = threading.Event(), []
    for _n in range(cuantos):
        enchufe = socket.create_connection(("127.0.0.1", puerto), timeout=10)
        enchufe.sendall(inicio)
        enchufes.append(enchufe)

    def seguir():
        while not fin.wait(0.5):
            for enchufe in enchufes:
                with contextlib.suppress(OSError):
                    enchufe.send(b"x")

    hilo = threading.Thread(target=seguir)
    hilo.start()
    try:
        yield enchufes
    finally:
        fin.set()
        hilo.join()
        for enchufe in enchufes:
            enchufe.close()


def peor(puerto, ruta, segundos):
    """The longest of its answers, all of them 200, asked for again and again; a second more than was waited if none came."""
    fin, tardo = time.monotonic() + segundos, 0.0
    while time.monotonic() < fin:
        inicio = time.monotonic()
        cliente = Cliente(puerto, mantener=False)
        cliente.conexion.timeout = 5
        if cliente.estado(ruta) != 200:
            return 6.0
        tardo = max(tardo, time.monotonic() - inicio)
        time.sleep(0.05)
    return tardo


@pytest.fixture(scope="module")
def servidor(variables, tmp_path_factory):
    with web(variables, tmp_path_factory.mktemp("lentos") / "gunicorn.log") as servidor:
        servidor.esperar()
        yield servidor


@pytest.mark.parametrize("caso", INICIOS)
def test_who_never_finishes_takes_no_thread(servidor, caso):
    with gotear(servidor.puerto, INICIOS[caso]):
        assert peor(servidor.puerto, "/salud/viva/", 2.5) < 1
        assert peor(servidor.puerto, "/entrar/", 2.5) < 3


@pytest.mark.parametrize("caso", ["cabeza sin fin", "cuerpo que gotea"])
def test_with_the_worker_of_gunicorn_they_take_them_all(variables, tmp_path, caso):
    """The control of the one above."""
    with (
        web({**variables, "GUNICORN_CMD_ARGS": "--worker-class gthread"}, tmp_path / "gunicorn.log") as servidor,
        gotear(servidor.puerto, INICIOS[caso]),
    ):
        time.sleep(0.5)
        assert peor(servidor.puerto, "/salud/viva/", 2.5) > 1


@pytest.mark.parametrize(
    ("caso", "minimo", "maximo", "respuesta"),
    [
        ("nada", 4, 7, b"HTTP/1.1 408 "),  # what drips is a head, and never one
        ("cabeza sin fin", 3.5, 7, b"HTTP/1.1 408 "),
        ("cuerpo que gotea", 5.5, 9, b"HTTP/1.1 408 "),
        ("archivo que no llega", 0, 4, b"HTTP/1.1 413 "),
    ],
)
def test_each_wait_has_an_end_and_an_answer(servidor, caso, minimo, maximo, respuesta):
    inicio = time.monotonic()
    with gotear(servidor.puerto, INICIOS[caso], 3) as enchufes:
        dicho = [enchufe.recv(4096) for enchufe in enchufes]
        tardo = time.monotonic() - inicio

    assert [x[: len(respuesta)] for x in dicho] == [respuesta] * 3
    assert minimo < tardo < maximo


def test_who_says_nothing_is_let_go(servidor):
    with socket.create_connection(("127.0.0.1", servidor.puerto), timeout=15) as enchufe:
        assert enchufe.recv(100) == b""


def test_one_address_cannot_fill_the_room(variables, tmp_path):
    """The one that has waited longest makes room; who finishes is served."""
    with (
        web({**variables, "GUNICORN_POR_DIRECCION": "10"}, tmp_path / "gunicorn.log") as servidor,
        gotear(servidor.puerto, INICIOS["cabeza sin fin"], 15) as enchufes,
    ):
        time.sleep(0.5)
        assert Cliente(servidor.puerto, mantener=False).estado("/entrar/") == 200
        for enchufe in enchufes:
            enchufe.settimeout(0.1)
        vivos = [not _cerrado(enchufe) for enchufe in enchufes]

    assert vivos[:6] == [False] * 6  # five too many, and one for who was served
    assert all(vivos[6:])


def _cerrado(enchufe):
    try:
        return enchufe.recv(100) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_the_room_has_a_limit_and_liveness_is_outside_of_it(variables, tmp_path):
    """More connections than a worker keeps: it goes on accepting."""
    with (
        web({**variables, "GUNICORN_POR_DIRECCION": "0"}, tmp_path / "gunicorn.log") as servidor,
        gotear(servidor.puerto, INICIOS["cabeza sin fin"], 450) as enchufes,
    ):
        assert peor(servidor.puerto, "/salud/viva/", 2) < 1
        assert peor(servidor.puerto, "/entrar/", 1) < 3
        enchufes[0].settimeout(1)
        assert _cerrado(enchufes[0])


def test_who_does_not_take_its_answer_takes_no_thread(servidor):
    """Twice as many as there are threads ask for the largest file, and read nothing."""
    grande = b"GET /static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js HTTP/1.1\r\n" + CABEZA + b"\r\n"
    with contextlib.ExitStack() as pila:
        enchufes = [pila.enter_context(socket.socket()) for _n in range(8)]
        for enchufe in enchufes:
            enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            enchufe.connect(("127.0.0.1", servidor.puerto))
            enchufe.sendall(grande * 4)
        assert peor(servidor.puerto, "/salud/viva/", 2) < 1
        assert peor(servidor.puerto, "/entrar/", 2) < 3

        dicho = b""
        while len(dicho) < 6_000_000 and (parte := enchufes[0].recv(65536)):
            dicho += parte
    assert dicho.count(b"HTTP/1.1 200 OK") == 4  # whole, in their order, once they are taken


def test_a_slow_but_honest_client_is_served(servidor):
    """A form that takes three seconds to come, in pieces of all sizes, and the next request on the same connection."""
    navegador = Cliente(servidor.puerto)
    navegador.pedir("GET", "/entrar/")
    navegador.close()
    csrf = navegador.cookies["csrftoken"]
    cuerpo = urlencode({"username": USUARIO, "password": CONTRASENA, "csrfmiddlewaretoken": csrf}).encode()
    cabeza = b"POST /entrar/ HTTP/1.1\r\n" + CABEZA + FORMULARIO
    cabeza += f"Origin: https://localhost\r\nCookie: csrftoken={csrf}\r\nContent-Length: {len(cuerpo)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", servidor.puerto), timeout=15) as enchufe:
        for pieza in (cabeza[:7], cabeza[7:100], cabeza[100:], cuerpo[:5], cuerpo[5:50], cuerpo[50:]):
            enchufe.sendall(pieza)
            time.sleep(0.5)
        dicho = enchufe.recv(65536)
        assert dicho.startswith(b"HTTP/1.1 302 ")
        enchufe.sendall(b"GET /salud/lista/ HTTP/1.1\r\n" + CABEZA)
        time.sleep(0.5)
        enchufe.sendall(b"\r\n")
        assert enchufe.recv(65536).startswith(b"HTTP/1.1 200 ")
