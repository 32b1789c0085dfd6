"""What ends with an access does not come back with it: tokens and sessions."""

import pytest
from django.contrib.auth.models import AbstractUser, Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from inventario.cuentas import tokens
from inventario.cuentas.dos_factores import services
from inventario.cuentas.models import Auditoria, Token
from pruebas.ayudas import codigo_totp
from pruebas.factories import UsuarioFactory

pytestmark = pytest.mark.django_db
CLAVE = "una-frase-larga-7"
NUEVA = "otra-frase-larga-9"


@pytest.fixture
def ana(operador):
    operador.set_password(CLAVE)
    operador.save()
    return operador


@pytest.fixture
def sesion(ana):
    cliente = Client()
    cliente.force_login(ana)
    return cliente


@pytest.fixture
def clave(ana):
    return tokens.crear(usuario=ana)[1]


def sirve(clave):
    return Client(headers={"Authorization": f"Token {clave}"}).get("/api/v1/productos/").status_code == 200


def abierta(sesion):
    return sesion.get("/cuenta/").status_code == 200


def desactivar_y_volver(usuario):
    for activo in (False, True):
        usuario.is_active = activo
        usuario.save(update_fields=["is_active"])


def test_nothing_of_before_works_when_a_deactivated_user_comes_back(ana, clave, sesion):
    assert sirve(clave)
    assert abierta(sesion)

    desactivar_y_volver(ana)

    assert not sirve(clave)
    assert not abierta(sesion)
    assert Auditoria.objects.filter(objeto="inventario.token", suceso="baja").count() == 1


def test_the_admin_ends_the_access_and_says_so_when_it_returns(ana, clave, sesion):
    admin = Client()
    admin.force_login(UsuarioFactory(is_superuser=True, is_staff=True))
    pagina = reverse("admin:inventario_usuario_change", args=[ana.pk])
    datos = {"username": ana.username, "tema": "sistema", "date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    datos |= {"groups": [g.pk for g in ana.groups.all()]}

    fuera = admin.post(pagina, datos, follow=True).content.decode()
    vuelta = admin.post(pagina, datos | {"is_active": "on"}, follow=True).content.decode()

    assert "sus tokens (1) terminaron" in fuera
    assert "Sus tokens y sesiones de antes no sirven" in vuelta
    assert not sirve(clave)
    assert not abierta(sesion)


def quitar_por_el_usuario(ana):
    ana.groups.remove(Group.objects.get(name="operador"))


def quitar_por_el_grupo(ana):
    Group.objects.get(name="operador").user_set.remove(ana)


def vaciar(ana):
    ana.groups.clear()


def vaciar_por_el_grupo(ana):
    Group.objects.get(name="operador").user_set.clear()


def cambiar_de_papel(ana):
    ana.groups.set([Group.objects.get(name="consulta")])


def borrar_el_papel(ana):
    Group.objects.get(name="operador").delete()


def quitar_un_permiso(ana):
    ana.user_permissions.remove(Permission.objects.get(codename="ajustar"))


def quitar_personal(ana):
    ana.is_staff = False
    ana.save()


PERDIDAS = [
    quitar_por_el_usuario, quitar_por_el_grupo, vaciar, vaciar_por_el_grupo, cambiar_de_papel, borrar_el_papel,
    quitar_un_permiso, quitar_personal,
]  # fmt: skip


@pytest.mark.parametrize("perder", PERDIDAS, ids=lambda f: f.__name__)
def test_a_token_ends_with_what_its_user_loses(ana, perder):
    ana.is_staff = True
    ana.save()
    ana.user_permissions.add(Permission.objects.get(codename="ajustar"))
    clave = tokens.crear(usuario=ana)[1]
    otra = tokens.crear(usuario=UsuarioFactory(is_superuser=True))[1]

    perder(ana)
    ana.user_permissions.add(Permission.objects.get(codename="view_producto"))

    assert not sirve(clave)
    assert sirve(otra)


def test_gaining_a_role_or_editing_the_rest_ends_nothing(ana, clave, sesion):
    ana.groups.add(Group.objects.get(name="supervisor"))
    ana.first_name, ana.email = "Ana", "ana@example.com"
    ana.save()

    assert sirve(clave)
    assert abierta(sesion)


def test_a_changed_password_ends_other_sessions_and_tokens(ana, clave, sesion):
    otra = Client()
    otra.force_login(ana)
    datos = {"old_password": CLAVE, "new_password1": NUEVA, "new_password2": NUEVA}

    sesion.post(reverse("cambiar_contrasena"), datos)

    assert abierta(sesion)
    assert not abierta(otra)
    assert not sirve(clave)


def test_a_password_hashed_anew_at_a_login_is_no_change(ana, clave):
    ana.password = "x" + ana.password
    ana.save(update_fields=["password"])

    assert Token.objects.filter(user=ana).exists()


def test_a_second_factor_set_up_ends_what_was_opened_without_it(ana, clave, sesion):
    otra = Client()
    otra.force_login(ana)
    sesion.get(reverse("dos_factores:activar"))
    sesion.post(reverse("dos_factores:activar"), {"codigo": codigo_totp(ana.totpdevice_set.get())})

    assert abierta(sesion)
    assert otra.get("/cuenta/").url.startswith(reverse("entrar"))
    assert not sirve(clave)


def test_an_operator_who_takes_the_second_factor_off_ends_the_sessions_of_the_lost_phone(ana, sesion):
    services.por_confirmar(ana, sesion.session)

    call_command("quitar_segundo_factor", ana.username)

    assert not abierta(sesion)


def test_a_session_opened_before_this_version_goes_on(ana):
    assert ana.epoca == 0
    assert ana.get_session_auth_hash() == AbstractUser._get_session_auth_hash(ana)
