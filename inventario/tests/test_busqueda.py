"""Searches mind neither case nor accents, at every door and on both engines alike, and find what a label or a page says."""

import re
import unicodedata

import pytest
from django.contrib import admin
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventario.dominio.texto import con_tinta, normalizar_codigo, normalizar_texto, plegar
from inventario.plataforma import busqueda
from lotes.models import Almacen, Lote
from movimientos.models import Operacion
from productos.models import Categoria, Producto
from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory, UsuarioFactory

SIN_SUSTITUTOS = st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\x00\x01"))
# What is written on the shelf, and what people type to find it.
HALLAZGOS = [
    ("Ácido fólico 5 mg", ["acido", "ácido", "ACIDO", "folico", "fólico", "FÓLICO ACIDO", "5 mg acido", "a\u0301cido"]),
    ("Aceite de piñón", ["PIÑÓN", "pinon", "piñon", "pin\u0303o\u0301n", "aceite  pinon", "ＰＩÑÓＮ"]),
    ("İstanbul çayı", ["istanbul", "İSTANBUL", "ISTANBUL", "cayi", "ÇAYI"]),
    ("Große Straße", ["grosse", "GROSSE STRASSE", "straße", "strasse"]),
    ("Cà phê sữa đá", ["ca phe", "sua da", "CÀ PHÊ", "đá"]),
    ("Gasa\u00a0 estéril\u3000grande", ["gasa esteril", "gasa esteril grande", "esteril gasa", "Gasa\u00a0estéril"]),
    ("می\u200cخواهم", ["می\u200cخواهم", "میخواهم"]),
    ("שָׁלוֹם", ["שלום", "שָׁלוֹם"]),
    ("दवाई क्\u200dष", ["दवाई", "क्ष"]),
    ("Familia 👨\u200d👩\u200d👧 talla ½", ["👨\u200d👩\u200d👧", "familia", "1⁄2"]),
    ("L’Oréal “crème” ﬁna", ["l'oreal", '"creme"', "fina", "CRÈME"]),
    ("Alcohol 70% en gel_2 \\ b", ["70%", "gel_2", "\\", "70% alcohol"]),
    ("Łódź Ørsted Æther", ["lodz", "orsted", "aether", "ŁÓDŹ"]),
    ("ΟΔΟΣ Москва", ["οδος", "ΟΔΌΣ", "москва", "МОСКВА"]),
]
CASOS = [(nombre, consulta) for nombre, consultas in HALLAZGOS for consulta in consultas]


@pytest.mark.django_db
@pytest.mark.parametrize(("nombre", "consulta"), CASOS)
def test_what_is_typed_plainly_is_found(nombre, consulta):
    ProductoFactory(nombre="Zyx 9")
    buscado = ProductoFactory(nombre=nombre)

    assert list(Producto.objects.buscar(consulta)) == [buscado]


@pytest.mark.django_db
@pytest.mark.parametrize("consulta", ["%", "_", "\\", "a%a", "g_l", "acido sulfurico", "\u0301", "\u200b", "folicos"])
def test_what_is_not_there_is_not_found(consulta):
    for nombre in ("Ácido fólico", "Aceite gel"):
        ProductoFactory(nombre=nombre)

    assert not Producto.objects.buscar(consulta).exists()


@pytest.mark.django_db
def test_every_door_finds_it(client, admin_client):
    lado = Almacen.objects.create(codigo="PIÑA-1", nombre="Bodega fría")
    Categoria.objects.create(nombre="Analgésicos")
    producto = ProductoFactory(sku="ÁCI-5", nombre="Ácido fólico")
    entrar(producto, "LÓT-Ñ1", contraparte="Farmacia Peñón", documento="Remisión Ü-7")
    client.force_login(UsuarioFactory(is_superuser=True, is_staff=True))
    lote = Lote.objects.get(producto=producto)
    paginas = {
        "/productos/?buscar=FOLICO": "Ácido fólico",
        "/productos/sugerencias/?q=acido": "ÁCI-5",
        "/lotes/?buscar=lot-n1": "LÓT-Ñ1",
        "/lotes/?buscar=aci-5": "LÓT-Ñ1",
        "/lotes/sugerencias/?producto=áci-5&q=lot-n": "LÓT-Ñ1",
        "/categorias/?buscar=ANALGESICOS": "Analgésicos",
        "/almacenes/?buscar=pina": lado.codigo,
        "/motivos/?buscar=devolucion": "devolucion_cliente",
        "/operaciones/?contraparte=penon+farmacia": "Farmacia Peñón",
        "/operaciones/?documento=REMISION": "Farmacia Peñón",
        "/buscar/?q=fólico": "Ácido fólico",
        "/buscar/?q=lót-n1": "LÓT-Ñ1",
        "/buscar/?q=penon": "Farmacia Peñón",
        "/api/v1/productos/?buscar=folico+ACIDO": "ÁCI-5",
        "/api/v1/lotes/?buscar=LOT-N1": "LÓT-Ñ1",
        "/api/v1/operaciones/?contraparte=PEÑON": "Farmacia Peñón",
        "/admin/productos/producto/?q=folico": "ÁCI-5",
        "/admin/lotes/lote/?q=acido": "LÓT-Ñ1",
        "/admin/movimientos/operacion/?q=penon": "Farmacia Peñón",
        "/admin/productos/producto/?q=FÓLICO+aci": "ÁCI-5",
    }
    for ruta, seve in paginas.items():
        respuesta = client.get(ruta)
        assert respuesta.status_code == 200, ruta
        assert seve in respuesta.content.decode().split("<tbody", 1)[-1], ruta
    assert Operacion.objects.count() == lote.existencias.count() == 1


def test_the_admin_searches_with_the_lookups_that_fold():
    for modelo, pagina in admin.site._registry.items():
        for campo in pagina.search_fields:
            assert not re.search(r"^[=@^]|__(contains|startswith|exact|iexact|regex)$", campo), f"{modelo}: {campo}"


class Dobles(TestCase):
    """PostgreSQL's function is `plegar`, and SQLite's is."""

    @given(SIN_SUSTITUTOS)
    @example("ΑΣ İıẞßÆæŒÞ ﬁ ½ が한국 क़्ष ǰ\u0345")
    def test_the_database_folds_as_python_does(self, escrito):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {busqueda.FUNCION}(%s)", [escrito])
            assert cursor.fetchone()[0] == plegar(escrito)

    @given(SIN_SUSTITUTOS.filter(lambda t: plegar(t).strip() and len(normalizar_codigo(t)) <= 40))
    def test_what_is_stored_is_found_by_what_was_typed(self, escrito):
        producto = Producto.objects.create(sku="X" + normalizar_codigo(escrito)[:39], nombre=normalizar_texto(escrito))
        for consulta in (escrito, escrito.upper(), unicodedata.normalize("NFD", escrito), con_tinta(escrito)):
            if plegar(consulta).split():
                assert producto in Producto.objects.buscar(consulta)


CARGA = """
    INSERT INTO productos_producto (sku, nombre, descripcion, unidad, stock_minimo, vida_minima_despacho,
        controla_caducidad, activo, creado_en, actualizado_en)
    SELECT 'M' || i, 'Solución ' || md5(i::text) || ' ñandú', '', 'unidad', 0, 0, true, true, now(), now()
    FROM generate_series(1, 5000) i;
    INSERT INTO lotes_lote (producto_id, codigo, estado, creado_en)
    SELECT id, 'Ñ-' || sku, 'disponible', now() FROM productos_producto;
    -- What waits to be indexed counts as a cost of the index.
    SELECT gin_clean_pending_list('producto_nombre_plegado'), gin_clean_pending_list('lote_codigo_plegado');
    ANALYZE;
"""


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_search_is_served_by_its_index_also_of_rows_that_no_model_wrote():
    with connection.cursor() as cursor:
        cursor.execute(CARGA)

    for consulta in ("SOLUCION 1f0b", "solución 88ef5", "1F0B nandu"):
        productos = Producto.objects.buscar(consulta)
        assert productos.exists(), consulta
        assert "producto_nombre_plegado" in productos.order_by().explain()
    lotes = Lote.objects.filter(busqueda.que_contiene("n-m4555", "codigo"))
    assert lotes.exists()
    assert "lote_codigo_plegado" in lotes.order_by().explain()
