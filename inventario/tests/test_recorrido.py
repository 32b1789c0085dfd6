"""Every list of the API can be walked by `siguiente` while it changes: what was there all along is seen, once."""

import pytest

from lotes.models import Lote
from movimientos.models import Motivo
from productos.models import Producto
from pruebas.ayudas import entrar, sacar
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db
LISTAS = {
    "productos/": ("nombre", "-nombre", "sku", "-sku", "creado_en", "-creado_en"),
    "lotes/": ("fecha_caducidad", "-fecha_caducidad", "codigo", "-codigo", "creado_en", "-creado_en"),
    "categorias/": ("nombre", "-nombre"),
    "almacenes/": ("nombre", "codigo"),
    "motivos/": ("nombre", "codigo"),
    "alertas/": ("activa_desde", "-activa_desde", "-severidad", "vence"),
}


@pytest.fixture
def api(administrador):
    for n in range(6):
        CategoriaFactory(nombre=f"C{n % 3}{n}"), AlmacenFactory(nombre="Igual")
        producto = ProductoFactory(nombre="Igual", controla_caducidad=n % 2 == 0, stock_minimo=99)
        entrar(producto, f"L{n % 3}", 5, n % 3 + 3 if n % 2 == 0 else None)
    return ClienteAPI(administrador)


def pedir(api, url):
    respuesta = api.get(url.replace("http://testserver", ""))
    assert respuesta.status_code == 200, respuesta.content
    return respuesta.json()


def paseo(api, url, enlace="siguiente", entretanto=lambda: None):
    pagina = pedir(api, url)
    paginas = [pagina]
    while pagina[enlace]:
        entretanto()
        pagina = pedir(api, pagina[enlace])
        paginas.append(pagina)
    return paginas


def ids(paginas):
    return [fila["id"] for pagina in paginas for fila in pagina["resultados"]]


@pytest.mark.parametrize(("ruta", "orden"), [(ruta, orden) for ruta, suyos in LISTAS.items() for orden in suyos])
def test_a_walk_sees_the_list_in_its_order_and_comes_back(api, ruta, orden):
    entera = ids([pedir(api, f"{ruta}?orden={orden}&por_pagina=500")])
    assert len(entera) > 5

    for inicio in (f"{ruta}?orden={orden}&por_pagina=2", f"{ruta}?orden={orden}&por_pagina=2&cursor="):
        ida = paseo(api, inicio)
        vuelta = paseo(api, ida[-2]["siguiente"], "anterior")[::-1]
        assert ids(ida) == entera
        assert ids(vuelta) == entera
        assert {p["total"] for p in ida} == {len(entera)}


@pytest.mark.parametrize("orden", LISTAS["lotes/"])
def test_lots_that_leave_hide_no_other(api, orden):
    antes = ids([pedir(api, f"lotes/?con_existencias=true&orden={orden}&por_pagina=500")])
    se_van = iter(antes[::2])

    def vaciar():
        if (pk := next(se_van, None)) is not None:
            sacar(Lote.objects.get(pk=pk), 5)

    vistos = ids(paseo(api, f"lotes/?con_existencias=true&orden={orden}&por_pagina=1", entretanto=vaciar))

    assert len(vistos) == len(set(vistos))
    assert set(antes[1::2]) <= set(vistos)


def test_what_is_created_meanwhile_repeats_nothing(api):
    vistos = ids(paseo(api, "productos/?por_pagina=2&orden=nombre", entretanto=lambda: ProductoFactory(nombre="A")))

    assert len(vistos) == len(set(vistos)) == Producto.objects.exclude(nombre="A").count()


def test_a_search_is_walked_too(api):
    assert len(ids(paseo(api, "productos/?buscar=igual&por_pagina=2"))) == 6


def test_a_cursor_is_of_one_list_in_one_order(api):
    siguiente = pedir(api, "lotes/?orden=codigo&por_pagina=2")["siguiente"]
    cursor = siguiente.partition("cursor=")[2].partition("&")[0]

    ajenos = [
        f"lotes/?orden=-codigo&cursor={cursor}",
        f"productos/?cursor={cursor}",
        f"lotes/?orden=codigo&cursor={cursor}x",
    ]
    ajenos += [
        "lotes/?cursor=zz",
        "lotes/?cursor=%00",
        f"lotes/?cursor={'a' * 5000}",
        "lotes/?cursor=d5",
        "lotes/?cursor=eyJ9",
    ]
    for url in ajenos:
        respuesta = api.get(url)
        assert (respuesta.status_code, list(respuesta.json()["errores"])) == (400, ["cursor"]), url


def test_a_page_by_its_number_is_still_that_page(api):
    entera = ids([pedir(api, "motivos/?por_pagina=500")])
    assert Motivo.objects.count() == len(entera)

    tercera = pedir(api, "motivos/?por_pagina=2&pagina=3")

    assert ids([tercera]) == entera[4:6]
    assert "pagina=4" in tercera["siguiente"]
    assert "pagina=2" in tercera["anterior"]
    assert ids([pedir(api, tercera["anterior"])]) == entera[2:4]
    assert api.get("motivos/?por_pagina=2&pagina=99").status_code == 404
