"""Packs: what they are, whose GTIN is whose, and what of them stays once something was recorded in them."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from inventario.dominio.exceptions import EnUso
from movimientos.verificacion.esquema import comprobar_esquema
from productos import gtines
from productos.empaques import en_empaques
from productos.models import Empaque, Producto
from pruebas.clientes import ClienteAPI
from pruebas.factories import EmpaqueFactory, ProductoFactory

pytestmark = pytest.mark.django_db
AMOX, CAJA, OTRO = "07501234567893", "17501234567890", "09506000134352"


@pytest.fixture
def api(administrador):
    return ClienteAPI(administrador)


def test_a_pack_is_made_read_changed_and_deleted_by_the_api(api):
    producto = ProductoFactory()

    hecho = api.post("empaques/", {"producto": producto.pk, "nombre": "Caja de 100", "gtin": CAJA, "unidades": 100})

    pk = hecho.json()["id"]
    assert hecho.status_code == 201
    assert hecho.json() == {
        "id": pk,
        "producto": producto.pk,
        "nombre": "Caja de 100",
        "gtin": CAJA,
        "unidades": 100,
        "usado": False,
    }
    assert api("PATCH", f"empaques/{pk}/", {"unidades": 50}).json()["unidades"] == 50
    assert [e["id"] for e in api.get(f"empaques/?producto={producto.pk}").json()["resultados"]] == [pk]
    assert api.get("empaques/?producto=999999").json()["resultados"] == []
    assert api("DELETE", f"empaques/{pk}/").status_code == 204


@pytest.mark.parametrize(
    ("cambio", "campo"),
    [
        ({"unidades": 1}, "unidades"),
        ({"unidades": 0}, "unidades"),
        ({"unidades": "12"}, "unidades"),
        ({"unidades": 10**10}, "unidades"),
        ({"gtin": "17501234567891"}, "gtin"),
        ({"gtin": AMOX}, "gtin"),
        ({"gtin": OTRO}, "gtin"),
        ({"nombre": " "}, "nombre"),
        ({"producto": 999999}, "producto"),
        ({"usado": True}, "usado"),
    ],
)
def test_what_no_pack_can_be_is_said_by_field(api, cambio, campo):
    producto = ProductoFactory(gtin=AMOX)
    EmpaqueFactory(producto=producto, gtin=OTRO)

    r = api.post("empaques/", {"producto": producto.pk, "nombre": "Tarima", "unidades": 600} | cambio)

    assert (r.status_code, list(r.json()["errores"])) == (400, [campo])


def test_a_product_does_not_take_the_gtin_of_a_pack(api):
    empaque = EmpaqueFactory(gtin=CAJA)

    r = api.post("productos/", {"sku": "OTRO", "nombre": "Otro", "gtin": CAJA})

    assert r.status_code == 400
    assert str(empaque.producto) in r.json()["errores"]["gtin"][0]
    with pytest.raises(ValidationError):
        ProductoFactory.build(gtin=CAJA).full_clean()


# Each road to one GTIN twice that passes by the forms; the database itself refuses.
CAMINOS = {
    "a pack is made": lambda: EmpaqueFactory(gtin=AMOX),
    "a product is made": lambda: ProductoFactory(gtin=CAJA),
    "packs are written together": lambda: Empaque.objects.update(gtin=AMOX),
    "products are written together": lambda: Producto.objects.filter(gtin=AMOX).update(gtin=CAJA),
    "products are made together": lambda: Producto.objects.bulk_create([ProductoFactory.build(gtin=CAJA)]),
}


@pytest.mark.parametrize("camino", CAMINOS)
def test_the_database_gives_one_gtin_to_one_thing(camino):
    ProductoFactory(gtin=AMOX)
    EmpaqueFactory(gtin=CAJA)

    with pytest.raises(IntegrityError), transaction.atomic():
        CAMINOS[camino]()

    assert Empaque.objects.get().gtin == CAJA
    ProductoFactory(gtin=None)
    EmpaqueFactory(gtin=OTRO)
    Producto.objects.filter(gtin=AMOX).update(gtin=AMOX, nombre="Se llama de otro modo")


@pytest.mark.postgres
def test_a_product_and_a_pack_that_take_one_gtin_at_once_are_not_both_written(transactional_db):
    producto = ProductoFactory()
    hechos, barrera = [], threading.Barrier(2)

    def escribir(hacer):
        try:
            with transaction.atomic():
                barrera.wait()
                hacer()
                connection.cursor().execute("SELECT pg_sleep(0.2)")
            hechos.append(1)
        except IntegrityError:
            hechos.append(0)
        finally:
            connections.close_all()

    hilos = [
        threading.Thread(target=escribir, args=[hacer])
        for hacer in (lambda: ProductoFactory(gtin=CAJA), lambda: EmpaqueFactory(producto=producto, gtin=CAJA))
    ]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()

    assert sorted(hechos) == [0, 1]


def test_a_trigger_that_is_missing_is_said_and_put_back():
    assert gtines.faltantes(connection) == set()
    gtines.quitar(connection)

    faltan = {h.tabla for h in comprobar_esquema()}

    assert faltan == gtines.faltantes(connection) != set()
    gtines.instalar(connection)
    assert list(comprobar_esquema()) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "otro",
    [
        "BEFORE INSERT OR UPDATE OF gtin ON {} FOR EACH ROW WHEN (false) EXECUTE FUNCTION {}('productos_producto')",
        "BEFORE INSERT ON {} FOR EACH ROW WHEN (new.gtin IS NOT NULL) EXECUTE FUNCTION {}('productos_producto')",
        "BEFORE INSERT OR UPDATE OF gtin ON {} FOR EACH ROW WHEN (new.gtin IS NOT NULL) "
        "EXECUTE FUNCTION {}('productos_categoria')",
    ],
)
def test_a_trigger_of_the_name_that_does_another_thing_is_said_and_put_back(db, otro):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER productos_empaque_gtin ON productos_empaque")
        cursor.execute("CREATE TRIGGER productos_empaque_gtin " + otro.format("productos_empaque", gtines._FUNCION))

    assert gtines.faltantes(connection) == {"productos_empaque_gtin"}
    gtines.instalar(connection)
    assert gtines.faltantes(connection) == set()


def test_a_gtin_of_two_things_is_found():
    gtines.quitar(connection)
    producto = ProductoFactory(gtin=CAJA)
    EmpaqueFactory(gtin=CAJA)
    gtines.instalar(connection)

    hallazgos = list(comprobar_esquema())

    assert [(h.codigo, h.tabla, h.fila) for h in hallazgos] == [("gtin_repetido", "productos_producto", producto.pk)]


def test_once_something_was_recorded_in_it_a_pack_keeps_its_units_and_its_product(api, client, admin_user):
    empaque = EmpaqueFactory(unidades=100, gtin=CAJA)
    Empaque.objects.usar([empaque.pk])
    empaque.refresh_from_db()

    for cambio in ({"unidades": 50}, {"producto": ProductoFactory().pk}):
        r = api("PATCH", f"empaques/{empaque.pk}/", cambio)
        assert (r.status_code, r.json()["codigo"]) == (409, "en_uso")
    empaque.unidades = 50
    with pytest.raises(EnUso):
        empaque.save()
    client.force_login(admin_user)
    lugar = reverse("empaques:editar", args=[empaque.pk])
    client.post(lugar, {"producto": empaque.producto.sku, "nombre": "Otra", "unidades": "7", "gtin": OTRO})

    empaque.refresh_from_db()
    assert (empaque.nombre, empaque.unidades, empaque.gtin) == ("Otra", 100, OTRO)


def test_the_page_makes_a_pack_of_the_product_one_comes_from_and_returns_to_it(client, supervisor):
    producto = ProductoFactory(sku="AMOX")
    client.force_login(supervisor)
    formulario = client.get("/empaques/crear/?producto=AMOX").context["formulario"]

    r = client.post("/empaques/crear/", {"producto": "amox", "nombre": "Caja", "unidades": "1,000", "gtin": ""})

    assert formulario["producto"].value() == "AMOX"
    assert r.url == f"/productos/{producto.pk}/"
    assert str(Empaque.objects.get()) == "Caja × 1,000"
    mal = client.post("/empaques/crear/", {"producto": "no hay", "nombre": "Caja", "unidades": "12"})
    assert (mal.status_code, list(mal.context["formulario"].errors)) == (422, ["producto"])


def test_a_product_takes_its_packs_with_it_and_is_found_by_their_gtin(api):
    empaque = EmpaqueFactory(gtin=CAJA)
    producto = empaque.producto
    hallado = api.get("productos/?buscar=17501234567890").json()["resultados"]

    borrado = api("DELETE", f"productos/{producto.pk}/")

    assert [p["id"] for p in hallado] == [producto.pk]
    assert (borrado.status_code, Empaque.objects.count()) == (204, 0)


@pytest.mark.parametrize(
    ("n", "texto"),
    [
        (300, "3 cajas × 100"),
        (-300, "3 cajas × 100"),
        (320, "32 blísteres × 10"),
        (325, "3 cajas × 100 + 25"),
        (100, "1 caja × 100"),
        (12, "1 blíster × 10 + 2"),
        (123_400, "1,234 cajas × 100"),
        (9, ""),
    ],
)
def test_units_are_told_in_the_largest_pack_that_they_fill(n, texto):
    empaques = [Empaque(nombre="blíster", unidades=10), Empaque(nombre="caja", unidades=100)]

    assert en_empaques(n, empaques) == texto
