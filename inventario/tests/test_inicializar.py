"""`inicializar` and `crear_token`: what a deploy runs."""

import io
import threading

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from knox.crypto import hash_token

from inventario.cuentas import roles
from inventario.cuentas.models import Token, Usuario
from inventario.plataforma import puesta_a_punto
from lotes.models import Almacen
from movimientos import candado, catalogo
from movimientos.models import Motivo
from pruebas.factories import UsuarioFactory

CLAVE = "una-clave-bien-larga-7"


@pytest.fixture
def sin_superusuario(monkeypatch):
    for nombre in ("USERNAME", "PASSWORD", "EMAIL"):
        monkeypatch.delenv(f"DJANGO_SUPERUSER_{nombre}", raising=False)


@pytest.fixture
def con_superusuario(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "jefa")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", CLAVE)
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "jefa@example.com")


def inicializar(**opciones) -> str:
    salida = io.StringIO()
    call_command("inicializar", stdout=salida, **opciones)
    return salida.getvalue()


@pytest.mark.django_db
def test_it_seeds_an_empty_database_and_the_second_run_changes_nothing(sin_superusuario):
    Motivo.objects.all().delete()
    Group.objects.all().delete()
    Almacen.objects.all().delete()

    inicializar()
    Motivo.objects.filter(codigo="merma").update(nombre="Rotura")
    inicializar()

    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)
    assert Motivo.objects.count() == len(catalogo.MOTIVOS)
    assert Motivo.objects.get(codigo="merma").nombre == "Rotura"
    almacen = Almacen.objects.get()
    assert (almacen.codigo, almacen.nombre, almacen.predeterminado) == ("PRINCIPAL", "Principal", True)
    assert not Usuario.objects.exists()
    assert candado.faltantes(connection) == set()


@pytest.mark.django_db
def test_a_role_changed_by_the_customer_stays_as_it_is(sin_superusuario):
    operador, supervisor = (Group.objects.get(name=n) for n in ("operador", "supervisor"))
    operador.permissions.clear()
    supervisor.permissions.add(Permission.objects.get(codename="change_usuario"))
    Group.objects.filter(name="administrador").update(name="Gerencia")
    Group.objects.get(name="consulta").delete()
    antes = {g.name: g.permissions.count() for g in Group.objects.all()}

    dicho = inicializar()

    assert {g.name: g.permissions.count() for g in Group.objects.all()} == antes
    assert antes["operador"] == 0
    assert "consulta: deleted, not made again" in dicho


@pytest.mark.django_db
def test_a_role_gains_what_is_new_once_and_the_deploy_says_it(sin_superusuario, monkeypatch):
    Group.objects.filter(name="operador").update(name="Mostrador")
    monkeypatch.setitem(roles.ROLES, "operador", [*roles.ROLES["operador"], "movimientos.revertir"])

    primera, segunda = inicializar(), inicializar()
    mostrador = Group.objects.get(name="Mostrador")
    gano = mostrador.permissions.filter(codename="revertir").exists()
    mostrador.permissions.remove(Permission.objects.get(codename="revertir"))
    tercera = inicializar()

    assert gano
    assert "Mostrador: gains movimientos.revertir" in primera
    assert "Roles: as they are" in segunda
    assert "Roles: as they are" in tercera
    assert not mostrador.permissions.filter(codename="revertir").exists()


@pytest.mark.django_db
def test_a_new_role_never_takes_the_group_that_the_customer_called_so(sin_superusuario, monkeypatch):
    propio = Group.objects.create(name="auditor")
    monkeypatch.setitem(roles.ROLES, "auditor", ["inventario.view_auditoria"])

    dicho = inicializar()

    assert "auditor: there was one of that name, left as it is" in dicho
    assert not propio.permissions.exists()


@pytest.mark.django_db
def test_the_chosen_default_warehouse_is_respected(sin_superusuario):
    Almacen.objects.update(codigo="CENTRAL", nombre="Central")

    inicializar()

    assert list(Almacen.objects.values_list("codigo", flat=True)) == ["CENTRAL"]


@pytest.mark.django_db
def test_it_creates_the_superuser_once_and_never_changes_its_password(con_superusuario, monkeypatch):
    inicializar()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "otra-clave-distinta-9")
    salida = inicializar()

    jefa = Usuario.objects.get(username="jefa")
    assert jefa.is_superuser
    assert jefa.is_staff
    assert jefa.email == "jefa@example.com"
    assert jefa.check_password(CLAVE)
    assert "jefa exists, left as it is" in salida


@pytest.mark.django_db
@pytest.mark.parametrize("clave", ["", "corta", "1234567890123"])
def test_it_refuses_a_superuser_without_a_decent_password(con_superusuario, monkeypatch, clave):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", clave)

    with pytest.raises(CommandError) as error:
        inicializar()

    assert error.value.returncode == 1
    assert not Usuario.objects.exists()


@pytest.mark.postgres
def test_a_second_run_waits_for_the_first_and_gives_up_in_time(transactional_db, sin_superusuario):
    dentro, salir = threading.Event(), threading.Event()

    def otro() -> None:
        with puesta_a_punto.turno(5):
            dentro.set()
            salir.wait(20)
        connections.close_all()

    hilo = threading.Thread(target=otro)
    hilo.start()
    assert dentro.wait(10)
    try:
        with pytest.raises(CommandError) as error:
            inicializar(espera=0.3)
    finally:
        salir.set()
        hilo.join()

    assert error.value.returncode == 2
    assert "Ready" in inicializar(espera=5)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_on_sqlite_the_turn_is_a_lock_on_a_file_beside_the_database(tmp_path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "base.sqlite3"))

    with puesta_a_punto.turno(1), pytest.raises(puesta_a_punto.TurnoOcupado), puesta_a_punto.turno(0.1):
        pytest.fail("two were inside")

    with puesta_a_punto.turno(0.1):
        assert (tmp_path / "base.sqlite3-turno").exists()


def crear_token(*argumentos: str) -> tuple[str, str]:
    salida, explicacion = io.StringIO(), io.StringIO()
    call_command("crear_token", *argumentos, stdout=salida, stderr=explicacion)
    return salida.getvalue(), explicacion.getvalue()


@pytest.mark.django_db
def test_the_key_comes_alone_on_stdout_and_only_its_hash_is_stored(operador):
    clave, explicacion = crear_token("operador", "--nombre", "Caja 2", "--caduca", "30")

    token = Token.objects.get()
    assert clave.endswith("\n")
    assert token.digest == hash_token(clave.strip())
    assert (token.user, token.nombre) == (operador, "Caja 2")
    assert (token.expiry - timezone.now()).days == 29
    assert "cannot be shown again" in explicacion
    assert clave.strip() not in explicacion


@pytest.mark.django_db
def test_without_caduca_the_key_does_not_expire(operador):
    crear_token("operador")

    assert Token.objects.get().expiry is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "argumentos",
    [
        ("nadie",),
        ("inactiva",),
        ("operador", "--caduca", "0"),
        ("operador", "--caduca", "99999"),
        ("operador", "--nombre", "x" * 61),
        ("operador", "--nombre", "a\x00b"),
    ],
)
def test_a_key_is_refused_to_whoever_could_not_use_it(operador, argumentos):
    UsuarioFactory(username="inactiva", is_active=False)

    with pytest.raises(CommandError) as error:
        crear_token(*argumentos)

    assert error.value.returncode == 1
    assert not Token.objects.exists()
