"""The whole stack as in production, without Docker: gunicorn, PostgreSQL behind PgBouncer in transaction mode, Redis.

python -m herramientas.produccion            starts it, says where it is, and stops it with Ctrl+C
python -m herramientas.produccion --humo     walks through it, breaks it, and says whether it held (exit code)
"""

import argparse
import contextlib
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from . import programas, servidores
from .cliente import FALLO, Cliente
from .pooler import pgbouncer
from .servidor_web import Web, entorno, manage, web

USUARIO, CONTRASENA = "humo", "una-clave-de-humo-larga"


def exigir(condicion: Any, que: Any) -> None:
    """An assertion that `python -O` keeps."""
    if not condicion:
        raise RuntimeError(str(que))


def esperar(condicion: Callable[[], Any], segundos: float, que: str) -> None:
    limite = time.monotonic() + segundos
    while not condicion():
        if time.monotonic() > limite:
            raise TimeoutError(que)
        time.sleep(0.1)


@dataclass
class Pila:
    """What is running, each part to be broken."""

    web: Web
    postgres: servidores.Postgres
    redis: subprocess.Popen

    def navegador(self) -> Cliente:
        """A browser that has logged in. Each request goes on a connection of its own, as most proxies send them."""
        cliente = Cliente(self.web.puerto, mantener=False)
        cliente.entrar(USUARIO, CONTRASENA)
        return cliente


@contextlib.contextmanager
def levantar(puerto: int = 0) -> Iterator[Pila]:
    """Everything running and ready, without the pooler where no PgBouncer is installed."""
    with contextlib.ExitStack() as pila:
        pg = pila.enter_context(servidores.postgres())
        con_pooler = programas.pgbouncer() is not None
        cache, redis = pila.enter_context(servidores.redis())
        variables = entorno(
            pila.enter_context(pgbouncer(pg, "postgres")) if con_pooler else pg.url,
            DATABASE_URL_DIRECTA=pg.url,
            PGBOUNCER=str(con_pooler),
            CACHE_URL=cache,
            STATIC_ROOT=pila.enter_context(tempfile.TemporaryDirectory(prefix="estaticos-")),
            COMPRIMIR_ESTATICOS="false",
            GUNICORN_DRENAJE="2",
            DJANGO_SUPERUSER_USERNAME=USUARIO,
            DJANGO_SUPERUSER_PASSWORD=CONTRASENA,
        )
        manage(variables, "collectstatic", "--noinput", "-v0")
        manage(variables, "inicializar")
        registro = pg.base / "gunicorn.log"
        try:
            yield Pila(pila.enter_context(web(variables, registro, puerto=puerto)), pg, redis)
        except Exception as error:
            error.add_note(registro.read_text()[-8000:])  # it goes with the server
            raise


def recorrer(pila: Pila) -> None:
    """Login, product, entry, plan, dispatch, refusal, report, metrics: every answer as it should be."""
    n = pila.navegador()
    sku = f"HUMO{secrets.token_hex(3)}"
    producto = _crear(n, "/api/v1/productos/", {"sku": sku, "nombre": "Humo", "stock_minimo": 5})["id"]
    caduca = (date.today() + timedelta(days=200)).isoformat()  # noqa: DTZ011  any future date will do
    linea = {"producto": producto, "lote": "H1", "fecha_caducidad": caduca, "cantidad": 10}
    _crear(n, "/api/v1/entradas/", {"lineas": [linea]})
    despacho = _crear(n, "/api/v1/despachos/", {"lineas": [{"producto": producto, "cantidad": 7}]})
    exigir(despacho["movimientos"][0]["saldo"] == 3, despacho)
    r = n.pedir("POST", "/api/v1/despachos/", {"lineas": [{"producto": producto, "cantidad": 7}]})
    exigir((r.estado, r.json["codigo"]) == (409, "stock_insuficiente"), r)
    for ruta in ("/", "/api/v1/reportes/existencias/", "/admin/"):
        exigir(n.pedir("GET", ruta).estado == 200, ruta)
    _comprobar_metricas(pila)


def _crear(n: Cliente, ruta: str, datos: dict[str, Any]) -> Any:
    r = n.pedir("POST", ruta, datos)
    exigir(r.estado == 201, f"{ruta}: {r.estado} {r.cuerpo[:500]!r}")
    return r.json


def _comprobar_metricas(pila: Pila) -> None:
    prometheus = Cliente(pila.web.puerto, mantener=False, cabeceras={"Host": "10.0.0.1"})  # it brings any Host
    texto = prometheus.pedir("GET", "/metrics").cuerpo.decode()
    for serie in (
        r'inventario_operaciones_total\{tipo="despacho"\} [1-9]',
        r'inventario_rechazos_total\{codigo="stock_insuficiente"\} [1-9]',
        r'inventario_alertas\{estado="abierta",severidad="importante"\} [1-9]',
        r"inventario_base_disponible 1",
        r"inventario_solicitud_segundos_count\{",
    ):
        exigir(re.search(serie, texto), f"no {serie} in /metrics")
    exigir(pila.web.estado("/metrics") == 401, "metrics through the proxy without a token")


def sin_base(pila: Pila) -> None:
    """PostgreSQL off: alive, not ready, 503 with Retry-After and never a 500; on again: all well without a restart."""
    n = pila.navegador()
    pila.postgres.parar()
    exigir(pila.web.estado("/salud/viva/") == 200, "not alive")
    exigir(pila.web.estado("/salud/lista/") == 503, "says ready without a database")
    for metodo, ruta, datos in (
        ("POST", "/api/v1/despachos/", {"lineas": [{"producto": 1, "cantidad": 1}]}),
        ("GET", "/", None),
        ("GET", "/api/v1/productos/", None),
        ("POST", "/entrar/", f"username={USUARIO}&password={CONTRASENA}"),
    ):
        r = n.pedir(metodo, ruta, datos)
        exigir(r.estado == 503, f"{metodo} {ruta}: {r.estado} {r.cuerpo[:300]!r}")
        exigir("Retry-After" in r.cabeceras, ruta)
    pila.postgres.arrancar()
    esperar(lambda: pila.web.estado("/salud/lista/") == 200, 15, "did not recover")
    # Each worker remembers for some seconds that the database did not answer: all of them serve again.
    esperar(lambda: all(_lista(n) for _n in range(20)), 30, "the session did not survive")


def _lista(n: Cliente) -> bool:
    return n.pedir("GET", "/api/v1/productos/").estado == 200


def sin_redis(pila: Pila) -> None:
    """Redis off: sessions, alerts and operations go on."""
    n = pila.navegador()
    pila.redis.kill()
    pila.redis.wait()
    recorrer(pila)
    exigir(n.pedir("GET", "/cuenta/").estado == 200, "a session from before the outage")


def _martillar(puerto: int, hasta: threading.Event, fallos: list[str], hechas: list[int]) -> None:
    n = Cliente(puerto, mantener=False)
    while not hasta.is_set():
        try:
            estado = n.pedir("GET", "/salud/viva/").estado
            hechas.append(estado)
            if estado != 200:
                fallos.append(str(estado))
        except FALLO as error:
            fallos.append(repr(error))


def _pasan_de(hechas: list[int], tope: int) -> bool:
    return len(hechas) >= tope


def recargar(pila: Pila) -> None:
    """SIGHUP twice under load: every worker replaced, not one request lost."""
    antes, hasta = pila.web.obreros(), threading.Event()
    fallos: list[str] = []
    hechas: list[int] = []
    hilos = [threading.Thread(target=_martillar, args=(pila.web.puerto, hasta, fallos, hechas)) for _n in range(3)]
    for hilo in hilos:
        hilo.start()
    try:
        for n in range(2):  # what comes while the new workers start waits for them, so there may be few during a reload
            esperar(partial(_pasan_de, hechas, 100 * (n + 1)), 30, "no load")
            pila.web.senal(signal.SIGHUP)
            antes = _cambiados(pila, antes)
        esperar(partial(_pasan_de, hechas, len(hechas) + 100), 30, "not served after the reloads")
    finally:
        hasta.set()
        for hilo in hilos:
            hilo.join()
    exigir(not fallos, f"{len(fallos)} of {len(hechas)} requests lost in a reload: {fallos[:3]}")


def _cambiados(pila: Pila, antes: set[int]) -> set[int]:
    """The workers, once none of `antes` is left."""
    obreros = pila.web.obreros
    esperar(lambda: len(ahora := obreros()) == 2 and not ahora & antes, 30, "workers not replaced")
    return obreros()


def apagar(pila: Pila) -> None:
    """SIGTERM: readiness 503 first while requests are still served, then a clean end."""
    pila.web.senal(signal.SIGTERM)
    esperar(lambda: pila.web.estado("/salud/lista/") == 503, 1, "readiness did not turn")
    exigir(pila.web.estado("/entrar/") == 200, "not served while draining")
    exigir(pila.web.proceso.wait(40) == 0, "did not end well")


PASOS = (recorrer, recargar, sin_base, sin_redis, apagar)


def main() -> int:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    opciones.add_argument("--puerto", type=int, default=0)
    opciones.add_argument("--humo", action="store_true")
    o = opciones.parse_args()
    print(programas.aviso(), file=sys.stderr)
    with levantar(o.puerto) as pila:
        print(f"http://127.0.0.1:{pila.web.puerto}  user {USUARIO}  password {CONTRASENA}", flush=True)
        if not o.humo:
            print("It expects a proxy with TLS in front: send X-Forwarded-Proto: https. Ctrl+C stops it.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                pila.web.proceso.wait()
            return 0
        for paso in PASOS:
            inicio = time.monotonic()
            paso(pila)
            print(f"{paso.__name__}: held ({time.monotonic() - inicio:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
