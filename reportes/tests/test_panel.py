"""The first page and the global search."""

import re

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from alertas import ciclo as atencion
from alertas import resumen
from alertas.bandeja import sumar
from alertas.models import Alerta
from alertas.tipos import Severidad
from inventario.cuentas.models import Usuario
from lotes.models import Lote
from lotes.services import retener
from pruebas.ayudas import entrar, hoy_mas, jefe, nuevo_lote, sacar
from pruebas.escenario import historia
from pruebas.factories import ProductoFactory, UsuarioFactory
from reportes.fichas import buscar, panel

HTMX = {"HX-Request": "true"}


@pytest.fixture
def hoy():
    return timezone.localdate()


@pytest.fixture
def datos(supervisor, hoy):
    return historia(supervisor, hoy=hoy)


@pytest.fixture
def cliente(client, supervisor):
    client.force_login(supervisor)
    return client


def test_the_panel_says_what_is_wrong_and_what_it_is_worth(cliente):
    producto = ProductoFactory(nombre="Insulina")
    entrar(producto, "I-1", 10, -1, costo="3", nota="llegó tarde")

    respuesta = cliente.get(reverse("panel"))

    critica = respuesta.context["grupos"][0]
    assert (critica.severidad, critica.cuantas, critica.valor) == ("critica", 1, 30)
    assert [a.producto for a in respuesta.context["urgentes"]] == [producto]
    assert "caducó hace 1 día" in respuesta.content.decode()


def test_what_is_out_of_stock_leads_to_as_many_though_somebody_has_it_in_hand(cliente, supervisor, hoy):
    for _n in range(2):
        sacar(entrar(ProductoFactory(stock_minimo=5), cantidad=3).movimientos.get().lote, 3)
    atencion.reconocer(alertas=[Alerta.objects.vigentes(hoy).filter(tipo="sin_stock")[0].pk], usuario=supervisor)

    respuesta = cliente.get(reverse("panel"))

    [enlace] = set(re.findall(r'href="(/alertas/[^"]*sin_stock[^"]*)"', respuesta.content.decode()))
    assert len(cliente.get(enlace.replace("&amp;", "&")).context["pagina"]) == respuesta.context["sin_stock"] == 2


def test_who_may_not_see_the_operations_is_not_told_to_begin_in_a_shop_at_work(client, datos, hoy):
    quien = UsuarioFactory()
    quien.user_permissions.set(Permission.objects.filter(codename__in=["view_alerta", "registrar_entrada"]))
    client.force_login(quien)

    respuesta = client.get(reverse("panel"))

    assert "Para empezar" not in respuesta.content.decode()
    assert "cifra-valor" in respuesta.content.decode()


@pytest.mark.parametrize(
    ("permiso", "ve"),
    [
        ("alertas.view_alerta", ["t-urgente"]),
        ("lotes.view_existencia", ["t-caduca"]),
        ("movimientos.view_operacion", ["t-ultimas"]),
        ("", []),
    ],
)
def test_each_block_of_the_panel_asks_its_own_permission(client, datos, permiso, ve):
    entrar(ProductoFactory(nombre="Secreto"), "SECRETO", 10, 1, costo="777.77", contraparte="Proveedor Secreto")
    usuario = UsuarioFactory()
    if permiso:
        app, codename = permiso.split(".")
        usuario.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(usuario)

    respuesta = client.get(reverse("panel"))
    pagina = respuesta.content.decode()

    assert [t for t in ("t-urgente", "t-caduca", "t-ultimas") if f'id="{t}"' in pagina] == ve
    assert ("grupos" in respuesta.context) == (ve == ["t-urgente"])
    assert ("7,777.70" in pagina) == (ve in (["t-urgente"], ["t-caduca"]))
    assert ("Proveedor Secreto" in pagina) == (ve == ["t-ultimas"])
    assert ("Todavía no tiene un papel" in pagina) == (not ve)


def test_who_has_no_role_is_told_whom_to_ask(client, db):
    jefa = UsuarioFactory(username="jefa", first_name="Ana", last_name="López")
    jefa.groups.add(Group.objects.get(name="administrador"))
    ida = UsuarioFactory(first_name="Ida", last_name="Antes", is_superuser=True, is_active=False)
    client.force_login(UsuarioFactory(username="nadie"))

    pagina = client.get(reverse("panel")).content.decode()

    assert "Pídalo a quien administra Inventario: Ana López." in pagina
    assert ida.get_full_name() not in pagina


def test_an_empty_panel_does_not_say_that_all_is_well(cliente, consulta):
    assert "Para empezar" in cliente.get(reverse("panel")).content.decode()
    cliente.force_login(consulta)
    pagina = cliente.get(reverse("panel")).content.decode()

    assert "Todo en orden" not in pagina
    assert "Todavía no hay nada que vigilar" in pagina


def test_the_panel_costs_the_same_whatever_there_is(cliente, datos, django_assert_max_num_queries):
    """Session, user, permissions (2), alert groups, urgent alerts, stock-outs, weeks, operations."""
    with django_assert_max_num_queries(10):
        cliente.get(reverse("panel"))

    for n in range(30):
        entrar(ProductoFactory(), "Z", 5, n)
    with django_assert_max_num_queries(10):
        cliente.get(reverse("panel"))


def test_a_poll_that_finds_nothing_new_is_304_and_a_new_operation_is_not(cliente, datos):
    primera = cliente.get(reverse("panel"), headers=HTMX)
    etag = {**HTMX, "If-None-Match": primera["ETag"]}

    igual = cliente.get(reverse("panel"), headers=etag)
    entrar(datos["a"], "NUEVO", 1, 300)
    distinta = cliente.get(reverse("panel"), headers=etag)
    de_la_pagina = cliente.get(reverse("panel")).context["marca"]

    assert "<html" not in primera.content.decode()
    assert igual.status_code == 304
    assert (distinta.status_code, distinta["ETag"]) == (200, f'"{de_la_pagina}"')


def test_the_panel_notices_what_leaves_every_count_as_it_was(cliente, datos, hoy):
    etag = {**HTMX, "If-None-Match": cliente.get(reverse("panel"), headers=HTMX)["ETag"]}
    assert cliente.get(reverse("panel"), headers=etag).status_code == 304

    Usuario.objects.filter(pk=datos["entrada"].usuario_id).update(username="otra")

    assert cliente.get(reverse("panel"), headers=etag).status_code == 200


def test_panel_counter_and_digest_speak_of_the_same_open_alerts(cliente, supervisor, hoy):
    """Of five lots near their end one is in hand, one put off, one used up: two are left."""
    producto = ProductoFactory()
    codigos = ["ABIERTA", "OTRA", "EN MANO", "POSPUESTA", "RESUELTA"]
    lotes = [nuevo_lote(producto, codigo, 1, 3) for codigo in codigos]
    alerta = {a.lote.codigo: a.pk for a in Alerta.objects.select_related("lote")}
    atencion.reconocer(alertas=[alerta["EN MANO"]], usuario=supervisor)
    atencion.posponer(alertas=[alerta["POSPUESTA"]], usuario=supervisor, hasta=hoy_mas(2))
    sacar(lotes[-1], 1)
    supervisor.email, supervisor.recibe_resumen = "s@example.com", True
    supervisor.save()

    resumen.enviar(hoy=hoy)

    assert {a.lote.codigo for a in panel.urgentes(hoy)} == {"ABIERTA", "OTRA"}
    assert (
        panel.grupos(hoy)[0].cuantas
        == sumar(Alerta.objects.grupos(hoy), 1, Severidad.values, "abierta")["critica"]
        == 2
    )
    assert [c for c in codigos if f"lote {c}" in mail.outbox[0].body] == ["ABIERTA", "OTRA"]


def test_quick_actions_are_only_those_one_may_take(client, consulta, operador):
    client.force_login(consulta)
    ve = client.get(reverse("panel")).content.decode()
    client.force_login(operador)
    opera = client.get(reverse("panel")).content.decode()

    assert reverse("movimientos:despacho") not in ve
    assert reverse("movimientos:despacho") in opera
    assert reverse("movimientos:ajuste") not in opera


def test_what_expires_is_grouped_by_week_and_what_is_held_or_expired_is_left_out(db, hoy):
    producto = ProductoFactory()
    for codigo, caduca, cantidad in (("HOY", 0, 2), ("SEIS", 6, 3), ("SIETE", 7, 5), ("LEJOS", 84, 7)):
        entrar(producto, codigo, cantidad, caduca)
    retenido = nuevo_lote(producto, "RETENIDO", 11, 1)
    retenido.estado = Lote.Estado.CUARENTENA
    retenido.save()

    critica, importante, aviso = panel.por_caducar(hoy).series

    assert list(critica.valores) == [5, 5] + [0] * (panel.SEMANAS - 2)
    assert not any(importante.valores)
    assert not any(aviso.valores)


def test_a_hold_leaves_the_weeks_at_once_though_no_alert_changes(
    supervisor, hoy, cache_compartida, django_capture_on_commit_callbacks
):
    lote = nuevo_lote(ProductoFactory(), "A", 3, 1)
    assert panel.por_caducar(hoy).series[0].valores[0] == 3

    with django_capture_on_commit_callbacks(execute=True):
        retener(lote=lote, nota="por revisar", usuario=supervisor)

    assert panel.por_caducar(hoy).series[0].valores[0] == 0


@pytest.mark.parametrize("texto", ["A1", "a1"])
def test_search_finds_a_lot_by_its_code_and_opens_it(cliente, datos, texto):
    hallado = buscar.buscar(texto, jefe(), 10)
    pagina = cliente.get(reverse("buscar"), {"q": texto})

    assert hallado.lotes == [datos["a1"]]
    assert (pagina.status_code, pagina["Location"]) == (302, reverse("lotes:detalle", args=[datos["a1"].pk]))


def test_search_opens_nothing_for_who_may_not_see_it(client, datos):
    client.force_login(UsuarioFactory())

    assert client.get(reverse("buscar"), {"q": "A1"}).status_code == 200


def test_search_finds_products_and_operations(cliente, datos):
    por_sku = buscar.buscar(datos["a"].sku, jefe(), 10)
    por_numero = cliente.get(reverse("buscar"), {"q": f"#{datos['entrada'].pk}"}).context["hallado"]
    por_documento = cliente.get(reverse("buscar"), {"q": "f-1"}).context["hallado"]

    assert datos["a"] in por_sku.productos
    assert por_numero.operaciones == [datos["entrada"]]
    assert datos["entrada"] in por_documento.operaciones


def test_search_shows_nobody_what_he_may_not_see(datos, db):
    assert not buscar.buscar(datos["a"].sku, UsuarioFactory(), 10)


def test_the_palette_gets_a_fragment(cliente, datos):
    respuesta = cliente.get(reverse("buscar"), {"q": datos["a"].sku}, headers=HTMX)

    assert "data-paleta-opcion" in respuesta.content.decode()
    assert "<html" not in respuesta.content.decode()


def test_a_number_beyond_any_key_is_no_error(cliente, datos):
    assert cliente.get(reverse("buscar"), {"q": "9" * 100}).status_code == 200


@pytest.mark.parametrize("hora", ["00:30", "12:00", "18:30", "23:30"])
def test_an_operation_of_yesterday_evening_is_told_by_its_day_whatever_the_hour(client, consulta, hora):
    """In Mexico 19:30 is already tomorrow in UTC."""
    with time_machine.travel("2026-05-10 19:30-06:00", tick=False):
        entrar(ProductoFactory())
    client.force_login(consulta)
    with time_machine.travel("2026-05-10 23:30-06:00", tick=False):
        assert "19:30</time>" in client.get("/").content.decode()

    with time_machine.travel(f"2026-05-11 {hora}-06:00", tick=False):
        pagina = client.get("/").content.decode()

    assert '<time datetime="2026-05-10T19:30:00-06:00">' in pagina
    assert "19:30</time>" not in pagina
