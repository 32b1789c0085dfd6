"""What the audit keeps, and that nobody takes it back."""

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from inventario.cuentas import auditoria
from inventario.cuentas.models import Auditoria
from lotes.models import Almacen
from movimientos.models import Motivo
from pruebas.factories import ProductoFactory, UsuarioFactory


def _ultima(**filtro) -> Auditoria:
    return Auditoria.objects.filter(**filtro).latest("pk")


@pytest.fixture
def superusuario(db):
    return UsuarioFactory(username="raiz", is_staff=True, is_superuser=True)


def test_a_change_of_a_product_keeps_who_when_from_where_and_both_values(client: Client, superusuario):
    producto = ProductoFactory(sku="A1", nombre="Antes")
    client.force_login(superusuario)
    url = reverse("admin:productos_producto_change", args=[producto.pk])
    formulario = client.get(url).context["adminform"].form
    datos = {k: "" if v is None else v for k, v in formulario.initial.items()} | {"nombre": "Después"}

    respuesta = client.post(url, datos, headers={"x-request-id": "solicitud-1234"})

    assert respuesta.status_code == 302
    registro = _ultima(suceso="cambio", objeto="productos.producto")
    assert registro.cambios == {"nombre": ["Antes", "Después"]}
    assert (registro.usuario, registro.usuario_id) == ("raiz", superusuario.pk)
    assert (registro.objeto_id, registro.direccion) == (str(producto.pk), "127.0.0.1")
    assert registro.id_solicitud == "solicitud-1234"


def test_catalogues_are_audited_from_birth_to_death(db):
    motivo = Motivo.objects.create(codigo="prueba", nombre="Prueba", tipo="salida")
    motivo.nombre = "Otra"
    motivo.save()
    motivo.save()  # nothing changed: nothing to tell
    motivo.delete()

    suyos = Auditoria.objects.filter(objeto="movimientos.motivo", descripcion__in=["Prueba", "Otra"]).order_by("pk")
    assert list(suyos.values_list("suceso", flat=True)) == ["alta", "cambio", "baja"]


def test_what_is_audited_are_the_catalogues_and_whatever_lets_somebody_in():
    assert {modelo._meta.label_lower for modelo in auditoria.auditados()} == {
        "productos.categoria",
        "productos.producto",
        "productos.empaque",
        "lotes.almacen",
        "lotes.lote",
        "movimientos.motivo",
        "inventario.empresa",
        "movimientos.conteo",
        "inventario.usuario",
        "inventario.token",
        "auth.group",
        "otp_totp.totpdevice",
        "otp_static.staticdevice",
        "otp_static.statictoken",
    }


def test_a_password_is_never_written_down(db):
    usuario = UsuarioFactory(username="ana", password="sin uso")
    usuario.set_password("una clave muy larga")
    usuario.save()

    cambios = _ultima(objeto="inventario.usuario", suceso="cambio").cambios

    assert cambios == {"password": ["***", "***"]}


def test_roles_and_permissions_given_and_taken_are_audited(db):
    usuario, grupo = UsuarioFactory(), Group.objects.get(name="supervisor")

    usuario.groups.add(grupo)
    assert _ultima(objeto="inventario.usuario").cambios == {"auth.group": [[], ["supervisor"]]}

    usuario.groups.remove(grupo)
    assert _ultima(objeto="inventario.usuario").cambios == {"auth.group": [["supervisor"], []]}

    permiso = grupo.permissions.first()
    grupo.permissions.remove(permiso)
    tenia, tiene = _ultima(objeto="auth.group").cambios["auth.permission"]
    assert tenia == sorted([*tiene, str(permiso)])

    antes = Auditoria.objects.count()
    usuario.groups.remove(grupo)  # which it has no more
    grupo.permissions.remove(permiso)
    assert Auditoria.objects.count() == antes


def test_audit_goes_back_with_what_it_tells(db):
    antes = Auditoria.objects.count()

    with transaction.atomic():
        Almacen.objects.create(codigo="X", nombre="X")
        transaction.set_rollback(True)

    assert Auditoria.objects.count() == antes


def test_without_its_audit_a_change_does_not_happen(transactional_db, monkeypatch):
    def falla(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("inventario.cuentas.auditoria.anotar", falla)

    with pytest.raises(DatabaseError):
        Almacen.objects.create(codigo="X", nombre="X")

    assert not Almacen.objects.filter(codigo="X").exists()


def test_logins_correct_failed_and_ended_are_audited(client: Client, db):
    usuario = UsuarioFactory(username="ana")
    usuario.set_password("una clave muy larga")
    usuario.save()

    client.login(request=client.get("/salud/viva/").wsgi_request, username="ana", password="mala")
    assert _ultima().suceso == "fallo"
    assert _ultima().descripcion == "ana"
    client.login(request=client.get("/salud/viva/").wsgi_request, username="ana", password="una clave muy larga")
    assert (_ultima().suceso, _ultima().usuario) == ("entrada", "ana")
    client.logout()
    assert (_ultima().suceso, _ultima().usuario) == ("salida", "ana")


def test_whoever_fails_too_often_is_locked_out_alone_and_once_audited(client: Client, db, settings):
    usuario = UsuarioFactory(username="ana")
    usuario.set_password("una clave muy larga")
    usuario.save()

    def entrar(clave: str, direccion: str) -> bool:
        solicitud = client.get("/salud/viva/", REMOTE_ADDR=direccion).wsgi_request
        return client.login(request=solicitud, username="ana", password=clave)

    for _n in range(settings.AXES_FAILURE_LIMIT + 5):
        assert not entrar("mala", "203.0.113.66")

    assert not entrar("una clave muy larga", "203.0.113.66")
    assert entrar("una clave muy larga", "198.51.100.7")
    assert Auditoria.objects.filter(suceso="bloqueo").count() >= 1
    assert Auditoria.objects.filter(suceso="fallo").count() <= settings.AXES_FAILURE_LIMIT


@pytest.mark.parametrize(
    "sql", ["UPDATE inventario_auditoria SET usuario = 'otro'", "DELETE FROM inventario_auditoria"]
)
def test_the_database_refuses_to_rewrite_the_audit(db, sql):
    UsuarioFactory()

    with pytest.raises(DatabaseError, match="inmutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_audit_is_read_in_the_admin_and_not_touched(client: Client, superusuario):
    client.force_login(superusuario)
    registro = _ultima()

    assert client.get(reverse("admin:inventario_auditoria_changelist")).status_code == 200
    assert (
        client.post(reverse("admin:inventario_auditoria_delete", args=[registro.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert client.get(reverse("admin:inventario_auditoria_add")).status_code == 403


def test_the_admin_has_no_door_of_its_own(client: Client, operador):
    respuesta = client.get("/admin/login/?next=/admin/")
    assert respuesta.status_code == 302
    assert respuesta.url.startswith("/entrar/") or "next=" in respuesta.url

    client.force_login(operador)
    assert client.get("/admin/login/").status_code == 403
