"""What others depend on is not deleted, and to say so costs the same however much there is of it."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from inventario.dominio.exceptions import EnUso
from lotes.exceptions import AlmacenConExistencias
from lotes.models import Almacen, Lote
from movimientos.models import Motivo
from productos.models import Producto
from pruebas.ayudas import (
    entrar,
)
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def con_lotes():
    def _con_lotes(cuantos):
        producto = ProductoFactory()
        entrar(producto, "A0")
        Lote.objects.bulk_create(Lote(producto=producto, codigo=f"L{n}") for n in range(cuantos - 1))
        return producto

    return _con_lotes


@pytest.mark.parametrize("puerta", ["DELETE", "admin", "admin list", "page"])
def test_to_refuse_a_delete_costs_the_same_however_much_hangs_from_the_row(
    client, admin_user, con_lotes, django_assert_max_num_queries, puerta
):
    client.force_login(admin_user)
    tres, muchos = con_lotes(3), con_lotes(3000)

    def negar(producto):
        if puerta == "DELETE":
            return client.delete(f"/api/v1/productos/{producto.pk}/")
        if puerta == "page":
            return client.post(f"/productos/{producto.pk}/eliminar/")
        if puerta == "admin":
            return client.get(reverse("admin:productos_producto_delete", args=[producto.pk]))
        datos = {"action": "delete_selected", "_selected_action": [producto.pk]}
        return client.post(reverse("admin:productos_producto_changelist"), datos)

    with django_assert_max_num_queries(16):
        assertContains(negar(tres), "A0", status_code=409 if puerta in ("DELETE", "page") else 200)
    with django_assert_max_num_queries(16):
        respuesta = negar(muchos)

    texto = respuesta.content.decode()
    assert re.search(r"\b3\D?000\b", texto)
    assert ("L0" in texto, "L2500" in texto) == (True, False)
    assert len(texto) < 60_000
    assert Producto.objects.count() == 2


def test_the_api_tells_how_many_and_the_first_names(client, admin_user, con_lotes):
    client.force_login(admin_user)
    producto = con_lotes(30)

    r = client.delete(f"/api/v1/productos/{producto.pk}/").json()

    assert r["codigo"] == "producto_con_lotes"
    assert r["dependen"] == [{"modelo": "lote", "cuantos": 30, "hay_mas": False, "ejemplos": ["A0", "L0", "L1"]}]


def test_a_delete_by_the_admins_list_asks_each_row(client, admin_user, almacen):
    client.force_login(admin_user)
    for modelo, fila in ((Almacen, almacen), (Motivo, Motivo.objects.get(codigo="merma"))):
        datos = {"action": "delete_selected", "_selected_action": [fila.pk], "post": "yes"}
        r = client.post(reverse(f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}_changelist"), datos)
        assert r.status_code == 409
        with pytest.raises(EnUso):
            fila.delete()
        assert modelo.objects.filter(pk=fila.pk).exists()


def test_a_shell_is_refused_as_everybody(con_lotes):
    with pytest.raises(EnUso) as info:
        con_lotes(3).delete()
    assert info.value.codigo == "producto_con_lotes"
    almacen = AlmacenFactory()
    entrar(ProductoFactory(), almacen=almacen)
    almacen.activo = False
    with pytest.raises(AlmacenConExistencias):
        almacen.save()
