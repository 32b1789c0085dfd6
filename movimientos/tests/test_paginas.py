"""The pages on which the ledger is read and an operation undone."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from inventario.paginas import listas as paginas
from lotes.models import Existencia
from movimientos.models import Operacion
from pruebas.ayudas import despachar, entrar
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/operaciones/", "/movimientos/"])
def test_the_ledger_is_read_by_key_in_a_constant_number_of_queries(
    client, consulta, url, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(paginas, "POR_PAGINA", 3)
    producto = ProductoFactory()
    hechas = [entrar(producto).pk for _n in range(7)]
    client.force_login(consulta)

    # session, user, two of permissions, are there several warehouses, the choices of the filters (3), the page,
    # how many there are (up to a limit), their totals
    with django_assert_max_num_queries(11) as consultas:
        respuesta = client.get(url)
    assert not any("COUNT(*)" in q["sql"] and "LIMIT " not in q["sql"] for q in consultas)

    vistas = []
    while True:
        pagina = respuesta.context["pagina"]
        vistas += [getattr(fila, "operacion_id", None) or fila.pk for fila in pagina]
        if pagina.siguiente is None:
            break
        respuesta = client.get(f"{url}?cursor={pagina.siguiente}")
    assert vistas == hechas[::-1]
    assert client.get(f"{url}?orden=id").context["pagina"].filas[0].pk < client.get(url).context["pagina"].filas[0].pk


@pytest.mark.parametrize("url", ["/operaciones/", "/movimientos/"])
def test_filters_and_cursors_that_make_no_sense(client, consulta, url):
    client.force_login(consulta)

    assert client.get(f"{url}?desde=xx").status_code == 400
    assert client.get(f"{url}?tipo=robo").status_code == 400
    assert client.get(f"{url}?cursor=xx").status_code == 404
    assert client.get(f"{url}?cursor={'9' * 5000}").status_code == 404


def test_lists_filter_and_answer_fragments(client, consulta):
    producto, otro = ProductoFactory(), ProductoFactory()
    entrar(producto, documento="F-77")
    entrar(otro, documento="X-1")
    client.force_login(consulta)

    fragmento = client.get("/operaciones/?documento=F-7", headers={"HX-Request": "true"})
    lineas = client.get(f"/movimientos/?producto={producto.pk}")

    assertNotContains(fragmento, "<html")
    assert [o.documento for o in fragmento.context["pagina"]] == ["F-77"]
    assert [m.producto for m in lineas.context["pagina"]] == [producto]


def test_the_sheet_of_an_operation_escapes_what_people_wrote(client, consulta):
    operacion = entrar(ProductoFactory(), contraparte="<script>x</script>", nota="<b>hola</b>")
    client.force_login(consulta)

    respuesta = client.get(f"/operaciones/{operacion.pk}/")

    assertContains(respuesta, "&lt;script&gt;x&lt;/script&gt;")
    assertNotContains(respuesta, "<b>hola</b>")
    assertNotContains(respuesta, "/revertir/")
    assert client.get("/operaciones/999999/").status_code == 404


def test_supervisor_reverses_once_with_a_note(client, supervisor):
    operacion = entrar(ProductoFactory())
    client.force_login(supervisor)
    url = f"/operaciones/{operacion.pk}/revertir/"

    assertContains(client.get(f"/operaciones/{operacion.pk}/"), '<textarea name="nota"')  # the dialog
    sin_nota = client.post(url, {"nota": " ", "clave": "k1"})
    bien = client.post(url, {"nota": "error de captura", "clave": "k1"})
    repetida = client.post(url, {"nota": "error de captura", "clave": "k1"})
    otra_vez = client.post(url, {"nota": "otra", "clave": "k2"})

    reverso = Operacion.objects.get(tipo="reverso")
    assert sin_nota.status_code == 422
    assertRedirects(bien, f"/operaciones/{reverso.pk}/")
    assert repetida.url == bien.url
    assertContains(otra_vez, "ya fue revertida", status_code=409)
    assert Existencia.objects.get().cantidad == 0
    assertContains(client.get(f"/operaciones/{operacion.pk}/"), "fue revertida por")


def test_a_reversal_of_what_already_left_is_refused(client, supervisor):
    producto = ProductoFactory()
    operacion = entrar(producto)
    despachar(producto, 4)
    client.force_login(supervisor)

    respuesta = client.post(f"/operaciones/{operacion.pk}/revertir/", {"nota": "no", "clave": "k"})

    assertContains(respuesta, "Parte de lo que entró ya salió", status_code=409)


@pytest.mark.parametrize(
    ("rol", "estado"), [("consulta", 403), ("operador", 403), ("supervisor", 200), ("administrador", 200)]
)
def test_who_may_reverse(client, request, rol, estado):
    operacion = entrar(ProductoFactory())
    client.force_login(request.getfixturevalue(rol))

    assert client.get(f"/operaciones/{operacion.pk}/revertir/").status_code == estado
    assert (b"/revertir/" in client.get(f"/operaciones/{operacion.pk}/").content) == (estado == 200)
