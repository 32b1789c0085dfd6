"""A database that stops answering, ends a session, or refuses to write: every wait ends, and every door says 503."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from herramientas import servidores
from inventario.plataforma.postgres import conexion as conexiones
from inventario.plataforma.postgres.base import DatabaseWrapper, es_corte
from movimientos.models import Operacion
from productos.models import Categoria, Producto
from pruebas.ayudas import entrar
from pruebas.clientes import ClienteAPI, hoja
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.postgres


@pytest.fixture
def congelable(db, settings, monkeypatch) -> Iterator[tuple[DatabaseWrapper, Callable[[int], None]]]:
    """A connection to a server of its own, and what sends a signal to each of its processes."""
    settings.DB_PLAZO, settings.DB_PLAZO_SONDEO, settings.DB_PLAZO_CONEXION = 2, 1, 2
    with servidores.postgres() as pg:
        datos = connection.settings_dict | {
            "HOST": str(pg.base),
            "PORT": str(pg.puerto),
            "USER": "postgres",
            "NAME": "postgres",
        }
        aparte = DatabaseWrapper(datos, "default")
        propio = conexiones.Estado()
        monkeypatch.setattr(conexiones, "_estados", {"default": propio})
        todos = psutil.Process(pg.proceso.pid)

        def senal(numero: int) -> None:
            for proceso in (todos, *todos.children()):
                proceso.send_signal(numero)

        try:
            yield aparte, senal
        finally:
            senal(signal.SIGCONT)
            aparte.close()
            propio.caida = False


def _conectar(aparte: DatabaseWrapper) -> None:
    """Django's tests refuse connections to a database that was not there when they began; this one goes round them."""
    if aparte.connection is None:
        with aparte.wrap_database_errors:
            aparte.connect()


def _pedir(aparte: DatabaseWrapper, sql: str = "SELECT 1") -> str:
    """What it answers, or why it does not."""
    try:
        _conectar(aparte)
        with aparte.wrap_database_errors:
            return str(aparte.connection.execute(sql).fetchone())
    except OperationalError as error:
        return str(error)


@contextmanager
def _segundos(minimo: float, maximo: float) -> Iterator[None]:
    inicio = time.monotonic()
    yield
    assert minimo <= time.monotonic() - inicio < maximo


@pytest.mark.lento
def test_a_frozen_server_is_left_after_the_deadline_not_asked_again_by_others_and_found_again_when_it_thaws(congelable):
    aparte, senal = congelable
    _conectar(aparte)
    senal(signal.SIGSTOP)

    with _segundos(1.9, 5):
        assert "in time" in _pedir(aparte)
    aparte.close()
    with _segundos(0, 1):
        assert "a moment ago" in _pedir(aparte)

    senal(signal.SIGCONT)
    limite = time.monotonic() + 20
    while conexiones.estado("default").caida:
        assert time.monotonic() < limite
        time.sleep(0.05)
    assert _pedir(aparte) == "(1,)"


@pytest.mark.lento
def test_a_connection_that_was_kept_proves_itself_sooner_than_a_statement_must(congelable, settings):
    aparte, senal = congelable
    settings.DB_PLAZO = 60
    _conectar(aparte)
    senal(signal.SIGSTOP)

    with _segundos(0.9, 10):
        assert not aparte.is_usable()


@pytest.mark.lento
def test_a_command_waits_for_a_long_statement_while_the_server_lives_and_no_longer(congelable, settings):
    aparte, senal = congelable
    settings.ORDEN, settings.DB_PLAZO = True, 1
    _conectar(aparte)

    with _segundos(2.9, 30):
        assert _pedir(aparte, "SELECT pg_sleep(3)") != ""

    senal(signal.SIGSTOP)
    with _segundos(0.9, 20):
        assert "in time" in _pedir(aparte)


@pytest.mark.lento
def test_without_our_deadline_a_frozen_server_is_waited_for_as_long_as_it_likes(congelable, settings):
    aparte, senal = congelable
    settings.DB_PLAZO = 3600  # the control: nothing else ends the wait, tcp_user_timeout neither
    _conectar(aparte)
    senal(signal.SIGSTOP)
    despertar = time.monotonic() + 6

    aparte.connection.pgconn.send_query(b"SELECT 1")
    while time.monotonic() < despertar:
        aparte.connection.pgconn.consume_input()
        assert aparte.connection.pgconn.is_busy()
        time.sleep(0.1)


def test_the_last_server_that_failed_is_tried_last(congelable):
    aparte, _senal = congelable
    bueno, malo = aparte.settings_dict["HOST"], "/nobody/listens/here"
    parametros = aparte.get_connection_params() | {
        "host": f"{malo},{bueno}",
        "port": f"5432,{aparte.settings_dict['PORT']}",
    }
    propio = conexiones.Estado()

    conexiones.abrir(propio, parametros).close()

    assert [clave[0] for clave in propio.fallos] == [malo]
    propio.parametros = parametros
    with conexiones._alguna(propio, 1) as conexion:
        assert conexion.info.host == bueno


@pytest.mark.parametrize(
    ("codigo", "corte"),
    [
        *(
            (x, True)
            for x in ("08006", "08P01", "25006", "25P03", "53100", "53200", "53300", "57P01", "57P02", "57P03", "58030")
        ),
        *(
            (x, False)
            for x in ("23505", "23514", "25P02", "40001", "40P01", "42P01", "42501", "55P03", "57014", "22003")
        ),
    ],
)
def test_what_is_an_outage_and_what_is_a_refusal(codigo, corte):
    assert es_corte(psycopg.errors.lookup(codigo)()) is corte


def test_an_error_of_a_connection_that_died_inside_begin_is_an_outage():
    assert es_corte(psycopg.InternalError("unexpected result"))
    assert es_corte(psycopg.InterfaceError("the connection is closed"))
    assert not es_corte(psycopg.ProgrammingError("the query has 1 placeholder"))
    assert not es_corte(ValueError())


SOLO_LECTURA = "SET default_transaction_read_only = on"


def _roto(sql: str) -> Callable[[], None]:
    def romper() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return romper


def _negar(codigo: str) -> Callable[[], None]:
    """From now on whatever is written is refused with `codigo`, as a server does whose disk is full."""
    return _roto(f"""
        CREATE FUNCTION negar() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '{codigo}'; END $$;
        CREATE TRIGGER negar BEFORE INSERT ON productos_categoria FOR EACH ROW EXECUTE FUNCTION negar();
        CREATE TRIGGER negar BEFORE INSERT ON movimientos_operacion FOR EACH ROW EXECUTE FUNCTION negar();
    """)


@pytest.fixture
def puertas(transactional_db, administrador, almacen) -> Iterator[dict[str, Callable[[], Any]]]:
    """A write through each kind of door, by somebody who has already come in."""
    administrador.is_staff = administrador.is_superuser = True
    administrador.save()
    producto = ProductoFactory(sku="P1", controla_caducidad=False)
    entrar(producto, cantidad=100, caduca=None)
    api, web = ClienteAPI(administrador), Client(raise_request_exception=False)
    web.force_login(administrador)
    despacho = {"lineas": [{"producto": producto.pk, "cantidad": 1}]}
    alta = {"nombre": "Nueva", "dias_aviso": ""}
    hx = {"HX-Request": "true"}
    yield {
        "api": lambda: api.post("despachos/", despacho),
        "api, catalogue": lambda: api.post("categorias/", {"nombre": "Nueva"}),
        "sheet": lambda: web.post("/despacho/", hoja({"producto": "P1", "cantidad": 1}, almacen=almacen.pk, motivo="")),
        "page": lambda: web.post("/categorias/crear/", alta),
        "htmx": lambda: web.post("/categorias/crear/", alta, headers=hx),
        "admin": lambda: web.post("/admin/productos/categoria/add/", alta),
    }
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS negar CASCADE")
    conexiones.estado("default").escritura_negada = float("-inf")


@pytest.mark.parametrize("romper", [_roto(SOLO_LECTURA), _negar("53100"), _negar("57P01"), _negar("25P03")])
@pytest.mark.parametrize("puerta", ["api", "api, catalogue", "sheet", "page", "htmx", "admin"])
def test_each_door_says_503_and_drops_the_connection(puertas, puerta, romper):
    romper()
    rota = connection.connection

    respuesta = puertas[puerta]()

    assert respuesta.status_code == 503, respuesta.content[:400]
    assert respuesta["Retry-After"] == "2"
    assert rota.closed
    if puerta.startswith("api"):
        assert respuesta["Content-Type"] == "application/problem+json"
    connection.close()
    assert Operacion.objects.count() == 1
    assert not Categoria.objects.filter(nombre="Nueva").exists()


def test_a_session_that_a_read_only_server_cannot_save_is_a_503_too(puertas, administrador):
    web = Client(raise_request_exception=False)
    web.force_login(administrador)
    _roto(SOLO_LECTURA)()

    assert web.post("/tema/", {"tema": "oscuro"}).status_code == 503
    connection.close()
    _roto(SOLO_LECTURA)()
    assert web.post("/salir/").status_code == 503


def test_readiness_says_that_nothing_can_be_written(puertas, client):
    assert client.get("/salud/lista/").status_code == 200
    _roto(SOLO_LECTURA)()

    assert client.get("/salud/lista/").json() == {"estado": "solo_lectura"}
    assert client.get("/salud/lista/").status_code == 200  # the read-only connection was dropped


def test_readiness_remembers_for_a_while_that_the_disk_was_full(puertas, client):
    _negar("53100")()
    puertas["api"]()
    connection.close()

    assert client.get("/salud/lista/").status_code == 503
    conexiones.estado("default").escritura_negada -= conexiones.RECIENTE
    assert client.get("/salud/lista/").status_code == 200


def test_an_error_inside_a_transaction_leaves_a_connection_that_the_next_one_replaces(transactional_db):
    @transaction.atomic
    def distraerse() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 50")
            time.sleep(0.3)
            cursor.execute("SELECT 1")

    with pytest.raises(OperationalError):
        distraerse()

    connection.close_if_unusable_or_obsolete()
    assert Producto.objects.count() == 0
