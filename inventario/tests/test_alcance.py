"""Nobody grants, takes over an account with, or makes a key for, what they lack; and who administers can still do the job."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from inventario.cuentas import alcance, tokens
from inventario.cuentas.models import Token, Usuario
from pruebas.factories import UsuarioFactory

pytestmark = pytest.mark.django_db
CLAVE = "otra-frase-larga-9"


def url(modelo, pagina, *args):
    return reverse(f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}_{pagina}", args=args)


def dar(usuario, *codigos):
    usuario.user_permissions.add(*Permission.objects.filter(codename__in=codigos))
    return usuario


@pytest.fixture
def actor(client, administrador):
    """An administrator who is no superuser, with every permission over roles and second factors that a customer may add."""
    aparte = ("add_group", "change_group", "delete_group", "view_group")
    factores = [f"{a}_{m}" for a in ("add", "change", "delete", "view") for m in ("totpdevice", "staticdevice")]
    dar(administrador, *aparte, *factores)
    Usuario.objects.filter(pk=administrador.pk).update(is_staff=True)
    administrador.refresh_from_db()
    client.force_login(administrador)
    return administrador


@pytest.fixture
def poderoso_grupo(db):
    grupo = Group.objects.create(name="sistemas")
    grupo.permissions.add(Permission.objects.get(codename="delete_logentry"))
    return grupo


def _superusuario(grupo):
    return UsuarioFactory(is_superuser=True)


def _con_grupo(grupo):
    usuario = UsuarioFactory()
    usuario.groups.add(grupo)
    return usuario


def _con_permiso_propio(grupo):
    return dar(UsuarioFactory(), "delete_logentry")


def _desactivado(grupo):
    """Deactivated: it could be brought back with another password."""
    usuario = _con_grupo(grupo)
    Usuario.objects.filter(pk=usuario.pk).update(is_active=False)
    usuario.refresh_from_db()
    return usuario


PODEROSOS = [_superusuario, _con_grupo, _con_permiso_propio, _desactivado]


@pytest.fixture(params=PODEROSOS, ids=lambda f: f.__name__)
def poderoso(request, poderoso_grupo):
    return request.param(poderoso_grupo)


def datos(usuario, **otros):
    campos = {
        "username": usuario.username, "email": usuario.email, "is_active": "on", "tema": "sistema", "first_name": "",
        "date_joined_0": "2026-01-01", "date_joined_1": "10:00:00", "groups": [g.pk for g in usuario.groups.all()],
    }  # fmt: skip
    return campos | otros


def test_who_has_more_cannot_be_edited_nor_deleted(client, actor, poderoso):
    antes = Usuario.objects.values().get(pk=poderoso.pk)

    respuestas = [
        client.post(url(Usuario, "change", poderoso.pk), datos(poderoso, email="yo@example.com")),
        client.post(
            reverse("admin:auth_user_password_change", args=[poderoso.pk]), {"password1": CLAVE, "password2": CLAVE}
        ),
        client.post(url(Usuario, "delete", poderoso.pk), {"post": "yes"}),
        client.post(
            url(Usuario, "changelist"), {"action": "delete_selected", "_selected_action": poderoso.pk, "post": "yes"}
        ),
    ]

    assert [r.status_code for r in respuestas] == [403] * 4
    assert Usuario.objects.values().get(pk=poderoso.pk) == antes


def test_no_key_is_made_for_who_has_more_nor_are_theirs_seen(client, actor, poderoso):
    suyo, _clave = tokens.crear(usuario=poderoso, nombre="caja fuerte")

    respuesta = client.post(url(Token, "add"), {"nombre": "x", "user": poderoso.pk, "expiry_0": "", "expiry_1": ""})
    client.post(url(Token, "delete", suyo.pk), {"post": "yes"})
    client.post(url(Token, "changelist"), {"action": "delete_selected", "_selected_action": suyo.pk, "post": "yes"})

    assert respuesta.status_code == 200
    assert list(Token.objects.all()) == [suyo]
    assert "caja fuerte" not in client.get(url(Token, "changelist")).content.decode()


@pytest.mark.parametrize("modelo", [TOTPDevice, StaticDevice], ids=lambda m: m.__name__)
def test_no_second_factor_is_put_on_or_taken_off_who_has_more(client, actor, poderoso, modelo):
    suyo = modelo.objects.create(user=poderoso, name="suyo")
    lineas = {f"token_set-{x}_FORMS": 0 for x in ("TOTAL", "INITIAL")}
    nuevo = {"user": poderoso.pk, "name": "mío", "confirmed": "on", "key": "aa" * 20, "step": 30, "t0": 0, "digits": 6}

    client.post(url(modelo, "add"), nuevo | {"tolerance": 1} | lineas)
    client.post(url(modelo, "change", suyo.pk), nuevo | {"tolerance": 1} | lineas)
    client.post(url(modelo, "delete", suyo.pk), {"post": "yes"})
    client.post(url(modelo, "changelist"), {"action": "delete_selected", "_selected_action": suyo.pk, "post": "yes"})

    assert list(modelo.objects.values_list("name", flat=True)) == ["suyo"]


@pytest.mark.parametrize("quien", ["yo", "otro"])
def test_no_role_with_more_is_given_to_oneself_or_to_another(client, actor, operador, poderoso_grupo, quien):
    objetivo = actor if quien == "yo" else operador
    grupos = [*objetivo.groups.values_list("pk", flat=True), poderoso_grupo.pk]

    respuesta = client.post(
        url(Usuario, "change", objetivo.pk), datos(objetivo, groups=grupos, is_superuser="on", is_staff="on")
    )

    assert respuesta.status_code == 200  # the form, with its error
    objetivo.refresh_from_db()
    assert not objetivo.is_superuser
    assert not objetivo.groups.filter(pk=poderoso_grupo.pk).exists()


@pytest.mark.parametrize("camino", ["is_superuser", "user_permissions"])
def test_no_permission_is_given_directly(client, actor, operador, camino):
    permiso = Permission.objects.get(codename="delete_logentry")
    valor = "on" if camino == "is_superuser" else [permiso.pk]

    client.post(url(Usuario, "change", operador.pk), datos(operador, **{camino: valor}))

    operador = Usuario.objects.get(pk=operador.pk)
    assert not operador.has_perm("admin.delete_logentry")


def test_a_role_with_more_is_neither_edited_nor_deleted_and_no_role_gains_more(client, actor, poderoso_grupo):
    propio = Group.objects.get(name="administrador")
    de_mas = Permission.objects.get(codename="delete_logentry")
    antes = propio.permissions.count()

    ajeno = client.post(url(Group, "change", poderoso_grupo.pk), {"name": "x", "permissions": []})
    borrado = client.post(url(Group, "delete", poderoso_grupo.pk), {"post": "yes"})
    mio = client.post(url(Group, "change", propio.pk), {"name": "administrador", "permissions": [de_mas.pk]})
    nuevo = client.post(url(Group, "add"), {"name": "nuevo", "permissions": [de_mas.pk]})

    assert (ajeno.status_code, borrado.status_code, mio.status_code, nuevo.status_code) == (403, 403, 200, 200)
    assert propio.permissions.count() == antes
    assert not Group.objects.filter(name="nuevo").exists()
    assert poderoso_grupo.permissions.count() == 1


def test_an_administrator_invites_resets_and_retires_an_operator(client, actor):
    operadores = Group.objects.get(name="operador")

    alta = client.post(
        url(Usuario, "add"),
        {"username": "nueva", "password1": CLAVE, "password2": CLAVE, "usable_password": "true"},
    )
    nueva = Usuario.objects.get(username="nueva")
    rol = client.post(url(Usuario, "change", nueva.pk), datos(nueva, groups=[operadores.pk]))
    clave = client.post(
        reverse("admin:auth_user_password_change", args=[nueva.pk]),
        {"password1": CLAVE + "x", "password2": CLAVE + "x", "usable_password": "true"},
    )
    token = client.post(url(Token, "add"), {"nombre": "caja", "user": nueva.pk, "expiry_0": "", "expiry_1": ""})
    grupo = client.post(
        url(Group, "add"), {"name": "almacenistas", "permissions": [p.pk for p in operadores.permissions.all()]}
    )
    nueva.refresh_from_db()

    assert [r.status_code for r in (alta, rol, clave, token, grupo)] == [302] * 5
    assert nueva.check_password(CLAVE + "x")
    assert list(nueva.groups.all()) == [operadores]
    assert client.post(url(Usuario, "delete", nueva.pk), {"post": "yes"}).status_code == 302


def gestiona(actor, objetivo):
    return alcance.gestionables(actor, Usuario.objects.filter(pk=objetivo.pk)).exists()


def test_the_rule_both_ways_round(administrador, supervisor, operador):
    jefa, rival = UsuarioFactory(is_superuser=True), UsuarioFactory(is_superuser=True)
    personal = UsuarioFactory(is_staff=True)

    assert gestiona(administrador, operador)
    assert not gestiona(operador, administrador)
    assert not gestiona(supervisor, administrador)
    assert gestiona(supervisor, supervisor)
    assert not gestiona(administrador, jefa)
    assert gestiona(jefa, rival)
    assert not gestiona(administrador, personal)  # staff may do what who is not staff may not
