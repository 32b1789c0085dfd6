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
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from herramientas.navegador import ARGUMENTOS, chromium
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
    "movil": {"viewport": {"width": 390, "height": 780}, "color_scheme": "light"},
}


@contextlib.contextmanager
def _servidor() -> Iterator[str]:
    """The address of a development server over a database that holds the demo."""
    with tempfile.TemporaryDirectory(prefix="capturas-") as carpeta, socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        puerto = libre.getsockname()[1]
        libre.close()
        entorno = os.environ | {
            "DEBUG": "true",
            "DATABASE_URL": f"sqlite:///{carpeta}/capturas.sqlite3",
            "CACHE_URL": "",
        }
        for orden in (["migrate", "--verbosity", "0"], ["inicializar"], ["demo"]):
            subprocess.run([sys.executable, "manage.py", *orden], cwd=RAIZ, env=entorno, check=True)
        ordenes = ["runserver", "--noreload", f"127.0.0.1:{puerto}"]
        proceso = subprocess.Popen(
            [sys.executable, "manage.py", *ordenes], cwd=RAIZ, env=entorno, stderr=subprocess.DEVNULL
        )
        try:
            yield _cuando_responda(f"http://127.0.0.1:{puerto}")
        finally:
            proceso.terminate()
            proceso.wait()


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


def _llenar_despacho(pagina: Page) -> None:
    """The plan is what a dispatch is about: ask for a product, by keyboard, as at the counter."""
    campo = pagina.locator("input[data-combo]").first
    campo.click()
    campo.press_sequentially("para", delay=30)
    pagina.wait_for_selector(".combo-lista:not([hidden]) [role=option]")
    campo.press("ArrowDown")
    campo.press("Enter")
    pagina.keyboard.type("120")
    with pagina.expect_response("**/despacho/plan/**"):
        pagina.keyboard.press("Tab")
    pagina.wait_for_timeout(500)  # the swap, and the focus ring's own frame


def _retratar(navegador: Browser, url: str, pedidas: list[str]) -> None:
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
                _llenar_despacho(pagina)
            pagina.screenshot(path=DESTINO / f"{nombre}-{formato}.png")
            print(f"{nombre}-{formato}.png")
        contexto.close()


def main(argumentos: list[str]) -> int:
    ruta = chromium()
    if ruta is None:
        print("No Chromium: install it or set CHROMIUM=/path/to/chromium.", file=sys.stderr)
        return 2
    DESTINO.mkdir(parents=True, exist_ok=True)
    with _servidor() as url, sync_playwright() as p:
        navegador = p.chromium.launch(executable_path=ruta, args=ARGUMENTOS)
        _retratar(navegador, url, argumentos or ["entrar", *PAGINAS])
        navegador.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
