"""The sheets whose lines name a lot, and the write-off: what each registers, what it refuses and where it says so."""

import json
import uuid
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from lotes import services as de_lotes
from lotes.models import Existencia, Lote
from movimientos.models import Operacion
from pruebas.ayudas import entrar, hoy_mas, trasladar
from pruebas.clientes import errores, hoja
from pruebas.factories import AlmacenFactory

pytestmark = pytest.mark.django_db


def test_exit_of_an_expired_lot_needs_a_reason_that_admits_it(puerta, con_lotes):
    linea = {"producto": "amox", "lote": "viejo", "cantidad": "3"}

    sin_motivo = puerta.post("/salida/", hoja(linea))
    consumo = puerta.post("/salida/", hoja(linea, motivo="consumo_interno"))
    merma = puerta.post("/salida/", hoja(linea, motivo="merma"))

    assert "motivo" in sin_motivo.context["hoja"].cabecera.errors
    assert (consumo.status_code, errores(consumo)) == (409, {"lote": ["No puede salir por este motivo: caducado."]})
    assert merma.status_code == 302
    assert Existencia.objects.get(lote__codigo="VIEJO").cantidad == 7


def test_exit_of_more_than_there_is_or_of_an_unknown_lot(puerta, con_lotes):
    merma = "merma"
    mucho = puerta.post("/salida/", hoja({"producto": "amox", "lote": "viejo", "cantidad": "11"}, motivo=merma))
    otro = puerta.post("/salida/", hoja({"producto": "amox", "lote": "nada", "cantidad": "1"}, motivo=merma))

    assert errores(mucho) == {"cantidad": ["Pide 11 unidades y hay 10: falta 1."]}
    assert errores(otro) == {"lote": ["Este producto no tiene ese lote."]}


def test_count_sets_the_balance_and_accepts_zero(client, supervisor, con_lotes):
    client.force_login(supervisor)

    respuesta = client.post(
        "/ajuste/",
        hoja(
            {"producto": "amox", "lote": "viejo", "cantidad": "0"},
            {"producto": "amox", "lote": "tarde", "cantidad": "48"},
        ),
    )

    assert respuesta.status_code == 302
    assert Existencia.objects.get(lote__codigo="VIEJO").cantidad == 0
    assert Existencia.objects.get(lote__codigo="TARDE").cantidad == 48


def test_transfer_moves_a_held_lot_and_refuses_the_same_warehouse(puerta, supervisor, con_lotes, almacen):
    cuarentena = AlmacenFactory(nombre="Cuarentena")
    de_lotes.retener(lote=Lote.objects.get(codigo="PRONTO"), usuario=supervisor, nota="sospecha")
    linea = {"producto": "amox", "lote": "pronto", "cantidad": "30"}

    mismo = puerta.post("/traslado/", hoja(linea, almacen=almacen.pk, almacen_destino=almacen.pk))
    bien = puerta.post("/traslado/", hoja(linea, almacen=almacen.pk, almacen_destino=cuarentena.pk))

    assert (mismo.status_code, "almacen_destino" in mismo.context["hoja"].cabecera.errors) == (422, True)
    assert bien.status_code == 302
    assert Existencia.objects.get(lote__codigo="PRONTO", almacen=cuarentena).cantidad == 30


# Write-off ----------------------------------------------------------------------------------------


def de(codigo):
    return Existencia.objects.get(lote__codigo=codigo).pk


def test_one_write_off_takes_what_expired_in_every_warehouse_once(puerta, con_lotes, almacen):
    otro = AlmacenFactory()
    trasladar(Lote.objects.get(codigo="VIEJO"), 4, otro)
    pagina = puerta.get("/baja/")
    filas = pagina.context["filas"]
    assert [(x.cantidad, x.almacen) for x in filas] == [(6, almacen), (4, otro)]
    assert pagina.context["total"] | {"valor": 0} == {"renglones": 2, "lotes": 1, "unidades": 10, "valor": 0}
    datos = {"existencias": [x.pk for x in filas], "clave": str(uuid.uuid4()), "almacen": ""}

    assertRedirects(puerta.post("/baja/", datos), "/operaciones/")
    repetida = puerta.post("/baja/", datos, follow=True)  # a double click
    assertRedirects(repetida, "/operaciones/")
    assert "ya estaba registrada" in [str(m) for m in repetida.context["messages"]][-1]

    bajas = Operacion.objects.filter(motivo__codigo="caducado")
    assert sorted((b.almacen_id, m.cantidad) for b in bajas for m in b.movimientos.all()) == [
        (almacen.pk, -6),
        (otro.pk, -4),
    ]
    assert not Existencia.objects.caducadas(hoy_mas(0)).exists()


def test_a_write_off_that_comes_again_does_not_say_that_it_was_done_again(puerta, con_lotes, almacen):
    datos = {"existencias": [de("VIEJO")], "clave": str(uuid.uuid4())}

    def dicho():
        respuesta = puerta.post("/baja/", datos, headers={"HX-Request": "true"})
        return json.loads(respuesta["HX-Trigger"])["aviso"]

    una, otra = dicho(), dicho()

    assert una["texto"] == "1 lote dado de baja."
    assert otra["texto"] == "Esta operación ya estaba registrada: no se repitió."
    assert len(una["deshacer"]) == 1
    assert una["deshacer"] == otra["deshacer"]


def test_a_write_off_in_place_is_taken_back_whole_by_whoever_may(client, operador, supervisor, con_lotes):
    """One lot in two warehouses is one lot, in two operations: both are undone, or nobody is offered what would be refused."""
    trasladar(Lote.objects.get(codigo="VIEJO"), 4, AlmacenFactory())
    en_su_lugar = {"HX-Request": "true"}

    def dar_de_baja(quien):
        client.force_login(quien)
        todas = list(Existencia.objects.caducadas(hoy_mas(0)).values_list("pk", flat=True))
        respuesta = client.post("/baja/", {"existencias": todas, "clave": str(uuid.uuid4())}, headers=en_su_lugar)
        return json.loads(respuesta["HX-Trigger"])["aviso"]

    aviso = dar_de_baja(supervisor)
    assert (aviso["texto"], len(aviso["deshacer"])) == ("1 lote dado de baja.", 2)
    for cada in aviso["deshacer"]:
        assert client.post(cada.pop("url"), cada, headers=en_su_lugar).status_code in {204, 302}
    assert sum(Existencia.objects.filter(lote__codigo="VIEJO").values_list("cantidad", flat=True)) == 10

    assert not dar_de_baja(operador).get("deshacer")  # may undo only the last one


def test_write_off_takes_the_ticked_lots_and_a_second_click_does_nothing(puerta, con_lotes, almacen):
    entrar(con_lotes, "PEOR", 4, -30, nota="llegó así")
    pagina = puerta.get("/baja/")
    assert [x.lote.codigo for x in pagina.context["filas"]] == ["PEOR", "VIEJO"]
    lote = Lote.objects.get(codigo="VIEJO")
    datos = {"existencias": [de("VIEJO")], "clave": str(uuid.uuid4()), "almacen": almacen.pk}

    primera, segunda = puerta.post("/baja/", datos), puerta.post("/baja/", datos)

    assert primera.status_code == 302
    assert segunda.url == primera.url
    assert Existencia.objects.get(lote=lote).cantidad == 0
    assert Existencia.objects.get(lote__codigo="PEOR").cantidad == 4


def test_the_key_of_a_write_off_does_not_swallow_another_one(puerta, con_lotes, almacen):
    """Back, other lots ticked, the same page sent again: refused with a new key, and the second yes writes them off."""
    entrar(con_lotes, "PEOR", 4, -30, nota="llegó así")
    viejo, peor = de("VIEJO"), de("PEOR")
    clave = str(uuid.uuid4())
    puerta.post("/baja/", {"existencias": [viejo], "clave": clave, "almacen": almacen.pk})

    for lotes in ([peor], [viejo, peor]):
        otra = puerta.post("/baja/", {"existencias": lotes, "clave": clave, "almacen": almacen.pk})
        assertContains(otra, "confirme de nuevo", status_code=422)
    nueva = otra.context["formulario"]["clave"].value()
    confirmada = puerta.post("/baja/", {"existencias": [peor], "clave": nueva, "almacen": almacen.pk})

    assert nueva != clave
    assert confirmada.status_code == 302
    assert not Existencia.objects.filter(pk__in=[viejo, peor], cantidad__gt=0).exists()


def test_a_write_off_with_the_key_of_another_operation_is_refused(puerta, con_lotes):
    lote, clave = Lote.objects.get(codigo="VIEJO"), str(uuid.uuid4())
    linea = {"producto": "amox", "lote": "viejo", "cantidad": "3"}
    puerta.post("/salida/", hoja(linea, motivo="merma", clave=clave))

    respuesta = puerta.post("/baja/", {"existencias": [de("VIEJO")], "clave": clave})

    assertContains(respuesta, "confirme de nuevo", status_code=422)
    assert Existencia.objects.get(lote=lote).cantidad == 7


def test_write_off_of_nothing_or_of_a_good_lot_is_refused(puerta, con_lotes):
    bueno = Lote.objects.get(codigo="TARDE")

    assertContains(puerta.post("/baja/", {"clave": "a"}), "Marque al menos un lote.", status_code=422)
    assert puerta.post("/baja/", {"existencias": [de("TARDE")], "clave": "b"}).status_code == 409
    assert Existencia.objects.get(lote=bueno).cantidad == 50


def test_write_off_tells_all_that_expired_and_takes_what_one_operation_holds(puerta, con_lotes, almacen, monkeypatch):
    """Also when there is more than that: the figures are of everything, and the page says what goes now."""
    monkeypatch.setattr("movimientos.views.registrar.LINEAS_MAXIMAS", 3)
    monkeypatch.setattr("movimientos.services.salida.LINEAS_MAXIMAS", 3)
    for n in range(4):
        entrar(con_lotes, f"P{n}", 5, -30 + n, costo="2.50", nota="llegó así")

    pagina = puerta.get("/baja/")

    assert pagina.context["total"] == {"renglones": 5, "lotes": 5, "unidades": 30, "valor": Decimal(50)}
    assert [x.lote.codigo for x in pagina.context["filas"]] == ["P0", "P1", "P2"]
    assertContains(pagina, "Hay 5 lotes caducados y una operación lleva 3: ahora salen los 3 que caducaron antes.")

    datos = {"existencias": [x.pk for x in pagina.context["filas"]], "almacen": almacen.pk, "clave": str(uuid.uuid4())}
    assert puerta.post("/baja/", datos).status_code == 302

    resto = puerta.get("/baja/")
    assert resto.context["total"] == {"renglones": 2, "lotes": 2, "unidades": 15, "valor": Decimal("12.5")}
    assertNotContains(resto, "una operación lleva")
