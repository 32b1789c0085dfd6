"""The pages that every catalogue has, made from its declaration; and what each catalogue refuses."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.db.models.signals import pre_save
from django.test import Client, RequestFactory
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from inventario.dominio.vida import dependientes
from inventario.menu import MENU
from inventario.paginas import catalogo, navegacion
from lotes.models import Almacen
from movimientos.models import Motivo
from productos.models import Categoria, Producto
from pruebas.ayudas import nuevo_lote, sacar, trasladar
from pruebas.clientes import sin_prendas
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db
TRES = ("categorias", "almacenes", "motivos")
en_cada_uno = pytest.mark.parametrize("nombre", TRES)


@pytest.fixture
def motivo(db):
    return Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida", admite_no_disponible=True)


@pytest.fixture
def historia(motivo):
    """A lot that came into a warehouse of its own and left in part by a reason of its own."""
    almacen, categoria = AlmacenFactory(codigo="NORTE", nombre="Norte"), CategoriaFactory(nombre="Vacunas")
    lote = nuevo_lote(ProductoFactory(categoria=categoria), almacen=almacen)
    sacar(lote, 4, motivo.codigo, almacen=almacen)
    return {"categorias": categoria, "almacenes": almacen, "motivos": motivo, "lote": lote}


@en_cada_uno
def test_the_list_answers_htmx_with_its_table_only(client, consulta, historia, nombre):
    client.force_login(consulta)
    fila = historia[nombre]

    pagina = client.get(f"/{nombre}/?buscar={fila.nombre}")
    fragmento = client.get(f"/{nombre}/?buscar={fila.nombre}", headers={"HX-Request": "true"})

    assert list(pagina.context["pagina"]) == [fila]
    assert b"<html" in pagina.content
    assert b"<html" not in fragmento.content
    assert sin_prendas(fragmento).strip() in sin_prendas(pagina)
    assertContains(client.get(f"/{nombre}/?orden=password"), "Un filtro no es válido", status_code=400)


@en_cada_uno
def test_the_list_costs_the_same_however_many(client, consulta, settings, django_assert_num_queries, nombre):
    Categoria.objects.bulk_create(Categoria(nombre=f"Categoría {n:03}") for n in range(60))
    Almacen.objects.bulk_create(Almacen(codigo=f"A{n}", nombre=f"Almacén {n:03}") for n in range(60))
    Motivo.objects.bulk_create(Motivo(codigo=f"m{n}", nombre=f"Motivo {n:03}", tipo="salida") for n in range(60))
    client.force_login(consulta)

    # session (kept in the cache where there is one), user, permissions, the page, how many there are
    with django_assert_num_queries(3 if settings.CACHE_URL else 4):
        respuesta = client.get(f"/{nombre}/")

    assert (len(respuesta.context["pagina"]), respuesta.context["pagina"].siguiente) == (50, 2)


@en_cada_uno
def test_who_may_only_look_sees_no_way_to_change(client, consulta, administrador, historia, nombre):
    enlaces = [f"/{nombre}/crear/", f"/{nombre}/{historia[nombre].pk}/editar/"]

    client.force_login(consulta)
    for enlace in enlaces:
        assertNotContains(client.get(f"/{nombre}/"), enlace)
    client.force_login(administrador)
    for enlace in enlaces:
        assertContains(client.get(f"/{nombre}/"), enlace)


def test_an_empty_list_offers_the_first_row_and_a_search_in_vain_another_text(client, supervisor):
    client.force_login(supervisor)

    assertContains(client.get("/categorias/"), "Todavía no hay nada")
    assertContains(client.get("/categorias/"), "/categorias/crear/", count=2)
    assertContains(client.get("/categorias/?buscar=nada"), "Nada coincide")


def test_the_menu_has_settings_only_for_who_may_change_one(consulta, operador, supervisor, administrador):
    def ajustes(usuario):
        peticion = RequestFactory().get("/")
        peticion.user = usuario
        return [d["ruta"] for s in navegacion.menu(peticion) if s["titulo"] == "Ajustes" for d in s["destinos"]]

    todos = [d.ruta for titulo, destinos in MENU if titulo == "Ajustes" for d in destinos]
    assert {f"{nombre}:lista" for nombre in TRES} <= set(todos)
    assert [ajustes(x) for x in (consulta, operador)] == [[], []]
    assert ajustes(administrador) == todos
    assert ajustes(supervisor) == [ruta for ruta in todos if ruta != "empresa"]


def test_a_row_is_created_and_its_duplicate_refused_beside_its_field(client, administrador):
    client.force_login(administrador)
    datos = {"codigo": " sur ", "nombre": "Sur", "activo": "on"}

    assertRedirects(client.post("/almacenes/crear/", datos), "/almacenes/")
    otra = client.post("/almacenes/crear/", datos | {"nombre": "Otro sur"})

    assert Almacen.objects.get(nombre="Sur").codigo == "SUR"
    assert (otra.status_code, list(otra.context["formulario"].errors)) == (422, ["codigo"])
    assertContains(otra, 'value="Otro sur"', status_code=422)


def test_a_row_is_edited_under_its_old_name_until_it_is_saved(client, supervisor):
    fila, ajena = CategoriaFactory(nombre="Vacunas"), CategoriaFactory(nombre="Sueros")
    client.force_login(supervisor)

    mal = client.post(f"/categorias/{fila.pk}/editar/", {"nombre": ajena.nombre, "dias_aviso": "4000"})
    bien = client.post(f"/categorias/{fila.pk}/editar/", {"nombre": "Biológicos", "dias_aviso": "60"}, follow=True)

    assertContains(mal, "Editar Vacunas", status_code=422)
    assert set(mal.context["formulario"].errors) == {"nombre", "dias_aviso"}
    assertContains(bien, "Cambios guardados.")
    fila.refresh_from_db()
    assert (fila.nombre, fila.dias_aviso) == ("Biológicos", 60)


@pytest.mark.parametrize("pk", [0, 987654, 10**30])
@pytest.mark.parametrize("metodo", ["get", "post"])
def test_a_row_that_is_not_there_is_404_and_nothing_is_written(client, administrador, metodo, pk):
    client.force_login(administrador)

    for lugar in ("editar", "eliminar"):
        assert getattr(client, metodo)(f"/categorias/{pk}/{lugar}/", {"nombre": "Nueva"}).status_code == 404
    assert not Categoria.objects.exists()


def test_a_row_nobody_points_to_is_deleted_after_asking(client, administrador, motivo):
    client.force_login(administrador)

    assertContains(client.get(f"/motivos/{motivo.pk}/eliminar/"), "No se puede deshacer")
    respuesta = client.post(f"/motivos/{motivo.pk}/eliminar/", follow=True)

    assertContains(respuesta, "Se eliminó Donativo.")
    assert not Motivo.objects.filter(pk=motivo.pk).exists()


@en_cada_uno
@pytest.mark.parametrize("desde_entonces", [False, True], ids=["before", "since it was asked"])
def test_a_row_in_use_stays_and_the_page_says_the_way_out(
    client, administrador, historia, nombre, desde_entonces, monkeypatch
):
    if desde_entonces:
        monkeypatch.setattr(catalogo, "dependientes", lambda fila: [])
    fila = historia[nombre]
    client.force_login(administrador)

    respuesta = client.post(f"/{nombre}/{fila.pk}/eliminar/")

    salida = "páselos antes a otra" if nombre == "categorias" else f"/{nombre}/{fila.pk}/editar/#id_activo"
    assertContains(respuesta, salida, status_code=409)
    assert type(fila).objects.filter(pk=fila.pk).exists()


def test_to_refuse_a_delete_reads_none_of_what_hangs_from_the_row(client, administrador, historia, monkeypatch):
    """A warehouse has all its history: EXISTS stops at the first row."""
    client.force_login(administrador)
    monkeypatch.setattr(catalogo, "_borrar", None)  # not even tried

    for fila in (*(historia[nombre] for nombre in TRES), Producto.objects.get()):
        assert dependientes(fila)
    assert client.post(f"/almacenes/{historia['almacenes'].pk}/eliminar/").status_code == 409


def test_a_destination_of_transfers_is_in_use_too(historia, almacen):
    destino = AlmacenFactory()
    operacion = trasladar(historia["lote"], 1, destino, almacen=historia["almacenes"])

    assert operacion.almacen != destino
    assert dependientes(destino)
    assert not dependientes(almacen)


def test_there_is_always_one_default_warehouse(client, administrador, almacen):
    otro = AlmacenFactory(codigo="OTRO", nombre="Otro")
    client.force_login(administrador)
    datos = {"codigo": almacen.codigo, "nombre": almacen.nombre, "activo": "on", "predeterminado": "on"}

    def sin(campo):
        return client.post(f"/almacenes/{almacen.pk}/editar/", {k: v for k, v in datos.items() if k != campo})

    for campo in ("predeterminado", "activo"):
        assert list(sin(campo).context["formulario"].errors) == [campo]
    assertContains(client.post(f"/almacenes/{almacen.pk}/eliminar/"), "elija antes otro", status_code=409)
    assertNotContains(client.get(f"/almacenes/{almacen.pk}/editar/"), "/eliminar/")
    pasa = datos | {"codigo": "OTRO", "nombre": "Otro"}
    assertRedirects(client.post(f"/almacenes/{otro.pk}/editar/", pasa), "/almacenes/")
    assert list(Almacen.objects.filter(predeterminado=True)) == [otro]


def test_a_reason_already_used_keeps_what_operations_were_judged_by(client, administrador, historia):
    motivo = historia["motivos"]
    client.force_login(administrador)

    client.post(
        f"/motivos/{motivo.pk}/editar/", {"codigo": "x", "nombre": "Donado", "tipo": "entrada", "es_consumo": "on"}
    )

    hoy = Motivo.objects.get(pk=motivo.pk)
    assert (hoy.nombre, hoy.activo) == ("Donado", False)
    assert (hoy.codigo, hoy.tipo, hoy.es_consumo, hoy.admite_no_disponible) == ("donativo", "salida", False, True)
    assertContains(client.get(f"/motivos/{motivo.pk}/editar/"), "Lo que está en gris ya no cambia")


def test_a_reason_of_the_system_changes_its_name_only_and_one_not_used_changes_whole(client, administrador, motivo):
    merma = Motivo.objects.get(codigo="merma")
    client.force_login(administrador)
    datos = {"codigo": "otra", "nombre": "Otra", "tipo": "entrada"}

    client.post(f"/motivos/{merma.pk}/editar/", datos)
    client.post(f"/motivos/{motivo.pk}/editar/", datos)

    fijo, libre = Motivo.objects.get(pk=merma.pk), Motivo.objects.get(pk=motivo.pk)
    assert (fijo.codigo, fijo.nombre, fijo.tipo, fijo.activo) == ("merma", "Otra", "salida", True)
    assert (libre.codigo, libre.nombre, libre.tipo, libre.activo) == ("otra", "Otra", "entrada", False)
    assertContains(client.post(f"/motivos/{merma.pk}/eliminar/"), "del sistema", status_code=409)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("lugar", "modelo", "datos"),
    [
        ("/categorias/crear/", Categoria, {"nombre": "Vacunas"}),
        ("/productos/crear/", Producto, {"sku": "A", "nombre": "A", "unidad": "u", "stock_minimo": 0, "vida_minima_despacho": 0}),
    ],
    ids=["categoría", "producto"],
)  # fmt: skip
def test_two_who_write_the_same_at_once_are_told(transactional_db, supervisor, lugar, modelo, datos):
    """Both are judged before either is saved: one is saved, and the other learns that it exists."""
    juntos = Barrier(2)
    esperan = set(range(2))

    def al_guardar(**kwargs):
        if esperan:  # only the first attempt of each
            esperan.pop()
            juntos.wait(timeout=30)

    def enviar(_n):
        try:
            cliente = Client()
            cliente.force_login(supervisor)
            return cliente.post(lugar, datos)
        finally:
            connections.close_all()

    pre_save.connect(al_guardar, sender=modelo, weak=False)
    try:
        with ThreadPoolExecutor(2) as hilos:
            respuestas = list(hilos.map(enviar, range(2)))
    finally:
        pre_save.disconnect(al_guardar, sender=modelo)

    assert sorted(r.status_code for r in respuestas) == [302, 422]
    assert modelo.objects.count() == 1
