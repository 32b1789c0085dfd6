"""A real Chromium for tests marked `navegador`: pages that fail on any console error, CSP violation or axe finding."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from herramientas.programas import ARGUMENTOS, chromium
from inventario.cuentas.models import Usuario

# A test that goes through a page does it in both languages, themes and sizes, two combinations rather than eight.
VISTAS = [
    {"idioma": "es", "tema": "claro", "tamano": "escritorio"},
    {"idioma": "en", "tema": "oscuro", "tamano": "movil"},
]
en_cada_vista = pytest.mark.parametrize("vista", VISTAS, ids=lambda v: "-".join(v.values()))
TAMANOS: dict[str, ViewportSize] = {
    "movil": {"width": 360, "height": 740},
    "escritorio": {"width": 1280, "height": 800},
}
# A loaded machine is slow, not wrong.
PACIENCIA = 60_000
expect.set_options(timeout=PACIENCIA)
# What a reader of WCAG 2.2 AA would complain of, and axe's own best practices.
REGLAS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@dataclass
class Ventana:
    """A page signed in as `usuario`. `quejas` gathers what must not happen; `sin_quejas()` fails if anything did."""

    page: Page
    servidor: str
    quejas: list[str] = field(default_factory=list)
    admitidas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.on("console", self._consola)
        self.page.on("pageerror", lambda e: self.quejas.append(f"{self.page.url}: {e}"))
        self.page.on("request", self._ajena)

    def _consola(self, mensaje: ConsoleMessage) -> None:
        if mensaje.type == "error" and not any(x in mensaje.text for x in self.admitidas):
            self.quejas.append(f"{self.page.url}: {mensaje.text}")

    def _ajena(self, peticion: Request) -> None:
        if not peticion.url.startswith((self.servidor, "data:")):
            self.quejas.append(f"{self.page.url} asked another host: {peticion.url}")

    def admitir(self, *textos: str) -> None:
        """Console errors with these words are part of the test (the browser reports any 4xx as one)."""
        self.admitidas += textos

    def ir(self, ruta: str) -> Page:
        """The page of `ruta`, with what it asks for by itself when it opens."""
        self.page.goto(self.servidor + ruta)
        self.page.wait_for_selector(".htmx-request", state="detached")
        return self.page

    def sin_quejas(self) -> None:
        assert self.quejas == []

    def accesible(self) -> None:
        """Complain of what axe finds on the page as it stands, and of a page that scrolls sideways."""
        for v in Axe().run(self.page, options=REGLAS).response["violations"]:
            nodos = [n["html"][:200] for n in v["nodes"][:4]]
            self.quejas.append(f"{self.page.url}: {v['id']}: {v['help']}: {nodos}")
        sobra = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sobra > 0:
            self.quejas.append(f"{self.page.url} is {sobra} px too wide")


@pytest.fixture(scope="session")
def _lanzado(playwright: Playwright) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    navegador = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTOS)
    yield navegador
    navegador.close()


@pytest.fixture
def abrir(_lanzado: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Callable[..., Ventana]]:
    """`abrir(usuario, tamano="escritorio", tema="claro", idioma="es", javascript=True)` gives a Ventana; when the test
    ends, every window it opened must be without complaints.
    """
    abiertas: list[tuple[BrowserContext, Ventana]] = []

    def _abrir(usuario: Usuario | None = None, **opciones: Any) -> Ventana:
        contexto = _contexto(_lanzado, live_server.url, usuario, **opciones)
        ventana = Ventana(contexto.new_page(), live_server.url)
        ventana.page.set_default_timeout(PACIENCIA)
        abiertas.append((contexto, ventana))
        return ventana

    yield _abrir
    for contexto, _ventana in abiertas:
        contexto.close()
    for _contexto_cerrado, ventana in abiertas:
        ventana.sin_quejas()


def _contexto(
    navegador: Browser,
    url: str,
    usuario: Usuario | None,
    *,
    tamano: str = "escritorio",
    tema: str = "claro",
    idioma: str = "es",
    javascript: bool = True,
) -> BrowserContext:
    contexto = navegador.new_context(
        viewport=TAMANOS[tamano],
        color_scheme="dark" if tema == "oscuro" else "light",
        locale={"es": "es-MX", "en": "en-US"}[idioma],
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    if usuario is not None:
        cliente = Client()
        cliente.force_login(usuario)
        sesion = cliente.cookies[settings.SESSION_COOKIE_NAME].value
        contexto.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sesion, "url": url}])
    return contexto
