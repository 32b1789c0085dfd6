"""Every page, as each role sees it, in a real browser: no console error, no CSP violation, nothing for axe to say."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from pruebas.escenario import historia
from reportes.informes import REPORTES

pytestmark = pytest.mark.navegador


def _paginas(datos: dict) -> list[str]:
    a, a1, entrada = datos["a"], datos["a1"], datos["entrada"]
    nombres = [
        "panel", "cuenta", "ayuda", "productos:lista", "lotes:lista", "movimientos:lista", "movimientos:operaciones",
        "alertas:lista", "reportes:indice", "categorias:lista", "almacenes:lista", "motivos:lista",
    ]  # fmt: skip
    return [
        *(reverse(n) for n in nombres),
        reverse("reportes:reporte", args=["caducidades"]),
        reverse("reportes:reporte", args=["kardex"]) + "?sku=" + a.sku,
        reverse("buscar") + "?q=" + a.sku,
        reverse("productos:detalle", args=[a.pk]),
        reverse("lotes:detalle", args=[a1.pk]),
        reverse("movimientos:operacion", args=[entrada.pk]),
    ]


def _formularios(datos: dict, rol: str = "supervisor") -> list[str]:
    """Those that `rol` may open."""
    lote, producto = [datos["a1"].pk], [datos["a"].pk]
    etiqueta = f"{reverse('lotes:etiquetas')}?lote={lote[0]}"
    if rol == "consulta":
        return [etiqueta]
    operaciones = [reverse(f"movimientos:{n}") for n in ("entrada", "salida", "despacho", "traslado", "baja")]
    if rol == "operador":
        return [etiqueta, *operaciones]
    return [
        etiqueta,
        *operaciones,
        reverse("movimientos:ajuste"),
        reverse("categorias:crear"),
        reverse("productos:crear"),
        reverse("productos:editar", args=producto),
        reverse("productos:eliminar", args=producto),
        reverse("lotes:cambiar", args=[*lote, "retener"]),
        reverse("movimientos:revertir", args=[datos["entrada"].pk]),
    ]


@pytest.fixture
def datos(transactional_db, supervisor):
    return historia(supervisor, hoy=timezone.localdate())


@pytest.mark.parametrize("tamano", ["movil", "escritorio"])
@pytest.mark.parametrize("tema", ["claro", "oscuro"])
def test_every_page_is_clean_and_accessible(abrir, datos, supervisor, tema, tamano):
    ventana = abrir(supervisor, tema=tema, tamano=tamano, idioma="es" if tema == "claro" else "en")

    for ruta in _paginas(datos) + _formularios(datos):
        ventana.ir(ruta)
        ventana.accesible()


@pytest.mark.parametrize("vista", [{}, {"tema": "oscuro", "tamano": "movil", "idioma": "en"}])
@pytest.mark.parametrize("rol", ["consulta", "operador", "administrador"])
def test_pages_are_clean_for_the_other_roles(abrir, datos, rol, vista, request):
    ventana = abrir(request.getfixturevalue(rol), **vista)

    for ruta in _paginas(datos) + _formularios(datos, rol):
        ventana.ir(ruta)
        ventana.accesible()


@pytest.mark.parametrize("tema", ["claro", "oscuro"])
def test_pages_for_nobody_are_clean_too(abrir, tema):
    ventana = abrir(tema=tema, tamano="movil")
    ventana.ir(reverse("entrar"))
    ventana.accesible()

    ventana.page.fill("[name=username]", "nadie")
    ventana.page.fill("[name=password]", "nada")
    ventana.page.click("main [type=submit]")
    ventana.page.wait_for_selector(".error-general")
    ventana.accesible()


def test_an_error_page_is_clean(abrir, supervisor):
    ventana = abrir(supervisor)
    ventana.admitir("404")

    ventana.ir("/no-existe/")

    ventana.accesible()


def test_overlays_are_accessible_and_work_by_keyboard(abrir, supervisor, datos):
    ventana = abrir(supervisor)
    pagina = ventana.ir(reverse("panel"))

    pagina.keyboard.press("?")
    pagina.wait_for_selector("#dialogo-atajos[open]")
    ventana.accesible()
    pagina.keyboard.press("Escape")
    pagina.keyboard.press("Control+k")
    pagina.keyboard.type(datos["a"].sku)
    pagina.wait_for_selector("#paleta-hallado [data-paleta-opcion].activa")
    ventana.accesible()
    pagina.keyboard.press("Enter")

    pagina.wait_for_url(f"**{reverse('productos:detalle', args=[datos['a'].pk])}")


def test_the_first_page_is_light_and_nothing_jumps(abrir, supervisor, datos):
    """At most 150 kB gzip, however it is served here: what the static files and the page weigh compressed."""
    import gzip

    ventana = abrir(supervisor)
    cuerpos = []
    ventana.page.on("response", lambda r: cuerpos.append(r))  # noqa: PLW0108 (a builtin cannot be a handler)
    ventana.page.add_init_script(
        "window.cls = 0; new PerformanceObserver((l) => { for (const e of l.getEntries()) window.cls += e.value; })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )

    ventana.ir(reverse("panel"))
    ventana.page.wait_for_load_state("networkidle")

    peso = sum(len(gzip.compress(r.body(), 6)) for r in cuerpos if r.status == 200)
    assert len(cuerpos) > 5
    assert peso <= 150_000
    assert ventana.page.evaluate("window.cls") == 0
    # A slow processor shows what moves when a page is painted in pieces.
    procesador = ventana.page.context.new_cdp_session(ventana.page)
    for veces in (5, 8, 11, 14):
        procesador.send("Emulation.setCPUThrottlingRate", {"rate": veces})
        ventana.ir(reverse("panel"))
        assert ventana.page.evaluate("window.cls") == 0


def test_the_theme_is_remembered_without_a_flash(abrir, supervisor):
    ventana = abrir(supervisor, tema="claro")
    pagina = ventana.ir(reverse("panel"))

    pagina.click("[data-menu] > summary")
    with pagina.expect_response("**/tema/"):
        pagina.click("[name=tema][value=oscuro]")
    assert pagina.locator("html").get_attribute("data-bs-theme") == "dark"

    html = pagina.request.get(ventana.servidor + reverse("panel")).text()
    assert 'data-bs-theme="dark"' in html


def test_it_works_without_javascript(abrir, supervisor, datos):
    pagina = abrir(supervisor, javascript=False).ir(reverse("panel"))

    pagina.fill(".barra-busqueda [name=q]", datos["a"].sku)
    pagina.press(".barra-busqueda [name=q]", "Enter")
    pagina.click(f"#contenido >> text={datos['a'].nombre}")
    assert pagina.url.endswith(reverse("productos:detalle", args=[datos["a"].pk]))

    pagina.goto(pagina.url.replace(reverse("productos:detalle", args=[datos["a"].pk]), reverse("cuenta")))
    pagina.select_option("[name=idioma]", "en")
    pagina.click("form:has([name=idioma]) [type=submit]")
    assert pagina.locator("html").get_attribute("lang") == "en"


def test_a_filter_changes_the_table_and_the_url_and_back_undoes_it(abrir, supervisor, datos):
    ventana = abrir(supervisor)
    ventana.admitir("htmx:")  # back reloads, and what was being asked for is given up
    pagina = ventana.ir(reverse("productos:lista"))
    filas = pagina.locator("#tabla tbody tr")
    expect(filas).to_have_count(2)

    pagina.fill("#contenido [name=buscar]", datos["a"].sku)
    pagina.press("#contenido [name=buscar]", "Enter")

    expect(filas).to_have_count(1)
    expect(pagina.locator("#tabla")).to_have_count(1)
    assert f"buscar={datos['a'].sku}" in pagina.url
    pagina.go_back()
    expect(filas).to_have_count(2)


@pytest.mark.parametrize("vista", [{"tema": "claro", "tamano": "movil"}, {"tema": "oscuro", "idioma": "en"}])
def test_every_report_is_clean_and_fits(abrir, datos, supervisor, vista):
    """`accesible` also refuses a page that scrolls sideways; on a phone the tables do not either."""
    ventana = abrir(supervisor, **vista)

    for nombre in REPORTES:
        consulta = "?sku=" + datos["a"].sku if nombre == "kardex" else ""
        ventana.ir(reverse("reportes:reporte", args=[nombre]) + consulta)
        ventana.accesible()
        if vista.get("tamano") == "movil":
            assert _sobra(ventana.page) == 0, nombre


def test_on_a_phone_no_list_scrolls_sideways_and_its_filters_fold_away(abrir, datos, supervisor):
    ventana = abrir(supervisor, tamano="movil")

    for ruta in _paginas(datos):
        ventana.ir(ruta)
        assert _sobra(ventana.page) == 0, ruta

    pagina = ventana.ir(reverse("productos:lista"))
    expect(pagina.locator("[name=categoria]")).not_to_be_visible()
    expect(pagina.locator("#contenido [name=buscar]")).to_be_visible()
    pagina.click(".filtros summary")
    pagina.select_option("[name=bajo_minimo]", "true")
    expect(pagina).to_have_url(re.compile("bajo_minimo=true"))
    pagina.keyboard.press("Escape")
    pagina.click(".ficha a")
    expect(pagina).not_to_have_url(re.compile("bajo_minimo"))


def _sobra(pagina) -> int:
    return pagina.evaluate(
        "Math.max(0, ...[...document.querySelectorAll('.tabla-contenedor, .grafica-lienzo')]"
        ".map((x) => x.scrollWidth - x.clientWidth))"
    )
