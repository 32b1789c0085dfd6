"""The one component of every list: what it shows, adds up, sorts and remembers, for each of them."""

import re

import pytest
from django.urls import reverse

from inventario.cuentas.models import Auditoria
from inventario.paginas import listas, preferencias
from lotes.models import Almacen
from pruebas.ayudas import despachar, entrar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

LISTAS = ["productos", "lotes", "operaciones", "movimientos", "categorias", "almacenes", "motivos"]
en_cada_una = pytest.mark.parametrize("lista", LISTAS)


@pytest.fixture
def cliente(client, administrador):
    client.force_login(administrador)
    return client


@pytest.fixture
def cosas(db):
    """Two products in two warehouses, one of them dispatched in part."""
    norte = AlmacenFactory(nombre="Norte")
    suero = ProductoFactory(nombre="Suero", categoria=CategoriaFactory(nombre="Líquidos"), unidad="caja")
    gasa = ProductoFactory(nombre="Gasa", unidad="pieza")
    entrar(suero, "S1", 40, 100)
    entrar(suero, "S2", 2, 10, almacen=norte)
    entrar(gasa, "G1", 1500, 300)
    despachar(gasa, 100)
    return {"suero": suero, "gasa": gasa, "norte": norte}


def cabezas(respuesta):
    return {str(c.titulo): c for c in respuesta.context["tabla"].cabezas if c.titulo}


@en_cada_una
def test_every_head_that_sorts_does_and_says_how(cliente, cosas, lista):
    primera = cliente.get(f"/{lista}/")
    ordenan = {titulo: c for titulo, c in cabezas(primera).items() if c.url}

    assert ordenan
    assert sum(bool(c.sentido) for c in cabezas(primera).values()) == 1
    assert 'id="id_orden"' not in primera.content.decode().replace('type="hidden" name="orden" id="id_orden"', "")
    for titulo, cabeza in ordenan.items():
        ordenada = cliente.get(f"/{lista}/{cabeza.url}")
        vuelta = cliente.get(f"/{lista}/{cabezas(ordenada)[titulo].url}")
        sentidos = {cabezas(x)[titulo].sentido for x in (ordenada, vuelta)}
        assert sentidos == {"ascending", "descending"}, titulo
        assert len(ordenada.context["pagina"]) == len(primera.context["pagina"])


def test_a_figure_sorts_first_from_the_largest(cliente, cosas):
    cabeza = cabezas(cliente.get("/productos/"))["Físico"]

    assert [p.nombre for p in cliente.get(f"/productos/{cabeza.url}").context["pagina"]] == ["Gasa", "Suero"]


@pytest.mark.parametrize(
    ("lista", "total"), [("productos", "1,442"), ("lotes", "1,442"), ("operaciones", "4"), ("movimientos", "1,442")]
)
def test_the_foot_adds_up_what_is_listed_on_one_page_and_on_many(cliente, cosas, monkeypatch, lista, total):
    def suma():
        return [str(x) for x, _c in cliente.get(f"/{lista}/").context["tabla"].totales if x not in ("", "Total")]

    de_una = suma()
    monkeypatch.setattr(listas, "POR_PAGINA", 1)
    de_varias = suma()

    assert total.replace(",", "") in [x.replace(",", "") for x in de_una]
    assert de_una == de_varias


def test_how_many_there_are_is_said_up_to_a_limit(cliente, cosas, monkeypatch):
    assert "1–3 de 3" in cliente.get("/lotes/").content.decode()
    monkeypatch.setattr(listas, "POR_PAGINA", 1)
    assert "2–2 de 3" in cliente.get("/lotes/?pagina=2").content.decode()
    primera = cliente.get("/movimientos/")
    segunda = cliente.get(f"/movimientos/?cursor={primera.context['pagina'].siguiente}")
    assert ("1–1 de 4" in primera.content.decode(), "2–2 de 4" in segunda.content.decode()) == (True, True)

    monkeypatch.setattr(listas, "TOPE", 1)
    muchas = cliente.get("/lotes/")

    assert "1–1 de más de 1 " in " ".join(muchas.content.decode().split())
    assert muchas.context["tabla"].totales == []


def test_beyond_the_limit_a_page_of_the_ledger_does_not_say_where_it_is(cliente, cosas, monkeypatch):
    monkeypatch.setattr(listas, "POR_PAGINA", 1)
    monkeypatch.setattr(listas, "TOPE", 1)
    dichas, ruta = [], "/movimientos/"
    for _n in range(4):
        respuesta = cliente.get(ruta)
        dichas.append(re.search(r'lista-cuenta">\s*(.*?)\s*</span>', respuesta.content.decode(), re.S)[1])
        ruta = f"/movimientos/?cursor={respuesta.context['pagina'].siguiente}"

    assert dichas == ["1–1 de más de 1", "2–2 de más de 1", "Más de 1", "Más de 1"]
    assert "3–3 de más de 1" in cliente.get("/lotes/?pagina=3").content.decode()  # a numbered one does


def test_filters_in_force_are_chips_that_say_it_in_words_and_can_be_taken_off(cliente, cosas):
    suero = cosas["suero"]
    filtros = f"producto={suero.pk}&almacen={cosas['norte'].pk}&caduca_hasta=2090-01-31&con_existencias=true"

    respuesta = cliente.get(f"/lotes/?{filtros}&orden=codigo&pagina=1")
    fichas = {str(nombre): (valor, sin) for nombre, valor, sin in respuesta.context["fichas"]}

    assert {k: v for k, (v, _sin) in fichas.items()} == {
        "Producto": str(suero), "Almacén": str(cosas["norte"]), "Caduca hasta": "31/01/2090", "Con existencias": "Sí",
    }  # fmt: skip
    for nombre, (_valor, sin) in fichas.items():
        menos = cliente.get(f"/lotes/{sin}")
        assert nombre not in [str(x) for x, _v, _s in menos.context["fichas"]]
        assert "orden=codigo" in sin
        assert "pagina" not in sin


def test_a_quantity_leads_to_what_it_sums(cliente, cosas):
    pagina = cliente.get("/productos/").content.decode()

    assert f"{reverse('lotes:lista')}?producto={cosas['suero'].pk}&amp;con_existencias=true" in pagina


def guardar(cliente, lista, volver=None, **datos):
    return cliente.post(f"/vistas/{lista}/", {"volver": volver or f"/{lista}/", **datos})


def test_columns_are_kept_for_who_chose_them_and_that_list_only(cliente, client, consulta, cosas):
    antes = list(cabezas(cliente.get("/lotes/")))
    assert "Costo unitario" not in antes

    hecho = guardar(cliente, "lotes", accion="columnas", columna=["lote", "costo", "no_existe", "x y"])

    assert hecho["Location"] == "/lotes/"
    assert list(cabezas(cliente.get("/lotes/"))) == ["Lote", "Costo unitario"]
    assert len(cabezas(cliente.get("/productos/"))) > 4
    guardar(cliente, "lotes", accion="columnas")
    assert list(cabezas(cliente.get("/lotes/"))) == antes
    client.force_login(consulta)
    assert list(cabezas(client.get("/lotes/"))) == antes


def test_a_view_is_kept_opened_replaced_and_thrown_away(cliente, cosas):
    consulta = "estado=disponible&orden=-cantidad"
    guardar(cliente, "lotes", accion="guardar", nombre="Lo mayor", consulta=f"{consulta}&pagina=2&cursor=9")
    assert cliente.get("/lotes/").context["tabla"].vistas == [("Lo mayor", consulta)]
    assert f'href="/lotes/?{consulta.replace("&", "&amp;")}"' in cliente.get("/lotes/").content.decode()

    guardar(cliente, "lotes", accion="guardar", nombre="Lo mayor", consulta="orden=codigo")
    assert cliente.get("/lotes/").context["tabla"].vistas == [("Lo mayor", "orden=codigo")]

    for n in range(preferencias.VISTAS_MAXIMAS + 5):
        guardar(cliente, "lotes", accion="guardar", nombre=f"V{n}", consulta="orden=codigo")
    assert len(cliente.get("/lotes/").context["tabla"].vistas) == preferencias.VISTAS_MAXIMAS
    guardar(cliente, "lotes", accion="quitar", nombre="V24")
    assert "V24" not in [n for n, _c in cliente.get("/lotes/").context["tabla"].vistas]


@pytest.mark.parametrize("accion", ["columnas", "guardar"])
def test_no_more_lists_are_remembered_than_there_may_be(cliente, administrador, monkeypatch, accion):
    monkeypatch.setattr(preferencias, "LISTAS_MAXIMAS", 2)
    for lista in ("lotes", "x" * 61, "productos", "una-mas", "lotes"):
        guardar(cliente, lista, accion=accion, nombre="V", columna="lote", consulta=f"buscar={lista}")

    administrador.refresh_from_db()
    assert [list(suyas) for suyas in administrador.listas.values()] == [["lotes", "productos"]]


def test_a_user_leads_to_what_is_theirs_whatever_they_are_called(cliente, cosas, administrador):
    quien = UsuarioFactory(username="ana+caja@botica")
    quien.groups.set(administrador.groups.all())
    entrar(cosas["suero"], "S3", 1, 100, usuario=quien)

    [enlace] = re.findall(r'href="(/operaciones/\?usuario=ana[^"]*)"', cliente.get("/operaciones/").content.decode())

    assert [o.usuario for o in cliente.get(enlace).context["pagina"]] == [quien]


def test_rows_are_as_close_as_the_user_likes_on_every_list(cliente, cosas):
    assert "tabla-compacta" in cliente.get("/lotes/").content.decode()
    auditados = Auditoria.objects.count()

    guardar(cliente, "lotes", accion="comoda")

    assert all("tabla-comoda" in cliente.get(f"/{lista}/").content.decode() for lista in LISTAS)
    assert Auditoria.objects.count() == auditados


@pytest.mark.parametrize(
    "datos",
    [
        {"accion": "todo"},
        {"accion": "guardar", "nombre": "x" * 41},
        {"accion": "guardar", "nombre": "a\x00b"},
        {"accion": "guardar", "nombre": "x", "consulta": "a=" + "b" * 1000},
    ],
)
def test_what_makes_no_sense_is_not_kept_and_leads_nowhere_else(cliente, administrador, datos):
    respuesta = guardar(cliente, "lotes", volver="https://ajeno.example/", **datos)

    administrador.refresh_from_db()
    assert (respuesta.status_code, respuesta["Location"]) == (302, "/")
    assert administrador.listas == {}


@en_cada_una
def test_an_empty_list_and_one_without_matches_do_not_say_the_same(cliente, lista):
    if lista in ("productos", "lotes", "operaciones", "movimientos", "categorias"):
        assert "Nada coincide" not in cliente.get(f"/{lista}/").content.decode()
    sin = cliente.get(f"/{lista}/?{'buscar=zzzz' if lista not in ('operaciones', 'movimientos') else 'tipo=ajuste'}")
    assert "Nada coincide" in sin.content.decode()
    assert Almacen.objects.exists()
