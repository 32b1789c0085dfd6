"""A new installation leads by the hand, until something was dispatched; a demo says that it is one, and can be left."""

import pytest
from django.contrib.auth.forms import SetPasswordForm
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from inventario.cuentas.models import Usuario
from inventario.demo import tienda, vaciar
from inventario.dominio.exceptions import ErrorDeDominio
from inventario.empresa.models import Empresa
from lotes.models import Almacen
from movimientos.candado import faltantes
from movimientos.models import Movimiento, Operacion
from productos.models import Producto
from pruebas.ayudas import despachar, entrar
from pruebas.factories import ProductoFactory, UsuarioFactory


@pytest.fixture
def de_dentro(client, administrador):
    client.force_login(administrador)
    return client


def _pasos(client):
    guia = client.get("/").context["guia"]
    return guia and [p.hecho for p in guia.pasos]


def test_each_step_knows_whether_it_is_done_and_all_go_with_the_first_dispatch(de_dentro, almacen):
    assert _pasos(de_dentro) == [False] * 6
    de_dentro.post("/empresa/", {"nombre": "Botica", "moneda": ""})
    almacen.nombre = "Centro"
    almacen.save()
    UsuarioFactory()
    producto = ProductoFactory()
    assert _pasos(de_dentro) == [True, True, True, True, False, False]
    entrar(producto, cantidad=5)
    assert _pasos(de_dentro) == [True, True, True, True, True, False]
    despachar(producto, 1)
    assert _pasos(de_dentro) is None


def test_nothing_in_order_is_said_over_zeros(de_dentro):
    pagina = de_dentro.get("/").content.decode()

    assert "Para empezar" in pagina
    assert "Todo en orden" not in pagina
    assert "cifra-valor" not in pagina


def test_every_step_leads_somewhere(de_dentro, administrador):
    administrador.is_staff = True
    administrador.save()
    for paso in de_dentro.get("/").context["guia"].pasos:
        assert de_dentro.get(paso.url).status_code == 200


def test_who_may_do_little_sees_only_that(client, operador, consulta):
    client.force_login(operador)
    assert len(_pasos(client)) == 2
    client.force_login(consulta)
    assert _pasos(client) is None


def test_it_can_be_put_away(de_dentro):
    de_dentro.post(reverse("cerrar_guia"))

    assert _pasos(de_dentro) is None
    assert Empresa.objects.get().guia_cerrada


@pytest.fixture
def demostracion(transactional_db):
    """A tiny demo: its people, some stock, its mark."""
    admin = tienda.crear_usuarios()["admin"]
    producto = ProductoFactory()
    entrar(producto, cantidad=5, usuario=admin)
    despachar(producto, 1, usuario=admin)
    vaciar.marcar()
    return admin


def test_a_demo_says_so_before_and_after_the_login(client, demostracion):
    assert "demo-inventario" in client.get("/entrar/").content.decode()
    client.force_login(demostracion)
    assert "Está en una demostración" in client.get("/").content.decode()


def test_a_button_leaves_the_demo_and_one_user_with_a_new_password(client, demostracion):
    client.force_login(demostracion)
    assert client.post("/empresa/empezar/", {"new_password1": "a", "new_password2": "a"}).status_code == 422
    assert Operacion.objects.count() == 2

    respuesta = client.post(
        "/empresa/empezar/", {"new_password1": "otra-clave-larga", "new_password2": "otra-clave-larga"}
    )

    assert respuesta.status_code == 302
    assert not any(m.objects.exists() for m in (Operacion, Movimiento, Producto))
    assert not Empresa.objects.get().es_demo
    assert [u.username for u in Usuario.objects.all()] == ["admin"]
    assert Usuario.objects.get().check_password("otra-clave-larga")
    assert Almacen.objects.predeterminado().nombre == "Principal"
    assert client.get("/").context["guia"].empieza
    assert faltantes(connection) == set()


def test_the_demo_does_not_go_without_the_new_password(client, demostracion, monkeypatch):
    def cae(self, commit=True):
        raise ErrorDeDominio

    monkeypatch.setattr(SetPasswordForm, "save", cae)
    client.force_login(demostracion)
    client.raise_request_exception = False
    client.post("/empresa/empezar/", {"new_password1": "otra-clave-larga", "new_password2": "otra-clave-larga"})

    assert (Operacion.objects.count(), Empresa.objects.get().es_demo) == (2, True)
    assert faltantes(connection) == set()


def test_what_is_recorded_in_earnest_until_the_last_moment_keeps_all(demostracion, monkeypatch):
    quien, producto = UsuarioFactory(is_superuser=True), ProductoFactory()
    original = vaciar.candado.quitar

    def y_antes_alguien(conexion):
        entrar(producto, cantidad=3, usuario=quien)
        original(conexion)

    monkeypatch.setattr(vaciar.candado, "quitar", y_antes_alguien)
    with pytest.raises(vaciar.HayDatos):
        vaciar.vaciar()

    assert Producto.objects.count() == 2
    assert faltantes(connection) == set()


def test_the_command_does_the_same(demostracion, capsys):
    call_command("demo", "--vaciar")

    assert not Usuario.objects.exists()
    call_command("demo", "--si-vacia")
    assert not Producto.objects.exists()


def test_what_is_no_demo_or_was_used_in_earnest_stays(demostracion):
    entrar(ProductoFactory(), cantidad=3, usuario=UsuarioFactory(is_superuser=True))
    with pytest.raises(CommandError):
        call_command("demo", "--vaciar")
    Empresa.objects.update(es_demo=False)
    with pytest.raises(CommandError):
        call_command("demo", "--vaciar")

    assert Operacion.objects.count() == 3
