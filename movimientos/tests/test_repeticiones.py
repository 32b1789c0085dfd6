"""A request that comes again is answered as it was the first time, whatever has changed since, at every door."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import ClaveReutilizada
from lotes.models import Almacen, Existencia, Lote
from movimientos import peticiones, services
from movimientos.models import Motivo, Operacion
from productos.models import Producto
from pruebas import ayudas
from pruebas.ayudas import dar_de_baja, entrar, nuevo_lote
from pruebas.clientes import ClienteAPI, hoja
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def producto():
    producto = ProductoFactory(sku="AMOX", nombre="Amoxicilina")
    entrar(producto, "A", 100)
    return producto


def _desactivar_almacen():
    otro = AlmacenFactory(predeterminado=True)
    Almacen.objects.exclude(pk=otro.pk).update(activo=False, predeterminado=False)


def _renombrar():
    Producto.objects.update(sku="OTRO", nombre="Otro")
    ProductoFactory(sku="AMOX", activo=False)  # and its sku is another's now


CAMBIOS = {
    "the warehouse was closed and another is the default": _desactivar_almacen,
    "the reason was put away": lambda: Motivo.objects.update(activo=False),
    "the product has another sku": _renombrar,
    "the sku is nobody's": lambda: Producto.objects.update(sku="OTRO"),
    "the user has another name": lambda: Usuario.objects.filter(username="supervisor").update(username="otro"),
    "the stock is gone": lambda: ayudas.sacar(Lote.objects.get(), Existencia.objects.get().cantidad),
    "it was reversed": lambda: ayudas.revertir(Operacion.objects.exclude(clave_idempotencia=None).get()),
}
PETICIONES = {
    "despachos/": lambda p: {"lineas": [{"sku": "AMOX", "cantidad": 7}]},
    "entradas/": lambda p: {"lineas": [{"sku": "AMOX", "lote": "A", "cantidad": 7, "costo_unitario": "1.10"}]},
    "salidas/": lambda p: {"motivo": "merma", "lineas": [{"lote": Lote.objects.get().pk, "cantidad": 7}]},
    "ajustes/": lambda p: {"lineas": [{"lote": Lote.objects.get().pk, "cantidad": 7, "secuencia": 1}]},
}


@pytest.mark.parametrize("cambio", CAMBIOS)
@pytest.mark.parametrize("ruta", PETICIONES)
def test_the_api_answers_a_repetition_byte_for_byte(supervisor, producto, settings, ruta, cambio):
    api = ClienteAPI(supervisor)
    enviar = partial(api.post, ruta, PETICIONES[ruta](producto), Idempotency_Key="k")
    primera = enviar()
    assert primera.status_code == 201, primera.content
    CAMBIOS[cambio]()
    settings.TIME_ZONE = "Asia/Tokyo"
    cuantas = Operacion.objects.count()

    segunda = enviar()

    assert (segunda.status_code, segunda.content) == (201, primera.content)
    assert segunda["Idempotency-Replayed"] == "true"
    assert Operacion.objects.count() == cuantas


def test_the_api_refuses_the_key_with_any_other_byte(supervisor, producto):
    api, cuerpo = ClienteAPI(supervisor), '{"lineas": [{"sku": "AMOX", "cantidad": 7}]}'
    assert api.post("despachos/", cuerpo, Idempotency_Key="k").status_code == 201

    otros = [cuerpo + " ", cuerpo.replace("7", "8"), cuerpo.replace("AMOX", "NADIE"), "{", ""]
    respuestas = [api.post("despachos/", otro, Idempotency_Key="k") for otro in otros]
    respuestas.append(api.post("entradas/", cuerpo, Idempotency_Key="k"))

    assert {(r.status_code, r.json()["codigo"]) for r in respuestas} == {(422, "clave_reutilizada")}
    assert Operacion.objects.count() == 2


def test_what_a_body_is_judged_to_say_now_does_not_matter(supervisor, producto, monkeypatch):
    """As after a deploy that reads it otherwise."""
    api, cuerpo = ClienteAPI(supervisor), PETICIONES["entradas/"](producto)
    primera = api.post("entradas/", cuerpo, Idempotency_Key="k")
    monkeypatch.setattr("movimientos.serializers.LINEAS_MAXIMAS", 0)
    monkeypatch.setattr("movimientos.peticiones.LINEAS_MAXIMAS", 0)

    assert api.post("entradas/", cuerpo).status_code == 400
    assert api.post("entradas/", cuerpo, Idempotency_Key="k").content == primera.content


def test_a_repetition_needs_the_permission_all_the_same(supervisor, producto):
    api = ClienteAPI(supervisor)
    api.post("despachos/", PETICIONES["despachos/"](producto), Idempotency_Key="k")
    supervisor.groups.clear()
    api = ClienteAPI(supervisor)

    assert api.post("despachos/", PETICIONES["despachos/"](producto), Idempotency_Key="k").status_code == 403


def test_a_reversal_sent_again_is_the_same_reversal(supervisor, producto):
    api, ruta = ClienteAPI(supervisor), f"operaciones/{Operacion.objects.get().pk}/revertir/"
    primera = api.post(ruta, {"nota": "error"}, Idempotency_Key="k")

    assert api.post(ruta, {"nota": "error"}, Idempotency_Key="k").content == primera.content
    assert api.post(ruta, {"nota": "otra"}, Idempotency_Key="k").status_code == 422
    assert api.post(ruta, {"nota": ""}, Idempotency_Key="k").status_code == 422


@pytest.mark.parametrize("cambio", CAMBIOS)
def test_a_sheet_sent_again_leads_to_what_it_made(client, supervisor, producto, cambio):
    client.force_login(supervisor)
    datos = hoja({"producto": "AMOX", "cantidad": 7}, almacen=Almacen.objects.get().pk, motivo="despacho", clave="k")
    primera = client.post(reverse("movimientos:despacho"), datos)
    assert primera.status_code == 302
    CAMBIOS[cambio]()
    cuantas = Operacion.objects.count()

    assert client.post(reverse("movimientos:despacho"), datos).headers["Location"] == primera.headers["Location"]
    assert Operacion.objects.count() == cuantas


def test_the_page_of_a_reversal_says_that_it_was_done_and_renews_the_key_of_another(client, supervisor, producto):
    client.force_login(supervisor)
    ruta = reverse("movimientos:revertir", args=[Operacion.objects.get().pk])
    primera = client.post(ruta, {"nota": "error", "clave": "k"})

    segunda = client.post(ruta, {"nota": "error", "clave": "k"}, follow=True)
    otra = client.post(ruta, {"nota": "otra", "clave": "k"})

    assert segunda.redirect_chain[0][0] == primera.headers["Location"]
    assert "ya estaba registrada" in segunda.content.decode()
    assert otra.status_code == 422
    assert "ya se registró con otros datos" in otra.content.decode()
    assert 'value="k"' not in otra.content.decode()


# Write-offs ------------------------------------------------------------------------------------------


@pytest.fixture
def caducado():
    return nuevo_lote(ProductoFactory(), "V", 9, -1, nota="llegó así")


def test_a_write_off_sent_again_is_answered_and_another_is_refused(supervisor, caducado):
    primera = dar_de_baja(usuario=supervisor, clave="k")

    assert dar_de_baja(usuario=supervisor, clave="k").pk == primera.pk
    for otra in ({"lotes": [caducado.pk]}, {"nota": "otra"}):
        with pytest.raises(ClaveReutilizada):
            dar_de_baja(usuario=supervisor, clave="k", **otra)


def test_a_write_off_of_some_lots_is_told_from_one_of_all(supervisor, caducado):
    primera = dar_de_baja(usuario=supervisor, clave="k", lotes=[caducado.pk])

    assert dar_de_baja(usuario=supervisor, clave="k", lotes=[caducado.pk]).pk == primera.pk
    for otros in (None, [caducado.pk, 999], []):
        with pytest.raises(ClaveReutilizada):
            dar_de_baja(usuario=supervisor, clave="k", lotes=otros)


def test_whoever_may_not_write_off_is_told_so_also_when_there_is_nothing(consulta):
    with pytest.raises(PermissionDenied):
        dar_de_baja(usuario=consulta)


def test_a_page_that_sends_no_key_writes_off_all_the_same(client, supervisor, caducado):
    client.force_login(supervisor)

    assert client.post(reverse("movimientos:baja"), {"existencias": [caducado.existencias.get().pk]}).status_code == 302

    assert Existencia.objects.get(lote=caducado).cantidad == 0
    assert Operacion.objects.latest("pk").clave_idempotencia is None


# Services --------------------------------------------------------------------------------------------

SERVICIOS = {
    "entrada": (services.registrar_entrada, peticiones.Entrada),
    "despacho": (services.despachar, peticiones.Despacho),
    "salida": (services.registrar_salida, partial(peticiones.Salida, motivo="merma")),
    "traslado": (services.trasladar, partial(peticiones.Traslado, almacen_destino=0)),
    "conteo": (services.ajustar, peticiones.Conteo),
    "baja": (services.dar_de_baja_caducados, lambda *, lineas, **resto: peticiones.Baja(lotes=[], **resto)),
}


@pytest.mark.parametrize("nombre", SERVICIOS)
def test_a_service_asks_for_the_permission_then_for_the_key_and_then_judges(consulta, supervisor, producto, nombre):
    servicio, peticion = SERVICIOS[nombre]
    sin_sentido = peticion(lineas=[], clave="k", resumen="r")

    with pytest.raises(PermissionDenied):
        servicio(sin_sentido, usuario=consulta)
    ayudas.despachar(producto, 1, usuario=supervisor, clave="k", resumen="otro")
    with pytest.raises(ClaveReutilizada):
        servicio(sin_sentido, usuario=supervisor)
    assert Operacion.objects.filter(tipo="despacho").count() == 1


def test_what_was_left_unsaid_means_what_it_meant_then(supervisor, producto):
    """For who calls a service, without the bytes of a request to know it by."""
    primera = ayudas.despachar(producto, 1, usuario=supervisor, clave="k")
    Almacen.objects.update(predeterminado=False)
    AlmacenFactory(predeterminado=True)

    assert ayudas.despachar(producto, 1, usuario=supervisor, clave="k").pk == primera.pk


def test_a_count_keeps_its_hash_when_it_says_no_sequence(producto):
    lote = Lote.objects.get().pk
    sin, con = (peticiones.LineaConteo(lote, 5, None, s) for s in (None, 1))

    assert peticiones.Conteo(lineas=[sin]).contenido() == [[lote, 5, None]]
    assert peticiones.Conteo(lineas=[con]).contenido() == [[lote, 5, None, 1]]
