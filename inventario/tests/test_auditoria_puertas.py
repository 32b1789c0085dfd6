"""Whatever the door, a change of what people edit leaves its record, with what was before and after."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.test import RequestFactory
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from inventario.api.vistas import Catalogo
from inventario.api_urls import rutas
from inventario.cuentas import auditoria, tokens
from inventario.cuentas.models import Auditoria, Token
from lotes import services as lotes
from lotes.cambios import CAMBIOS
from lotes.models import Almacen, Lote
from movimientos.models import Motivo
from productos.models import Categoria, Empaque, Producto
from pruebas import accesos
from pruebas.ayudas import hoy_mas, nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, CategoriaFactory, EmpaqueFactory, ProductoFactory, UsuarioFactory
from pruebas.lectura import Formulario
from pruebas.puertas import PAGINAS, cambiador, en_cada_puerta

pytestmark = pytest.mark.django_db

# What the admin may change of each model, and to what.
EN_ADMIN: dict[str, tuple[str, object]] = {
    "inventario.usuario": ("email", "otra@example.com"),
    "auth.group": ("name", "almacenistas"),
    "otp_totp.totpdevice": ("name", "otro teléfono"),
    "otp_static.staticdevice": ("name", "otra reserva"),
    "productos.categoria": ("dias_aviso", 45),
    "productos.producto": ("stock_minimo", 7),
    "productos.empaque": ("nombre", "caja grande"),
    "lotes.almacen": ("nombre", "Otro almacén"),
    "lotes.lote": ("costo_unitario", "3.25"),
    "movimientos.motivo": ("nombre", "Otro motivo"),
}
DEL_CATALOGO = {
    Producto: ("nombre", "Otro nombre"),
    Categoria: ("nombre", "Otra categoría"),
    Empaque: ("nombre", "caja grande"),
    Almacen: ("nombre", "Otro almacén"),
    Motivo: ("nombre", "Otro motivo"),
}


def _hechas(fila: models.Model, desde: int = 0) -> list[tuple[str, dict]]:
    suyas = Auditoria.objects.filter(objeto=fila._meta.label_lower, objeto_id=str(fila.pk)[:40], pk__gt=desde)
    return list(suyas.order_by("pk").values_list("suceso", "cambios"))


def _ultima() -> int:
    return Auditoria.objects.latest("pk").pk


@pytest.fixture
def filas(db):
    """One row of each model that the admin changes."""
    ana = UsuarioFactory(username="ana", email="una@example.com")
    producto = ProductoFactory(categoria=CategoriaFactory(nombre="Vacunas", dias_aviso=30))
    reserva = StaticDevice.objects.create(user=ana, name="reserva")
    StaticToken.objects.create(device=reserva, token="abcdefgh")
    todas = [
        ana,
        Group.objects.create(name="bodegueros"),
        TOTPDevice.objects.create(user=ana, name="teléfono"),
        reserva,
        producto.categoria,
        producto,
        EmpaqueFactory(producto=producto, nombre="caja"),
        AlmacenFactory(nombre="Norte"),
        nuevo_lote(producto, costo="1.10"),
        Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida"),
    ]
    return {fila._meta.label_lower: fila for fila in todas}


def test_whatever_a_door_changes_is_audited(admin_user):
    """A model that becomes editable, in admin, API or pages, is audited from that day."""
    peticion = RequestFactory().get("/")
    peticion.user = admin_user
    en_admin = {
        modelo
        for modelo, suyo in admin.site._registry.items()
        if suyo.has_change_permission(peticion) or suyo.has_add_permission(peticion)
        if modelo._meta.app_label != "axes"  # what the limit of attempts remembers, not what people keep
    }
    en_api = {vista.queryset.model for _r, vista, _n in rutas.registry if issubclass(vista, Catalogo)}
    editan = {ruta.split("/")[0] for ruta in accesos.PAGINAS if ruta.endswith(("/editar/", "/eliminar/", "/crear/"))}

    assert en_admin | en_api | set(PAGINAS) <= set(auditoria.auditados())
    assert editan == {catalogo.ruta for catalogo in PAGINAS.values()}
    assert {m._meta.label_lower for m in en_admin} == {*EN_ADMIN, "inventario.token"}
    assert set(PAGINAS) == set(DEL_CATALOGO) >= en_api


@pytest.mark.parametrize("modelo", EN_ADMIN)
def test_the_admin_leaves_one_record_with_both_values(client, admin_user, filas, modelo):
    client.force_login(admin_user)
    fila, (campo, valor) = filas[modelo], EN_ADMIN[modelo]
    lugar = reverse(f"admin:{modelo.replace('.', '_')}_change", args=[fila.pk])
    antes, desde = auditoria._json(campo, getattr(fila, campo)), _ultima()

    respuesta = client.post(lugar, Formulario(client.get(lugar).content.decode()).datos | {campo: valor})

    assert respuesta.status_code == 302, respuesta.context and respuesta.context["errors"]
    fila.refresh_from_db()
    assert _hechas(fila, desde) == [("cambio", {campo: [antes, auditoria._json(campo, getattr(fila, campo))]})]
    assert Auditoria.objects.filter(pk__gt=desde).get(objeto=modelo).usuario == admin_user.username
    assert antes != auditoria._json(campo, getattr(fila, campo))


@en_cada_puerta
@pytest.mark.parametrize("modelo", DEL_CATALOGO, ids=lambda m: m.__name__)
def test_each_door_of_a_catalogue_leaves_one_record_with_both_values(client, admin_user, filas, modelo, puerta):
    fila, (campo, valor) = filas[modelo._meta.label_lower], DEL_CATALOGO[modelo]
    cambiar, desde, antes = cambiador(client, admin_user), _ultima(), getattr(fila, campo)

    assert cambiar(puerta, fila, **{campo: valor}) is None

    assert _hechas(fila, desde) == [("cambio", {campo: [antes, valor]})]


@pytest.mark.parametrize("puerta", ["api", "page", "admin"])
@pytest.mark.parametrize("modelo", DEL_CATALOGO, ids=lambda m: m.__name__)
def test_what_is_deleted_is_written_down_at_each_door(client, admin_user, modelo, puerta):
    fila = {
        Producto: ProductoFactory,
        Categoria: CategoriaFactory,
        Empaque: EmpaqueFactory,
        Almacen: AlmacenFactory,
        Motivo: lambda: Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida"),
    }[modelo]()
    client.force_login(admin_user)
    ruta, desde = PAGINAS[modelo].ruta, _ultima()

    if puerta == "api":
        assert ClienteAPI(admin_user)("DELETE", f"{ruta}/{fila.pk}/").status_code == 204
    elif puerta == "page":
        assert client.post(f"/{ruta}/{fila.pk}/eliminar/").status_code == 302
    else:
        lugar = reverse(f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}_delete", args=[fila.pk])
        assert client.post(lugar, {"post": "yes"}).status_code == 302

    [(suceso, cambios)] = _hechas(fila, desde)
    assert (suceso, cambios["nombre"]) == ("baja", [fila.nombre, None])


@pytest.mark.parametrize("puerta", ["api", "page", "admin", "service"])
@pytest.mark.parametrize("cambio", CAMBIOS, ids=lambda c: c.codigo)
def test_each_change_of_a_lot_is_audited_at_each_door(client, admin_user, cambio, puerta):
    lote = nuevo_lote(ProductoFactory(), caduca=50)
    if cambio.codigo == "liberar":
        lotes.retener(lote=lote, usuario=admin_user, nota="x")
        lote.refresh_from_db()
    nueva = {} if cambio.a else {"fecha_caducidad": hoy_mas(90)}
    client.force_login(admin_user)
    api, desde = ClienteAPI(admin_user), _ultima()

    if puerta == "api":
        cuerpo = {"nota": "frío roto"} | {k: v.isoformat() for k, v in nueva.items()}
        assert api.post(f"lotes/{lote.pk}/{cambio.codigo}/", cuerpo).status_code == 200
    elif puerta == "page":
        assert (
            client.post(
                reverse("lotes:cambiar", args=[lote.pk, cambio.codigo]), {"nota": "frío roto"} | nueva
            ).status_code
            == 302
        )
    elif puerta == "service" or cambio.a is None:  # the admin leaves the correction of an expiry to the page
        lotes.cambiar(cambio, lote=lote, usuario=admin_user, nota="frío roto", **nueva)
    else:
        accion = {"action": cambio.codigo, "_selected_action": [lote.pk], "confirmar": "1", "nota": "frío roto"}
        client.post(reverse("admin:lotes_lote_changelist"), accion)

    campo = "estado" if cambio.a else "fecha_caducidad"
    despues = str(cambio.a) if cambio.a else hoy_mas(90).isoformat()
    assert _hechas(lote, desde) == [("cambio", {campo: [auditoria._json(campo, getattr(lote, campo)), despues]})]


def test_a_new_cost_is_audited_whether_the_lot_has_moved_or_not(admin_user):
    movido = nuevo_lote(ProductoFactory(), costo="1.10")
    lotes.corregir_costo(lote=movido, usuario=admin_user, nota="factura", costo_unitario=Decimal("2"))
    quieto = Lote.objects.create(producto=ProductoFactory(), codigo="Q", fecha_caducidad=date(2031, 1, 1))
    quieto.costo_unitario = Decimal("5")
    quieto.save()

    assert _hechas(movido) == [("cambio", {"costo_unitario": ["1.1", "2"]})]
    assert _hechas(quieto)[-1] == ("cambio", {"costo_unitario": [None, "5"]})


def test_roles_of_a_person_and_permissions_of_a_role_are_audited_at_the_admin(client, admin_user, filas):
    client.force_login(admin_user)
    ana, rol = filas["inventario.usuario"], filas["auth.group"]
    for fila, campo, valor in ((ana, "groups", [rol.pk]), (rol, "permissions", [1, 2])):
        lugar = reverse(f"admin:{fila._meta.label_lower.replace('.', '_')}_change", args=[fila.pk])
        datos = Formulario(client.get(lugar).content.decode()).datos

        assert client.post(lugar, datos | {campo: valor}).status_code == 302
        assert client.post(lugar, datos).status_code == 302

    nombres = sorted(str(p) for p in rol.permissions.model.objects.filter(pk__in=[1, 2]))
    assert [c for _s, c in _hechas(ana)][-2:] == [
        {"auth.group": [[], ["bodegueros"]]},
        {"auth.group": [["bodegueros"], []]},
    ]
    assert [c for _s, c in _hechas(rol)][-2:] == [
        {"auth.permission": [[], nombres]},
        {"auth.permission": [nombres, []]},
    ]


def test_what_is_taken_away_at_once_is_named(operador):
    operador.groups.clear()
    operador.groups.clear()  # there is nothing left to tell

    assert [c for _s, c in _hechas(operador) if "auth.group" in c] == [
        {"auth.group": [[], ["operador"]]},
        {"auth.group": [["operador"], []]},
    ]


def test_a_key_and_a_recovery_code_leave_their_record_and_not_themselves(admin_user, filas):
    token, clave = tokens.crear(usuario=admin_user, nombre="Caja")
    codigo = StaticToken.objects.get()
    assert codigo.device.verify_token("abcdefgh")
    tokens.revocar(token=Token.objects.get())

    de_llaves = Auditoria.objects.filter(objeto__in=["inventario.token", "otp_static.statictoken"])
    assert sorted(de_llaves.values_list("objeto", "suceso")) == [
        ("inventario.token", "alta"),
        ("inventario.token", "baja"),
        ("otp_static.statictoken", "alta"),
        ("otp_static.statictoken", "baja"),
    ]
    dicho = str(list(Auditoria.objects.values_list("cambios", "descripcion")))
    assert clave not in dicho
    assert "abcdefgh" not in dicho
    assert token.digest not in dicho
