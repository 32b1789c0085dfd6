"""The pages of products: what each shows, to whom, and what it refuses."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from inventario.paginas.listas import TOPE
from productos.models import Producto
from pruebas.ayudas import despachar, entrar, revertir
from pruebas.clientes import sin_prendas
from pruebas.factories import CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db

DATOS = {
    "sku": "amox 500",
    "nombre": "Amoxicilina",
    "unidad": "tableta",
    "stock_minimo": "10",
    "vida_minima_despacho": "0",
}


def test_list_shows_stock_and_what_of_it_may_leave(client, consulta):
    producto = ProductoFactory(nombre="Ibuprofeno", stock_minimo=100)
    entrar(producto, "A", 70)
    entrar(producto, "B", 30, -1, nota="llegó así")
    client.force_login(consulta)

    respuesta = client.get("/productos/")

    fila = respuesta.context["pagina"].filas[0]
    assert (fila.fisico, fila.disponible) == (100, 70)
    assertContains(respuesta, "Bajo mínimo")


def test_list_answers_htmx_with_the_table_only(client, consulta):
    ProductoFactory(nombre="Ibuprofeno")
    client.force_login(consulta)

    pagina = client.get("/productos/?buscar=ibu")
    fragmento = client.get("/productos/?buscar=ibu", headers={"HX-Request": "true"})

    assert b"<html" in pagina.content
    assert b"<html" not in fragmento.content
    assert sin_prendas(fragmento).strip() in sin_prendas(pagina)
    assert "HX-Request" in fragmento["Vary"]


@pytest.mark.parametrize("consulta_url", ["categoria=abc", "activo=quizas", "orden=password", "buscar=" + "x" * 101])
def test_a_filter_that_makes_no_sense_is_400_and_says_which(client, consulta, consulta_url):
    client.force_login(consulta)

    respuesta = client.get(f"/productos/?{consulta_url}")

    assertContains(respuesta, "Un filtro no es válido", status_code=400)


@pytest.mark.parametrize("pagina", ["2", "0", "-1", "abc", "9" * 5000])
def test_a_page_beyond_the_end_is_404(client, consulta, pagina):
    ProductoFactory()
    client.force_login(consulta)

    assert client.get(f"/productos/?pagina={pagina}").status_code == 404


def test_list_pages_without_counting_the_whole_and_in_a_constant_number_of_queries(
    client, consulta, settings, django_assert_num_queries
):
    categoria = CategoriaFactory()
    Producto.objects.bulk_create(
        Producto(sku=f"S{n}", nombre=f"Producto {n:03}", categoria=categoria) for n in range(120)
    )
    client.force_login(consulta)

    # session (kept in the cache where there is one), user, permissions, categories of the filter, the page with its stock,
    # how many there are (up to a limit), their totals
    with django_assert_num_queries(5 if settings.CACHE_URL else 6) as pocas:
        segunda = client.get("/productos/?pagina=2")

    assert not any("COUNT(" in q["sql"] and f"LIMIT {TOPE + 1}" not in q["sql"] for q in pocas)
    assert "51–100 de 120" in segunda.content.decode()
    assert [p.nombre for p in segunda.context["pagina"]][:1] == ["Producto 050"]
    assert (segunda.context["pagina"].anterior, segunda.context["pagina"].siguiente) == (1, 3)
    assert client.get("/productos/?pagina=3").context["pagina"].siguiente is None


def test_names_are_always_escaped(client, consulta):
    producto = ProductoFactory(nombre="<script>alert(1)</script>", descripcion="<img src=x onerror=alert(1)>")
    client.force_login(consulta)

    for url in ("/productos/", f"/productos/{producto.pk}/", "/productos/sugerencias/?q=script"):
        respuesta = client.get(url)
        assertNotContains(respuesta, "<script>alert")
        assertNotContains(respuesta, "<img src=x")


def test_detail_shows_lots_warehouses_alerts_and_movements(client, consulta, django_assert_max_num_queries):
    producto = ProductoFactory(stock_minimo=500, gtin="7501234567893")
    for n in range(6):
        entrar(producto, f"L{n}", 10, 5 + n)
    client.force_login(consulta)

    # session, user, two of permissions, product, lots, warehouses, alerts, consumption, movements
    with django_assert_max_num_queries(10):
        respuesta = client.get(f"/productos/{producto.pk}/")

    assert [lote.codigo for lote in respuesta.context["lotes"]] == [f"L{n}" for n in range(6)]
    assertContains(respuesta, "Stock bajo")
    assertContains(respuesta, "07501234567893")
    assertContains(respuesta, f"/movimientos/?producto={producto.pk}")
    assertNotContains(respuesta, "/editar/")
    assertNotContains(respuesta, "/despacho/?producto")


def test_detail_draws_what_was_consumed_each_month_less_what_was_reversed(client, supervisor):
    producto = ProductoFactory()
    entrar(producto, "A", 50)
    despachar(producto, 8)
    revertir(despachar(producto, 30))
    client.force_login(supervisor)

    respuesta = client.get(f"/productos/{producto.pk}/")

    assert respuesta.context["consumo"]["valores"] == [0] * 11 + [8]
    assertContains(respuesta, "<svg")


def test_supervisor_creates_a_product_with_its_sku_normalised(client, supervisor):
    client.force_login(supervisor)

    respuesta = client.post("/productos/crear/", DATOS | {"gtin": "7501234567893", "controla_caducidad": "on"})

    producto = Producto.objects.get()
    assertRedirects(respuesta, f"/productos/{producto.pk}/")
    assert (producto.sku, producto.gtin, producto.stock_minimo) == ("AMOX 500", "07501234567893", 10)


def test_what_was_typed_comes_back_with_its_errors(client, supervisor):
    ProductoFactory(sku="AMOX 500")
    client.force_login(supervisor)

    respuesta = client.post("/productos/crear/", DATOS | {"gtin": "7501234567890", "stock_maximo": "5"})

    assert respuesta.status_code == 422
    assertContains(respuesta, "El dígito de control del GTIN no coincide.", status_code=422)
    assertContains(respuesta, 'value="Amoxicilina"', status_code=422)
    assert set(respuesta.context["formulario"].errors) == {"gtin", "sku", "__all__"}


def test_editing_saves_and_a_product_with_lots_is_not_deleted(client, supervisor):
    producto = ProductoFactory()
    entrar(producto)
    client.force_login(supervisor)

    assert client.post(f"/productos/{producto.pk}/editar/", DATOS).status_code == 302
    rechazo = client.post(f"/productos/{producto.pk}/eliminar/")

    assertContains(rechazo, "no se puede borrar", status_code=409)
    producto.refresh_from_db()
    assert (producto.nombre, producto.activo) == ("Amoxicilina", False)


def test_a_product_without_lots_is_deleted(client, supervisor):
    producto = ProductoFactory()
    client.force_login(supervisor)

    assertContains(client.get(f"/productos/{producto.pk}/eliminar/"), "No se puede deshacer")
    assertRedirects(client.post(f"/productos/{producto.pk}/eliminar/"), "/productos/")
    assert not Producto.objects.exists()


def test_suggestions_find_by_sku_name_and_scanned_gtin(client, operador):
    ProductoFactory(sku="AMOX", nombre="Amoxicilina", gtin="7501234567893")
    ProductoFactory(sku="AMOX-D", nombre="Amoxicilina duo")
    ProductoFactory(sku="AMOX-X", nombre="Amoxicilina vieja", activo=False)
    client.force_login(operador)

    def opciones(q):
        return [(p.sku, exacta) for p, exacta in client.get("/productos/sugerencias/", {"q": q}).context["opciones"]]

    assert opciones("amox") == [("AMOX", True), ("AMOX-D", False)]
    assert opciones("duo") == [("AMOX-D", False)]
    assert opciones("7501234567893") == [("AMOX", True)]
    assert opciones("") == []
    assertTemplateUsed(client.get("/productos/sugerencias/?q=a"), "productos/_sugerencias.html")


def test_suggestions_put_first_what_is_meant(client, operador):
    for sku, nombre in (("1", "Agua para inyección"), ("2", "Paracetamol"), ("3", "Gotas"), ("PARA", "Zinc")):
        ProductoFactory(sku=sku, nombre=nombre)
    client.force_login(operador)

    opciones = client.get("/productos/sugerencias/?q=para").context["opciones"]

    assert [p.nombre for p, _exacta in opciones] == ["Zinc", "Paracetamol", "Agua para inyección"]
