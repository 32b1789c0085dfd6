"""Take the pictures of docs/img: the demo on a temporary SQLite, gunicorn, Chromium.

    python -m herramientas.capturas [page…]

Each page in light and dark at desktop size and on a phone; the users and the data are those of `manage.py demo`.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from herramientas.programas import ARGUMENTOS, chromium
from herramientas.servidor_web import RAIZ, entorno, manage, web
from inventario.demo.personas import CLAVE

DESTINO = RAIZ / "docs" / "img"
USUARIO = os.environ.get("CAPTURAS_USUARIO", "supervisor")
PAGINAS = {
    "panel": "/",
    "alertas": "/alertas/",
    "productos": "/productos/",
    "lotes": "/lotes/?con_existencias=true",
    "despacho": "/despacho/",
    "caducidades": "/reportes/caducidades/",
}
FORMATOS: dict[str, dict[str, Any]] = {
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
from herramientas import llamadas
from productos.models import Producto
hoy = timezone.localdate()
dos, saltado = [], []
for p in Producto.objects.con_existencias(hoy).filter(disponible__gt=5).order_by("sku"):
    r = llamadas.planificar([(p.pk, p.disponible)], hoy=hoy).lineas[0]
    if len(r.tomas) > 1 and len(r.omitidos) < 2:
        dos.append((p.sku, r.tomas[0].cantidad + r.tomas[1].cantidad // 2))
    if r.tomas and any(o.razon != "otro_almacen" for o in r.omitidos):
        saltado.append((len(r.omitidos), p.sku, r.tomas[0].cantidad // 2))
for sku, cantidad in [*dos[:1], *(x[1:] for x in sorted(saltado)[:1])]:
    print(sku, cantidad)
"""


@contextlib.contextmanager
def _servidor() -> Iterator[tuple[str, list[list[str]]]]:
    """The address of a server over a database that holds the demo, and what to dispatch."""
    with tempfile.TemporaryDirectory(prefix="capturas-") as carpeta:
        base = f"sqlite:///{carpeta}/capturas.sqlite3"
        desarrollo = {
            "DEBUG": "true",
            "WEB_CONCURRENCY": "1",
            "DETRAS_DE_PROXY": "0",
        }  # neither TLS nor collected files
        variables = entorno(base, TIME_ZONE=_zona_de_tarde(), **desarrollo)
        for orden in ("inicializar", "demo"):
            manage(variables, orden)
        pedido = [x.split() for x in manage(variables, "shell", "--no-imports", "-c", PEDIDO).splitlines()]
        with web(variables, Path(carpeta) / "gunicorn.log") as servidor:
            yield f"http://localhost:{servidor.puerto}", pedido


def _zona_de_tarde() -> str:
    """Where it is about five in the afternoon: the demo has the day's operations to show, whenever this runs."""
    horas = 17 - datetime.now(UTC).hour
    return f"Etc/GMT{-(horas - 24 if horas > 12 else horas):+d}"  # the sign is the wrong way round in these names


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
