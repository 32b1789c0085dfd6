"""The whole stack as in production, without Docker: gunicorn, PostgreSQL behind PgBouncer in transaction mode, Redis.

python -m herramientas.produccion            starts it, says where it is, and stops it with Ctrl+C
python -m herramientas.produccion --humo     walks through it, breaks it, and says whether it held (exit code)
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from . import programas, servidores
from .pooler import pgbouncer

RAIZ = Path(__file__).resolve().parent.parent
USUARIO, CONTRASENA = "humo", "una-clave-de-humo-larga"


def exigir(condicion: Any, que: Any) -> None:
    """An assertion that `python -O` keeps."""
    if not condicion:
        raise RuntimeError(str(que))


@dataclass
class Pila:
    """What is running: `puerto` of gunicorn, and the servers to break."""

    puerto: int
    gunicorn: subprocess.Popen
    postgres: servidores.Postgres
    redis: subprocess.Popen
    entorno: dict[str, str]


@dataclass
class Respuesta:
    estado: int
    cabeceras: dict[str, str]
    cuerpo: str

    @property
    def json(self) -> Any:
        return json.loads(self.cuerpo)


@dataclass
class Navegador:
    """A client behind a proxy that speaks TLS: keeps cookies, sends the CSRF token and the headers of the proxy."""

    puerto: int
    cookies: dict[str, str] = field(default_factory=dict)

    def pedir(self, metodo: str, ruta: str, datos: Any = None, **cabeceras: str) -> Respuesta:
        conexion = http.client.HTTPConnection("127.0.0.1", self.puerto, timeout=30)
        propias = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
        propias |= {"Origin": "https://localhost", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        propias |= {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        cuerpo = None
        if isinstance(datos, dict):
            cuerpo, propias["Content-Type"] = json.dumps(datos), "application/json"
        elif datos is not None:
            cuerpo, propias["Content-Type"] = datos, "application/x-www-form-urlencoded"
        try:
            conexion.request(metodo, ruta, cuerpo, propias | cabeceras)
            r = conexion.getresponse()
            for nombre, valor in r.getheaders():
                if nombre == "Set-Cookie":
                    clave, _igual, resto = valor.partition("=")
                    self.cookies[clave] = resto.split(";")[0]
            return Respuesta(r.status, dict(r.getheaders()), r.read().decode())
        finally:
            conexion.close()

    def entrar(self) -> None:
        self.pedir("GET", "/entrar/")
        r = self.pedir("POST", "/entrar/", f"username={USUARIO}&password={CONTRASENA}")
        exigir(r.estado == 302, f"login answered {r.estado}")


def _libre() -> int:
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _orden(entorno: dict[str, str], *orden: str) -> None:
    hecho = subprocess.run(
        [sys.executable, "manage.py", *orden], cwd=RAIZ, env=entorno, capture_output=True, text=True, check=False
    )
    if hecho.returncode:
        raise RuntimeError(f"{orden}: {hecho.stdout}{hecho.stderr}")


def esperar(condicion, segundos: float, que: str) -> None:
    limite = time.monotonic() + segundos
    while not condicion():
        if time.monotonic() > limite:
            raise TimeoutError(que)
        time.sleep(0.1)


def responde(puerto: int, ruta: str) -> int:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return Navegador(puerto).pedir("GET", ruta).estado
    return 0


@contextlib.contextmanager
def levantar(puerto: int = 0, **extra: str) -> Iterator[Pila]:
    """Everything running and ready, without the pooler where no PgBouncer is installed. `extra` goes into the environment."""
    with contextlib.ExitStack() as pila:
        pg = pila.enter_context(servidores.postgres())
        con_pooler = programas.pgbouncer() is not None
        url = pila.enter_context(pgbouncer(pg, "postgres")) if con_pooler else pg.url
        cache, redis = pila.enter_context(servidores.redis())
        estaticos = pila.enter_context(tempfile.TemporaryDirectory(prefix="estaticos-"))
        puerto = puerto or _libre()
        entorno = {
            k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV"}
        } | {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": url,
            "DATABASE_URL_DIRECTA": pg.url,
            "PGBOUNCER": str(con_pooler),
            "CACHE_URL": cache,
            "DETRAS_DE_PROXY": "1",
            "STATIC_ROOT": estaticos,
            "COMPRIMIR_ESTATICOS": "false",
            "WEB_CONCURRENCY": "2",
            "GUNICORN_BIND": f"127.0.0.1:{puerto}",
            "GUNICORN_DRENAJE": "2",
            "DJANGO_SUPERUSER_USERNAME": USUARIO,
            "DJANGO_SUPERUSER_PASSWORD": CONTRASENA,
            **extra,
        }
        _orden(entorno, "collectstatic", "--noinput", "-v0")
        _orden(entorno, "inicializar")
        registro = pila.enter_context((pg.base / "gunicorn.log").open("wb"))
        proceso = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=RAIZ, env=entorno, stdout=registro, stderr=registro
        )
        try:
            esperar(lambda: responde(puerto, "/salud/lista/") == 200, 30, "gunicorn is not ready")
            yield Pila(puerto, proceso, pg, redis, entorno | {"REGISTRO": str(pg.base / "gunicorn.log")})
        finally:
            if proceso.poll() is None:
                proceso.send_signal(signal.SIGTERM)
                proceso.wait(40)


def recorrer(pila: Pila) -> None:
    """Login, product, entry, plan, dispatch, refusal, report, metrics: every answer as it should be."""
    n = Navegador(pila.puerto)
    n.entrar()
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


def _crear(n: Navegador, ruta: str, datos: dict[str, Any]) -> Any:
    r = n.pedir("POST", ruta, datos)
    exigir(r.estado == 201, f"{ruta}: {r.estado} {r.cuerpo[:500]}")
    return r.json


def _comprobar_metricas(pila: Pila) -> None:
    conexion = http.client.HTTPConnection("127.0.0.1", pila.puerto, timeout=10)
    conexion.request("GET", "/metrics", headers={"Host": "10.0.0.1"})  # Prometheus brings any Host
    texto = conexion.getresponse().read().decode()
    conexion.close()
    for serie in (
        r'inventario_operaciones_total\{tipo="despacho"\} [1-9]',
        r'inventario_rechazos_total\{codigo="stock_insuficiente"\} [1-9]',
        r'inventario_alertas\{estado="abierta",severidad="importante"\} [1-9]',
        r"inventario_base_disponible 1",
        r"inventario_solicitud_segundos_count\{",
    ):
        exigir(re.search(serie, texto), f"no {serie} in /metrics")
    exigir(Navegador(pila.puerto).pedir("GET", "/metrics").estado == 401, "metrics through the proxy without a token")


def sin_base(pila: Pila) -> None:
    """PostgreSQL off: alive, not ready, 503 with Retry-After and never a 500; on again: all well without a restart."""
    n = Navegador(pila.puerto)
    n.entrar()
    pila.postgres.parar()
    exigir(responde(pila.puerto, "/salud/viva/") == 200, "not alive")
    exigir(responde(pila.puerto, "/salud/lista/") == 503, "says ready without a database")
    for metodo, ruta, datos in (
        ("POST", "/api/v1/despachos/", {"lineas": [{"producto": 1, "cantidad": 1}]}),
        ("GET", "/", None),
        ("GET", "/api/v1/productos/", None),
        ("POST", "/entrar/", f"username={USUARIO}&password={CONTRASENA}"),
    ):
        r = n.pedir(metodo, ruta, datos)
        exigir(r.estado == 503, f"{metodo} {ruta}: {r.estado} {r.cuerpo[:300]}")
        exigir("Retry-After" in r.cabeceras, ruta)
    pila.postgres.arrancar()
    esperar(lambda: responde(pila.puerto, "/salud/lista/") == 200, 15, "did not recover")
    esperar(lambda: n.pedir("GET", "/api/v1/productos/").estado == 200, 15, "the session did not survive")


def sin_redis(pila: Pila) -> None:
    """Redis off: sessions, alerts and operations go on."""
    n = Navegador(pila.puerto)
    n.entrar()
    pila.redis.kill()
    pila.redis.wait()
    recorrer(pila)
    exigir(n.pedir("GET", "/cuenta/").estado == 200, "a session from before the outage")


def _martillar(puerto: int, hasta: threading.Event, fallos: list[str], hechas: list[int]) -> None:
    n = Navegador(puerto)
    while not hasta.is_set():
        try:
            estado = n.pedir("GET", "/salud/viva/").estado
            hechas.append(estado)
            if estado != 200:
                fallos.append(str(estado))
        except (OSError, http.client.HTTPException) as error:
            fallos.append(repr(error))


def recargar(pila: Pila) -> None:
    """SIGHUP twice under load: every worker replaced, not one request lost."""
    antes, hasta = _trabajadores(pila), threading.Event()
    fallos: list[str] = []
    hechas: list[int] = []
    hilos = [threading.Thread(target=_martillar, args=(pila.puerto, hasta, fallos, hechas)) for _n in range(3)]
    for hilo in hilos:
        hilo.start()
    try:
        for n in range(2):  # what comes while the new workers start waits for them, so there may be few during a reload
            esperar(lambda tope=100 * (n + 1): len(hechas) >= tope, 30, "no load")
            pila.gunicorn.send_signal(signal.SIGHUP)
            antes = _cambiados(pila, antes)
        tope = len(hechas) + 100
        esperar(lambda: len(hechas) >= tope, 30, "not served after the reloads")
    finally:
        hasta.set()
        for hilo in hilos:
            hilo.join()
    exigir(not fallos, f"{len(fallos)} of {len(hechas)} requests lost in a reload: {fallos[:3]}")


def _cambiados(pila: Pila, antes: set[int]) -> set[int]:
    """The workers, once none of `antes` is left."""
    esperar(lambda: len(ahora := _trabajadores(pila)) == 2 and not ahora & antes, 30, "workers not replaced")
    return _trabajadores(pila)


def _trabajadores(pila: Pila) -> set[int]:
    tareas = Path(f"/proc/{pila.gunicorn.pid}/task/{pila.gunicorn.pid}/children")
    return {int(pid) for pid in tareas.read_text().split()}


def apagar(pila: Pila) -> None:
    """SIGTERM: readiness 503 first while requests are still served, then a clean end."""
    pila.gunicorn.send_signal(signal.SIGTERM)
    esperar(lambda: responde(pila.puerto, "/salud/lista/") == 503, 1, "readiness did not turn")
    exigir(responde(pila.puerto, "/entrar/") == 200, "not served while draining")
    exigir(pila.gunicorn.wait(40) == 0, "did not end well")


PASOS = (recorrer, recargar, sin_base, sin_redis, apagar)


def main() -> int:
    opciones = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    opciones.add_argument("--puerto", type=int, default=0)
    opciones.add_argument("--humo", action="store_true")
    o = opciones.parse_args()
    print(programas.aviso(), file=sys.stderr)
    with levantar(o.puerto) as pila:
        print(f"http://127.0.0.1:{pila.puerto}  user {USUARIO}  password {CONTRASENA}", flush=True)
        if not o.humo:
            print("It expects a proxy with TLS in front: send X-Forwarded-Proto: https. Ctrl+C stops it.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                pila.gunicorn.wait()
            return 0
        for paso in PASOS:
            inicio = time.monotonic()
            paso(pila)
            print(f"{paso.__name__}: held ({time.monotonic() - inicio:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
