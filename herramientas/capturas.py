"""Take the pictures of docs/img: the demo on a temporary SQLite, a real server, a real Chromium.

    python -m herramientas.capturas [page…]

Each page in light and dark at desktop size and on a phone; the users and the data are those of `manage.py demo`.
"""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from herramientas.programas import ARGUMENTOS, chromium
from inventario.demo.personas import CLAVE

RAIZ = Path(__file__).resolve().parent.parent
DESTINO = RAIZ / "docs" / "img"
USUARIO = os.environ.get("CAPTURAS_USUARIO", "supervisor")
ESPERA = 60  # seconds for the server to answer
PAGINAS = {
    "panel": "/",
    "alertas": "/alertas/",
    "productos": "/productos/",
    "lotes": "/lotes/?con_existencias=true",
    "despacho": "/despacho/",
    "caducidades": "/reportes/caducidades/",
}
FORMATOS = {
    "claro": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "oscuro": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "movil": {
        "viewport": {"width": 390, "height": 780},
        "color_scheme": "light",
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
}
# A dispatch worth a picture: one line over two lots, and one that passes over what may not leave.
PEDIDO = """
from django.utils import timezone
from movimientos import services
from movimientos.peticiones import Despacho, LineaPedida
from productos.models import Producto
hoy = timezone.localdate()
dos, saltado = [], []
for p in Producto.objects.con_existencias(hoy).filter(disponible__gt=5).order_by("sku"):
    r = services.planificar(Despacho(lineas=[LineaPedida(p.pk, p.disponible)]), hoy=hoy).lineas[0]
    if len(r.tomas) > 1 and len(r.omitidos) < 2:
        dos.append((p.sku, r.tomas[0].cantidad + r.tomas[1].cantidad // 2))
    if r.tomas and any(o.razon != "otro_almacen" for o in r.omitidos):
        saltado.append((len(r.omitidos), p.sku, r.tomas[0].cantidad // 2))
for sku, cantidad in [*dos[:1], *(x[1:] for x in sorted(saltado)[:1])]:
    print(sku, cantidad)
"""


@contextlib.contextmanager
def _servidor() -> Iterator[tuple[str, list[list[str]]]]:
    """The address of a development server over a database that holds the demo, and what to dispatch."""
    with tempfile.TemporaryDirectory(prefix="capturas-") as carpeta, socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        puerto = libre.getsockname()[1]
        libre.close()
        entorno = os.environ | {
            "DEBUG": "true",
            "DATABASE_URL": f"sqlite:///{carpeta}/capturas.sqlite3",
            "CACHE_URL": "",
            "TIME_ZONE": _zona_de_tarde(),
        }
        for orden in (["migrate", "--verbosity", "0"], ["inicializar"], ["demo"]):
            subprocess.run([sys.executable, "manage.py", *orden], cwd=RAIZ, env=entorno, check=True)
        orden = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PEDIDO]
        salida = subprocess.run(orden, cwd=RAIZ, env=entorno, check=True, capture_output=True, text=True).stdout
        pedido = [linea.split() for linea in salida.splitlines()]  # (sku, quantity)
        ordenes = ["runserver", "--noreload", f"127.0.0.1:{puerto}"]
        proceso = subprocess.Popen(
            [sys.executable, "manage.py", *ordenes], cwd=RAIZ, env=entorno, stderr=subprocess.DEVNULL
        )
        try:
            yield _cuando_responda(f"http://127.0.0.1:{puerto}"), pedido
        finally:
            proceso.terminate()
            proceso.wait()


def _zona_de_tarde() -> str:
    """Where it is about five in the afternoon: the demo has the day's operations to show, whenever this runs."""
    horas = 17 - datetime.now(UTC).hour
    return f"Etc/GMT{-(horas - 24 if horas > 12 else horas):+d}"  # the sign is the wrong way round in these names


def _cuando_responda(url: str) -> str:
    for _ in range(ESPERA * 2):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/salud/viva/").close()  # noqa: S310 (our own server)
            return url
        time.sleep(0.5)
    raise TimeoutError(f"{url} does not answer")


def _entrar(pagina: Page, url: str) -> None:
    pagina.goto(f"{url}/entrar/")
    pagina.fill("[name=username]", USUARIO)
    pagina.fill("[name=password]", CLAVE)
    pagina.click("main [type=submit]")
    pagina.wait_for_url(f"{url}/")


def _llenar_despacho(pagina: Page, pedido: list[list[str]]) -> None:
    """The plan is what a dispatch is about: ask for products, by keyboard, as at the counter."""
    for i, (sku, cantidad) in enumerate(pedido):
        pagina.focus(f"[name=lineas-{i}-producto]")
        pagina.keyboard.type(sku, delay=30)
        pagina.wait_for_selector(".combo-lista:not([hidden]) [role=option]")
        pagina.keyboard.press("Enter")
        pagina.keyboard.type(cantidad)
        pagina.keyboard.press("Alt+a")
        pagina.wait_for_selector(f"[name=lineas-{i + 1}-producto]")
    pagina.locator("[data-linea-quitar]").last.click()
    pagina.wait_for_timeout(1500)  # the plan, its swap, and the focus ring's own frame
    if pagina.viewport_size and pagina.viewport_size["width"] < 800:
        pagina.evaluate("document.querySelector('#plan').closest('section').scrollIntoView()")
    else:
        pagina.set_viewport_size({"width": 1280, "height": 1060})  # the plan of both lines
        pagina.evaluate("scrollTo(0, 0)")


def _retratar(navegador: Browser, url: str, pedido: list[list[str]], pedidas: list[str]) -> None:
    for formato, opciones in FORMATOS.items():
        contexto = navegador.new_context(locale="es-MX", reduced_motion="reduce", **opciones)
        pagina = contexto.new_page()
        pagina.goto(f"{url}/entrar/")
        if "entrar" in pedidas and formato != "movil":
            pagina.screenshot(path=DESTINO / f"entrar-{formato}.png")
        _entrar(pagina, url)
        for nombre in pedidas:
            if nombre not in PAGINAS:
                continue
            pagina.goto(url + PAGINAS[nombre], wait_until="networkidle")
            if nombre == "despacho":
                _llenar_despacho(pagina, pedido)
            pagina.screenshot(path=DESTINO / f"{nombre}-{formato}.png")
            pagina.set_viewport_size(opciones["viewport"])
            print(f"{nombre}-{formato}.png")
        contexto.close()


def main(argumentos: list[str]) -> int:
    ruta = chromium()
    if ruta is None:
        print("No Chromium: install it or set CHROMIUM=/path/to/chromium.", file=sys.stderr)
        return 2
    DESTINO.mkdir(parents=True, exist_ok=True)
    with _servidor() as (url, pedido), sync_playwright() as p:
        navegador = p.chromium.launch(executable_path=ruta, args=ARGUMENTOS)
        _retratar(navegador, url, pedido, argumentos or ["entrar", *PAGINAS])
        navegador.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
