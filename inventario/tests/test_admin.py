"""The admin: catalogues by role, history for nobody, lots through their services."""

import pytest
from django.contrib import admin
from django.urls import reverse

from alertas.models import Alerta
from inventario.cuentas.models import Token, Usuario
from lotes import services as lotes
from lotes.models import Almacen, CambioDeLote, Existencia, Lote
from movimientos.models import DECIDEN, Motivo, Movimiento, Operacion
from productos.models import Categoria, Producto
from pruebas.ayudas import entrar, hoy_mas, nuevo_lote
from pruebas.factories import CategoriaFactory, ProductoFactory, UsuarioFactory
from pruebas.lectura import Formulario

pytestmark = pytest.mark.django_db

HISTORIA = [Operacion, Movimiento, Existencia, CambioDeLote, Alerta]
DE_SUPERVISOR = [Categoria, Producto, Lote]
DE_ADMINISTRADOR = [*DE_SUPERVISOR, Almacen, Motivo, Usuario]


def url(modelo, pagina, *args):
    return reverse(f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}_{pagina}", args=args)


@pytest.fixture
def stock(administrador):
    lote = nuevo_lote(ProductoFactory(categoria=CategoriaFactory()))
    lotes.retener(lote=lote, usuario=administrador, nota="x")
    return lotes.liberar(lote=lote, usuario=administrador, nota="x")


def acceder(client, usuario):
    Usuario.objects.filter(pk=usuario.pk).update(is_staff=True)
    client.force_login(usuario)


@pytest.mark.parametrize("modelo", [*HISTORIA, *DE_ADMINISTRADOR], ids=lambda m: m.__name__)
@pytest.mark.parametrize("superusuario", [False, True])
def test_every_list_and_page_opens_and_searches(client, administrador, stock, modelo, superusuario):
    acceder(client, UsuarioFactory(is_superuser=True) if superusuario else administrador)
    pk = modelo.objects.values_list("pk", flat=True).first()

    assert client.get(url(modelo, "changelist")).status_code == 200
    assert client.get(url(modelo, "changelist"), {"q": "a"}).status_code == 200
    assert client.get(url(modelo, "change", pk)).status_code == 200


@pytest.mark.parametrize("modelo", HISTORIA, ids=lambda m: m.__name__)
def test_history_refuses_everybody_even_superusers(client, stock, modelo):
    acceder(client, UsuarioFactory(is_superuser=True))
    pk = modelo.objects.values_list("pk", flat=True).first()
    antes = modelo.objects.values().get(pk=pk)

    respuestas = [
        client.get(url(modelo, "add")),
        client.post(url(modelo, "change", pk), {"cantidad": 99}),
        client.post(url(modelo, "delete", pk), {"post": "yes"}),
    ]
    client.post(url(modelo, "changelist"), {"action": "delete_selected", "_selected_action": pk, "post": "yes"})

    assert [r.status_code for r in respuestas] == [403, 403, 403]
    assert modelo.objects.values().get(pk=pk) == antes


@pytest.mark.parametrize(
    ("rol", "permitidos"),
    [("supervisor", DE_SUPERVISOR), ("administrador", DE_ADMINISTRADOR)],
    ids=["supervisor", "administrador"],
)
def test_each_role_edits_its_catalogues_only(client, stock, request, rol, permitidos):
    acceder(client, request.getfixturevalue(rol))

    for modelo in DE_ADMINISTRADOR:
        pk = modelo.objects.values_list("pk", flat=True).first()
        respuesta = client.post(url(modelo, "change", pk), {})
        assert respuesta.status_code == (200 if modelo in permitidos else 403), modelo


@pytest.mark.parametrize("rol", ["consulta", "operador"])
def test_who_is_not_staff_does_not_enter(client, request, rol):
    client.force_login(request.getfixturevalue(rol))

    assert client.get(url(Producto, "changelist")).status_code == 302


def test_no_list_asks_a_query_per_row(client, administrador, stock, django_assert_max_num_queries):
    acceder(client, UsuarioFactory(is_superuser=True))
    for modelo in [*HISTORIA, Producto, Lote]:
        with django_assert_max_num_queries(9):  # session, user, count, rows, filters
            client.get(url(modelo, "changelist"))


def test_a_lot_that_moved_keeps_its_code_and_expiry(client, administrador, stock):
    acceder(client, administrador)
    formularios = {"existencias-TOTAL_FORMS": 0, "existencias-INITIAL_FORMS": 0}
    formularios |= {"cambios-TOTAL_FORMS": 0, "cambios-INITIAL_FORMS": 0}

    respuesta = client.post(
        url(Lote, "change", stock.pk),
        {"codigo": "B", "fecha_caducidad": "2031-01-01", "costo_unitario": "2.5", **formularios},
    )

    assert respuesta.status_code == 302
    lote = Lote.objects.get()
    assert (lote.codigo, lote.fecha_caducidad, str(lote.costo_unitario)) == ("A", stock.fecha_caducidad, "2.500000")


def test_the_date_of_manufacture_is_typed_in_the_admin_too(client, administrador, stock):
    acceder(client, administrador)
    lugar = url(Lote, "change", stock.pk)
    datos = Formulario(client.get(lugar).content.decode()).datos

    assert client.post(lugar, datos | {"fecha_fabricacion": hoy_mas(-30)}).status_code == 302

    assert Lote.objects.get().fecha_fabricacion == hoy_mas(-30)


@pytest.mark.parametrize(("entra", "codigo"), [(True, "A"), (False, "B")])
def test_the_code_of_a_lot_can_be_corrected_until_it_moves(client, administrador, entra, codigo):
    lote = Lote.objects.create(producto=ProductoFactory(), codigo="A", fecha_caducidad=hoy_mas(20))
    if entra:
        entrar(lote.producto, "A", caduca=20)
    acceder(client, administrador)
    sin_lineas = {f"{x}-{y}_FORMS": 0 for x in ("existencias", "cambios") for y in ("TOTAL", "INITIAL")}
    datos = {"codigo": "B", "producto": lote.producto.pk, "fecha_caducidad": hoy_mas(20), **sin_lineas}

    respuesta = client.post(url(Lote, "change", lote.pk), datos)

    assert respuesta.status_code == 302
    assert Lote.objects.get().codigo == codigo


def test_holding_a_lot_asks_for_a_note_and_leaves_its_record(client, supervisor, stock):
    acceder(client, supervisor)
    accion = {"action": "retener", "_selected_action": [stock.pk]}

    pregunta = client.post(url(Lote, "changelist"), accion)
    sin_nota = client.post(url(Lote, "changelist"), accion | {"confirmar": "1", "nota": ""})
    assert (pregunta.status_code, sin_nota.status_code) == (200, 200)
    assert Lote.objects.get().estado == "disponible"

    client.post(url(Lote, "changelist"), accion | {"confirmar": "1", "nota": "frío roto"})

    assert Lote.objects.get().estado == "cuarentena"
    cambio = CambioDeLote.objects.first()
    assert (cambio.nota, cambio.usuario) == ("frío roto", supervisor)


def test_a_refused_change_of_a_lot_is_a_message(client, supervisor, stock):
    acceder(client, supervisor)

    respuesta = client.post(
        url(Lote, "changelist"),
        {"action": "liberar", "_selected_action": [stock.pk], "confirmar": "1", "nota": "x"},
        follow=True,
    )

    assert "no admite ese cambio" in respuesta.content.decode()


def test_editing_a_product_moves_its_alerts(client, supervisor, stock):
    acceder(client, supervisor)
    producto = stock.producto

    respuesta = client.post(
        url(Producto, "change", producto.pk),
        {
            "sku": producto.sku,
            "nombre": producto.nombre,
            "unidad": "unidad",
            "stock_minimo": 50,
            "vida_minima_despacho": 0,
            "controla_caducidad": "on",
            "activo": "on",
        },
    )

    assert respuesta.status_code == 302
    assert Alerta.objects.sin_resolver().filter(tipo="stock_bajo").count() == 1


def test_a_product_with_lots_is_not_deleted_and_one_without_is(client, supervisor, stock):
    acceder(client, supervisor)
    libre = ProductoFactory(stock_minimo=3)  # with an alert of its own

    con_lotes = client.post(url(Producto, "delete", stock.producto.pk), {"post": "yes"})
    sin_lotes = client.post(url(Producto, "delete", libre.pk), {"post": "yes"})

    assert (con_lotes.status_code, sin_lotes.status_code) == (200, 302)
    assert list(Producto.objects.all()) == [stock.producto]


def test_a_reason_already_used_keeps_its_meaning(client, administrador, stock):
    acceder(client, administrador)
    compra = Motivo.objects.get(codigo="compra")

    client.post(url(Motivo, "change", compra.pk), {"nombre": "Compras", "tipo": "salida", "activo": "on"})

    compra.refresh_from_db()
    assert (compra.nombre, compra.tipo) == ("Compras", "entrada")


def test_the_fields_of_a_reason_that_cannot_change_are_shown_as_text(client, administrador):
    acceder(client, administrador)
    propio = Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo="salida")

    def fijos(motivo):
        return client.get(url(Motivo, "change", motivo.pk)).context["adminform"].readonly_fields

    assert fijos(Motivo.objects.get(codigo="merma")) == (*DECIDEN, "activo")
    assert fijos(propio) == ()


def test_a_key_is_shown_once_and_works(client, administrador, operador):
    acceder(client, administrador)

    respuesta = client.post(
        url(Token, "add"), {"nombre": "caja", "user": operador.pk, "expiry_0": "", "expiry_1": ""}, follow=True
    )

    token = Token.objects.get()
    assert (token.user, token.nombre) == (operador, "caja")
    assert token.token_key in respuesta.content.decode()
    [mensaje] = [str(m) for m in respuesta.context["messages"] if "clave" in str(m)]
    clave = mensaje.rsplit(" ", 1)[1]
    from knox.crypto import hash_token

    assert hash_token(clave) == token.digest
    assert clave not in client.get(url(Token, "change", token.pk)).content.decode()


def test_an_administrator_cannot_become_or_touch_a_superuser(client, administrador):
    acceder(client, administrador)
    jefe = UsuarioFactory(is_superuser=True)

    cambio = client.post(url(Usuario, "change", jefe.pk), {"username": "otro"})
    clave = client.post(reverse("admin:auth_user_password_change", args=[jefe.pk]), {"password1": "x"})
    token = client.post(url(Token, "add"), {"nombre": "x", "user": jefe.pk})
    client.post(url(Usuario, "change", administrador.pk), {"username": "administrador", "is_superuser": "on"})
    borrado = client.post(
        url(Usuario, "changelist"), {"action": "delete_selected", "_selected_action": jefe.pk, "post": "yes"}
    )

    assert (cambio.status_code, clave.status_code, token.status_code, borrado.status_code) == (403, 403, 200, 403)
    assert not Usuario.objects.get(pk=administrador.pk).is_superuser
    assert Token.objects.count() == 0
    assert Usuario.objects.filter(pk=jefe.pk).exists()


def test_every_model_of_ours_has_its_admin():
    from django.apps import apps

    propios = [m for a in ("productos", "lotes", "movimientos") for m in apps.get_app_config(a).get_models()]

    assert [m for m in propios if m not in admin.site._registry] == []
