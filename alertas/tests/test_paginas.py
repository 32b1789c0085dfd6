"""The page of alerts: today and days to come, their life cycle, and the counter."""

import json
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from alertas.models import Alerta
from pruebas.ayudas import entrar, hoy_mas, trasladar
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alertas(db):
    """Low stock and a lot near its end; in three weeks, nothing left."""
    producto = ProductoFactory(nombre="<b>Amoxicilina</b>", stock_minimo=100)
    entrar(producto, "PRONTO", 20, 5)
    entrar(producto, "LUEGO", 20, 15)
    return producto


def tipos(respuesta):
    return sorted(a.tipo_hoy for fila in respuesta.context["pagina"] for a in fila.alertas)


def test_list_shows_the_worst_first_in_a_constant_number_of_queries(
    client, consulta, alertas, django_assert_max_num_queries
):
    client.force_login(consulta)

    # session, user, two of permissions, the warehouses, the counts of the tabs, the page (its products and their alerts), what
    # of it expired, and what other warehouses hold
    with django_assert_max_num_queries(10):
        respuesta = client.get("/alertas/")

    [fila] = respuesta.context["pagina"]
    assert [a.severidad for a in fila.alertas] == ["critica", "importante", "importante"]
    assertContains(respuesta, "&lt;b&gt;Amoxicilina")
    assertNotContains(respuesta, "/posponer/")


def test_the_alerts_of_a_day_to_come_are_a_filter(client, operador, alertas):
    client.force_login(operador)

    respuesta = client.get(f"/alertas/?al={hoy_mas(21)}")

    assert tipos(respuesta) == ["caducado", "caducado", "sin_stock"]
    assertNotContains(respuesta, 'name="alerta"')
    for mala in (hoy_mas(-1), hoy_mas(400), "ayer"):
        assertContains(client.get(f"/alertas/?al={mala}"), "errorlist", status_code=400)


def test_filters_fragments_and_refusals(client, consulta, alertas):
    client.force_login(consulta)

    fragmento = client.get("/alertas/?tipo=stock_bajo", headers={"HX-Request": "true"})

    assertNotContains(fragmento, "<html")
    assert tipos(fragmento) == ["stock_bajo"]
    assert tipos(client.get(f"/alertas/?producto={alertas.pk}&severidad=critica")) == ["por_caducar"]
    assert client.get("/alertas/?severidad=nula").status_code == 400
    assert client.get("/alertas/?pagina=3").status_code == 404


def test_one_alert_is_acknowledged_with_one_click_and_the_list_stays_where_it_was(client, operador, alertas):
    alerta = Alerta.objects.get(tipo="stock_bajo")
    client.force_login(operador)

    respuesta = client.post("/alertas/reconocer/", {"alerta": alerta.pk, "volver": "/alertas/?tipo=stock_bajo"})

    assertRedirects(respuesta, "/alertas/?tipo=stock_bajo")
    alerta.refresh_from_db()
    assert alerta.reconocida_por == operador
    assert "stock_bajo" not in tipos(client.get("/alertas/"))  # only what is open, unless another tab is asked for
    assertContains(client.get("/alertas/?estado=reconocida"), "operador")


def test_what_was_acknowledged_is_taken_back(client, operador, alertas):
    alerta = Alerta.objects.get(tipo="stock_bajo")
    client.force_login(operador)
    en_su_lugar = {"HX-Request": "true"}

    hecho = client.post("/alertas/reconocer/", {"alerta": alerta.pk, "nota": "voy"}, headers=en_su_lugar)
    aviso = json.loads(hecho["HX-Trigger"])
    [deshacer] = aviso["aviso"]["deshacer"]
    deshecho = client.post(deshacer.pop("url"), deshacer, headers=en_su_lugar)

    assert (hecho.status_code, "alertas" in aviso, deshecho.status_code) == (204, True, 204)
    alerta.refresh_from_db()
    assert (alerta.reconocida_en, alerta.reconocida_por, alerta.nota, alerta.nivel_atendido) == (None, None, "", 0)
    assert tipos(client.get("/alertas/")).count("stock_bajo") == 1
    assert list(alerta.eventos.values_list("tipo", flat=True)) == ["reconocida", "reabierta"]


def test_several_are_put_off_until_a_day(client, operador, alertas):
    ids = list(Alerta.objects.vigentes(hoy_mas(0)).values_list("pk", flat=True))
    client.force_login(operador)

    pagina = client.get("/alertas/posponer/", {"alerta": ids})
    pasado = client.post("/alertas/posponer/", {"alerta": ids, "hasta": hoy_mas(0)})
    bien = client.post("/alertas/posponer/", {"alerta": ids, "hasta": hoy_mas(10), "nota": "pedido en camino"})

    assertContains(pagina, f"{len(ids)} alertas marcadas")
    assertContains(pasado, "Debe ser una fecha futura", status_code=422)
    assertRedirects(bien, "/alertas/")
    assert Alerta.objects.filter(pospuesta_hasta=hoy_mas(10), nota="pedido en camino").count() == len(ids)


def test_nothing_ticked_ids_that_are_none_and_ended_alerts_are_refused(client, operador, alertas):
    client.force_login(operador)
    Alerta.objects.update(resuelta_en=timezone.now())

    assert client.post("/alertas/reconocer/", {}).status_code == 422
    assert client.post("/alertas/reconocer/", {"alerta": ["abc"]}).status_code == 422
    ended = client.post("/alertas/reconocer/", {"alerta": Alerta.objects.first().pk})
    assertContains(ended, "ya está resuelta", status_code=409)


def test_the_way_back_is_never_another_site(client, operador, alertas):
    client.force_login(operador)

    respuesta = client.post(
        "/alertas/reconocer/", {"alerta": Alerta.objects.first().pk, "volver": "https://otro.example/"}
    )

    assert respuesta.url == "/alertas/"


@pytest.mark.parametrize(("rol", "estado"), [("consulta", 403), ("supervisor", 302), ("administrador", 302)])
@pytest.mark.parametrize("accion", ["reconocer", "posponer", "reabrir"])
def test_who_may_attend(client, request, alertas, rol, estado, accion):
    client.force_login(request.getfixturevalue(rol))
    datos = {"alerta": Alerta.objects.vigentes(hoy_mas(0)).first().pk, "hasta": hoy_mas(3)}

    assert client.post(f"/alertas/{accion}/", datos).status_code == estado


def test_the_warehouse_filter_appears_with_the_second_warehouse(
    client, consulta, alertas, django_capture_on_commit_callbacks
):
    client.force_login(consulta)

    assertNotContains(client.get("/alertas/"), 'for="id_almacen"')
    with django_capture_on_commit_callbacks(execute=True):
        AlmacenFactory()
    assertContains(client.get("/alertas/"), 'for="id_almacen"')


def test_the_counter_costs_nothing_while_nothing_changes(client, operador, alertas, django_capture_on_commit_callbacks):
    client.force_login(operador)

    primera = client.get("/alertas/contador/")
    etag = primera["ETag"]
    assertContains(primera, "3")
    assert client.get("/alertas/contador/", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/alertas/contador/", {"visto": etag.strip('"')}).status_code == 204

    with django_capture_on_commit_callbacks(execute=True):  # the cache, where there is one, moves on after the commit
        client.post("/alertas/reconocer/", {"alerta": Alerta.objects.get(tipo="stock_bajo").pk})
    segunda = client.get("/alertas/contador/", headers={"If-None-Match": etag})
    assert (segunda.status_code, segunda.context["total"]) == (200, 2)


def test_the_list_that_polls_costs_a_304_until_something_it_shows_changes(
    client, operador, consulta, alertas, django_capture_on_commit_callbacks
):
    """The mark goes in the page itself, so that even the first poll finds nothing new; and it is each reader's own."""
    client.force_login(operador)
    marca = client.get("/alertas/").context["marca"]
    sondeo = {"HX-Request": "true", "If-None-Match": f'"{marca}"'}

    igual = client.get("/alertas/", headers=sondeo)
    pagina = client.get("/alertas/", headers={"If-None-Match": f'"{marca}"'})
    otro_idioma = client.get("/alertas/", headers=sondeo | {"Accept-Language": "en"})
    otro_filtro = client.get("/alertas/?severidad=critica", headers=sondeo)

    assert (igual.status_code, igual.content) == (304, b"")
    assert [r.status_code for r in (pagina, otro_idioma, otro_filtro)] == [200, 200, 200]
    with django_capture_on_commit_callbacks(execute=True):  # another tab holds one more
        entrar(ProductoFactory(), "OTRO", 20, 25)
    de_otra = client.get("/alertas/?severidad=critica", headers=sondeo | {"If-None-Match": otro_filtro["ETag"]})
    assert de_otra.status_code == 200
    assertContains(otro_filtro, f'data-marca="{otro_filtro.context["marca"]}"')
    with django_capture_on_commit_callbacks(execute=True):
        alertas.nombre = "Ampicilina"
        alertas.save()
    assertContains(client.get("/alertas/", headers=sondeo), "Ampicilina")
    client.force_login(consulta)
    assert client.get("/alertas/", headers=sondeo).status_code == 200


def test_after_midnight_a_poll_is_answered_anew_though_no_alert_changed(client, operador, alertas):
    medianoche = timezone.make_aware(datetime.combine(hoy_mas(1), time.min))

    def sondear(ruta, marca):
        return client.get(ruta, headers={"HX-Request": "true", "If-None-Match": f'"{marca}"'}).status_code

    with time_machine.travel(medianoche - timedelta(seconds=30), tick=False):
        client.force_login(operador)
        marcas = {ruta: client.get(ruta).context["marca"] for ruta in ("/alertas/", "/alertas/contador/")}
        assert {sondear(ruta, marca) for ruta, marca in marcas.items()} == {304}
    with time_machine.travel(medianoche + timedelta(seconds=30), tick=False):
        assert {sondear(ruta, marca) for ruta, marca in marcas.items()} == {200}


def test_what_a_warehouse_lacks_is_never_told_from_memory(client, operador, alertas):
    otro = AlmacenFactory()
    client.force_login(operador)
    ruta = f"/alertas/?almacen={otro.pk}&tipo=por_caducar"
    assert tipos(client.get(ruta)) == []

    trasladar(alertas.lotes.get(codigo="PRONTO"), 5, otro)

    assert tipos(client.get(ruta)) == ["por_caducar"]


def test_from_the_cache_the_list_asks_the_database_what_any_page_does_and_is_never_stale(
    client, operador, alertas, cache_compartida, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    client.force_login(operador)
    primera = client.get("/alertas/").content

    with django_assert_max_num_queries(4):  # session, user, what expired, what other warehouses hold
        segunda = client.get("/alertas/")
    assert segunda.content.count(b"data-bandeja-fila") == primera.count(b"data-bandeja-fila") == 1

    alerta = Alerta.objects.get(tipo="stock_bajo")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/alertas/reconocer/", {"alerta": alerta.pk, "nota": "pedido hecho"})
    assertContains(client.get("/alertas/?estado=reconocida"), "pedido hecho")
    with django_capture_on_commit_callbacks(execute=True):
        AlmacenFactory(nombre="Sucursal Sur")
    assertContains(client.get("/alertas/"), "Sucursal Sur")
    with django_capture_on_commit_callbacks(execute=True):
        entrar(alertas, "MUCHO", 500, 700)
    assert "stock_bajo" not in tipos(client.get("/alertas/"))
