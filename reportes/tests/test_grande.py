"""A large shop: no page of one row, in the admin or outside, grows with the history behind it."""

from time import perf_counter

import pytest
from django.contrib import admin
from django.urls import reverse
from pytest_django.asserts import assertContains

from movimientos.admin import LINEAS
from movimientos.models import Movimiento, Operacion
from movimientos.peticiones import LineaEntrada
from productos.models import Producto
from pruebas.ayudas import despachar, entrar_lineas, hoy_mas
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db
LOTES = 3000


@pytest.fixture
def grande(db):
    """A dispatch that takes all of LOTES lots."""
    producto = ProductoFactory()
    for tanda in range(0, LOTES, 1000):
        entrar_lineas([LineaEntrada(producto.pk, 1, f"L{n}", hoy_mas(30)) for n in range(tanda, tanda + 1000)])
    return despachar(producto, LOTES)


@pytest.mark.lento
def test_an_operation_of_three_thousand_lines_is_paged(client, admin_user, grande, django_assert_max_num_queries):
    client.force_login(admin_user)
    lugar = reverse("admin:movimientos_operacion_change", args=[grande.pk])
    client.get(lugar)  # templates are read once

    with django_assert_max_num_queries(15):
        pagina = client.get(lugar)
    tiempos = []
    for _n in range(5):
        antes = perf_counter()
        client.get(lugar)
        tiempos.append(perf_counter() - antes)
    html = pagina.content.decode()
    lineas = client.get(f"{reverse('admin:movimientos_movimiento_changelist')}?operacion__id__exact={grande.pk}")

    assert html.count('class="form-row has_original') == LINEAS == 50
    assert len(html) < 200_000
    assert ">3,000</a>" in html
    assert lineas.context["cl"].result_count == LOTES
    assert len(lineas.context["cl"].result_list) == LINEAS
    assert min(tiempos) <= 0.3


@pytest.mark.lento
def test_the_page_of_an_operation_is_paged_too(client, admin_user, grande):
    client.force_login(admin_user)
    lugar = reverse("movimientos:operacion", args=[grande.pk])

    primera, ultima, nada = client.get(lugar), client.get(f"{lugar}?pagina=6"), client.get(f"{lugar}?pagina=x")

    assertContains(primera, "Líneas 1 a 500 de 3,000")
    assertContains(ultima, "Líneas 2,501 a 3,000 de 3,000")
    assert [len(p.context["movimientos"]) for p in (primera, ultima, nada)] == [500, 500, 500]
    vistas = {m.pk for n in range(1, 7) for m in client.get(f"{lugar}?pagina={n}").context["movimientos"]}
    assert len(vistas) == LOTES


@pytest.mark.lento
def test_the_page_of_a_product_tells_how_many_alerts_it_has_and_shows_the_worst(client, admin_user):
    producto = ProductoFactory()
    lineas = [LineaEntrada(producto.pk, 1, f"L{n}", hoy_mas(5 if n else -1)) for n in range(60)]
    entrar_lineas(lineas, nota="llegó así")
    client.force_login(admin_user)

    pagina = client.get(reverse("productos:detalle", args=[producto.pk]))

    assertContains(pagina, "Son 60: aquí están las 20 más urgentes.")
    assert pagina.context["alertas"][0].lote.codigo == "L0"
    assert len(pagina.context["alertas"]) == 20


@pytest.mark.lento
@pytest.mark.parametrize("modelo", [Operacion, Movimiento, Producto], ids=lambda m: m.__name__)
def test_no_page_of_the_admin_lists_all_that_hangs_from_its_row(client, admin_user, grande, modelo):
    """Whatever the row: its page and the question before its removal name the first few."""
    client.force_login(admin_user)
    meta = modelo._meta
    fila = modelo.objects.latest("pk")
    paginas = [reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[fila.pk])]
    if modelo is Producto:
        paginas.append(reverse("admin:productos_producto_delete", args=[fila.pk]))
    for lugar in (*paginas, reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")):
        respuesta = client.get(lugar)

        assert respuesta.status_code == 200
        assert len(respuesta.content) < 200_000, lugar


def test_every_table_in_a_page_of_the_admin_is_bounded():
    """An inline shows what belongs to its row: few, or the first of many."""
    pocos = {"EventoEnLinea", "CambioEnLinea", "ExistenciaEnLinea", "StaticTokenInline"}
    en_linea = {i.__name__ for suyo in admin.site._registry.values() for i in suyo.inlines}

    assert en_linea == {"MovimientoEnLinea", *pocos}
