"""The pages of counts."""

import pytest

from movimientos.conteos import services
from movimientos.conteos.models import Conteo, NumeroContado
from pruebas.ayudas import nuevo_lote, sacar
from pruebas.conteos import abrir, contar, linea, saldo
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

pytestmark = pytest.mark.django_db
COMO = {"a_ciegas": "on", "umbral_unidades": "5", "umbral_valor": "500", "desempate": "tercero"}


@pytest.fixture
def lote():
    return nuevo_lote(ProductoFactory(sku="AMOX", nombre="Amoxicilina"), "A-1", 100, costo="2")


@pytest.fixture
def puerta(client, supervisor):
    client.force_login(supervisor)
    return client


def texto(respuesta):
    return respuesta.content.decode()


def test_a_count_is_opened_from_its_form_once(puerta, almacen, lote):
    aparte = nuevo_lote(ProductoFactory(categoria=CategoriaFactory()), "B", 5)
    formulario = puerta.get("/conteos/nuevo/").context["formulario"]
    datos = {**COMO, "clave": formulario["clave"].value(), "almacen": almacen.pk, "skus": "amox"}

    una, otra = (puerta.post("/conteos/nuevo/", datos) for _ in range(2))

    conteo = Conteo.objects.get()
    assert una.url == otra.url == f"/conteos/{conteo.pk}/"
    assert conteo.lineas.get().lote == lote
    assert str(conteo) in texto(puerta.get("/conteos/"))
    por_categoria = {**datos, "clave": "", "skus": "", "categoria": aparte.producto.categoria_id, "clases": ["C"]}
    puerta.post("/conteos/nuevo/", por_categoria)
    assert Conteo.objects.first().lineas.get().lote == aparte


@pytest.mark.parametrize(
    "malo",
    [
        {"almacen": "x"},
        {"skus": "NADA"},
        {"lotes": "1,x"},
        {"umbral_unidades": "-1"},
        {"clases": ["Z"]},
        {"sin_contar": "9999"},
        {"categoria": "999999"},
        {"desempate": "otro"},
        {"lotes": "999999"},
    ],
)
def test_what_makes_no_sense_comes_back_as_it_was(puerta, almacen, lote, malo):
    respuesta = puerta.post("/conteos/nuevo/", {**COMO, "almacen": almacen.pk, **malo})

    assert respuesta.status_code == 422
    assert respuesta.context["formulario"].errors
    assert not Conteo.objects.exists()


def test_a_link_says_which_lots(puerta, lote):
    respuesta = puerta.get("/conteos/nuevo/", {"lotes": str(lote.pk)})

    assert respuesta.context["formulario"]["lotes"].value() == str(lote.pk)
    assert "1 lote elegido" in texto(respuesta)


def test_somebody_counts_without_javascript(puerta, lote):
    conteo = abrir()
    elegido = puerta.get(f"/conteos/{conteo.pk}/contar/", {"lote": lote.pk})
    assert "Amoxicilina" in texto(elegido)

    hecho = puerta.post(f"/conteos/{conteo.pk}/contar/", {"codigo": "a-1", "cantidad": "98"}, follow=True)

    assert "Apuntado: A-1" in texto(hecho)
    assert linea(conteo, lote).cantidad == 98
    for malo in (
        {"codigo": "nada", "cantidad": "1"},
        {"cantidad": "1"},
        {"codigo": "A-1"},
        {"codigo": "A-1", "cantidad": "x"},
    ):
        assert puerta.post(f"/conteos/{conteo.pk}/contar/", malo).status_code == 422, malo


def test_the_queue_sends_each_number_once_however_old_it_grew(puerta, lote):
    conteo = abrir()
    sacar(lote, 30)

    def enviar(**datos):
        return puerta.post(f"/conteos/{conteo.pk}/contar/", datos, headers={"HX-Request": "true"})

    una = enviar(clave="k-1", codigo="A-1", cantidad="98", hace="5")
    otra = enviar(clave="k-1", codigo="A-1", cantidad="98", hace="60")

    assert (una.status_code, una.json()) == (200, {"lote": lote.pk, "contadas": 1, "lineas": 1})
    assert (otra.status_code, NumeroContado.objects.count()) == (200, 1)
    assert enviar(clave="k-1", codigo="A-1", cantidad="97").status_code == 422
    assert enviar(clave="k-2", codigo="nada", cantidad="97").json()["errores"]
    services.cancelar(conteo, usuario=conteo.abierto_por)
    assert enviar(clave="k-3", codigo="A-1", cantidad="97").status_code == 409


def test_a_code_is_looked_up(puerta, lote):
    conteo = abrir()

    def buscar(codigo):
        return puerta.get(f"/conteos/{conteo.pk}/contar/", {"codigo": codigo}).json()

    assert buscar("A-1") == {
        "lote": lote.pk,
        "titulo": "Amoxicilina",
        "detalle": "AMOX · A-1",
        "caduca": str(lote.fecha_caducidad),
    }
    assert buscar("nada")["errores"]


def test_from_a_sheet_of_paper_a_number_says_when_it_was_counted(puerta, time_machine):
    time_machine.move_to("2026-05-10 10:00:00Z", tick=False)
    lote = nuevo_lote(ProductoFactory(), "A-1", 100)
    conteo = abrir()
    time_machine.shift(600)
    sacar(lote, 30)
    time_machine.shift(600)

    puerta.force_login(conteo.abierto_por)
    puerta.post(f"/conteos/{conteo.pk}/contar/", {"codigo": "A-1", "cantidad": "98", "minutos": "15"})

    assert linea(conteo, lote).habia == 100


def test_blind_pages_and_sheets_tell_nothing_until_it_is_closed(puerta):
    lote = nuevo_lote(ProductoFactory(), "A-1", 7351)
    conteo = abrir()
    contar(conteo, lote, 50)
    for pagina in ("", "contar/", "hoja/"):
        respuesta = texto(puerta.get(f"/conteos/{conteo.pk}/{pagina}"))
        assert "A-1" in respuesta or pagina == "contar/"
        assert "7351" not in respuesta, pagina
        assert "7,351" not in respuesta, pagina
    assert not puerta.get(f"/conteos/{conteo.pk}/", {"diferencia": "true"}).context["pagina"]
    assert not puerta.get(f"/conteos/{conteo.pk}/", {"estado": "por_resolver"}).context["pagina"]

    puerta.post(f"/conteos/{conteo.pk}/cerrar/", {})

    for consulta in ({}, {"diferencia": "true"}, {"estado": "por_resolver"}):
        [vista] = puerta.get(f"/conteos/{conteo.pk}/", consulta).context["pagina"]
        assert (vista.saldo, vista.diferencia) == (7351, -7301)


def test_review_recount_and_approval_on_the_page(puerta, lote, supervisor):
    otro = UsuarioFactory(is_superuser=True)
    conteo = abrir()
    contar(conteo, lote, 50)
    pagina = f"/conteos/{conteo.pk}/"
    assert puerta.post(f"{pagina}aprobar/", {}).status_code == 409
    puerta.post(f"{pagina}cerrar/", {})
    falta = puerta.post(f"{pagina}aprobar/", {})
    assert (falta.status_code, "otra persona" in texto(falta)) == (409, True)
    assert "Recontar" in texto(puerta.get(pagina))
    contar(conteo, lote, 50, otro)
    sacar(lote, 10)

    clave = puerta.get(pagina).context["formulario"]["clave"].value()
    una, otra = (puerta.post(f"{pagina}aprobar/", {"nota": "visto", "clave": clave}) for _ in range(2))

    assert una.url == otra.url == pagina
    assert saldo(lote) == 40
    visto = texto(puerta.get(pagina))
    assert "visto" in visto
    assert "−10" in visto


def test_a_count_is_reopened_and_cancelled(puerta, lote):
    pagina = f"/conteos/{abrir().pk}/"
    for accion, estado in (("cerrar", "cerrado"), ("reabrir", "abierto"), ("cancelar", "cancelado")):
        assert puerta.post(f"{pagina}{accion}/", {"nota": "porque sí"}).url == pagina
        assert Conteo.objects.get().estado == estado
    assert Conteo.objects.get().nota == "porque sí"
    assert puerta.post(f"{pagina}reabrir/", {}).status_code == 409
    assert puerta.post(f"{pagina}cerrar/", {"nota": "x" * 501}).status_code == 422


def test_what_lies_elsewhere_is_brought_with_one_button(puerta, lote, almacen):
    alla = AlmacenFactory()
    conteo = abrir(almacen=alla.pk)
    contar(conteo, lote, 4)
    pagina = f"/conteos/{conteo.pk}/"
    puerta.post(f"{pagina}cerrar/", {})
    respuesta = puerta.get(pagina)
    [propuesta] = respuesta.context["propuestas"]
    datos = {
        "linea": propuesta.linea.pk,
        "almacen": almacen.pk,
        "clave": respuesta.context["formulario"]["clave"].value(),
    }

    for _ in range(2):
        assert puerta.post(f"{pagina}traer/", datos).url == pagina

    assert (saldo(lote, alla), saldo(lote, almacen)) == (4, 96)
    assert puerta.post(f"{pagina}traer/", {"linea": "999999", "almacen": almacen.pk}).status_code == 404
    assert puerta.post(f"{pagina}traer/", {"linea": propuesta.linea.pk, "almacen": "999999"}).status_code == 422


def test_a_sheet_has_a_symbol_a_line_and_goes_on(puerta, lote, monkeypatch):
    monkeypatch.setattr("movimientos.conteos.contado.LINEAS_POR_HOJA", 2)
    for i in range(3):
        nuevo_lote(ProductoFactory(sku=f"Z{i}"), "A", 5)
    conteo = abrir(a_ciegas=False)
    contar(conteo, lote, 100)

    primera = puerta.get(f"/conteos/{conteo.pk}/hoja/")
    segunda = puerta.get(f"/conteos/{conteo.pk}/hoja/", {"desde": primera.context["siguiente"]})

    assert [len(r.context["lineas"]) for r in (primera, segunda)] == [2, 2]
    assert (texto(primera).count('class="modulos"'), segunda.context["siguiente"]) == (2, None)
    faltan = puerta.get(f"/conteos/{conteo.pk}/hoja/", {"faltan": "1"})
    assert [v.linea.orden for v, _s in faltan.context["lineas"]] == [2, 3]


def test_pages_cost_the_same_queries_however_many_lines(puerta, lote, django_assert_max_num_queries):
    for i in range(60):
        nuevo_lote(lote.producto, f"L{i}", 5)
    conteo = abrir(a_ciegas=False)
    for x in conteo.lineas.select_related("lote")[:50]:
        contar(conteo, x.lote, 5)
    services.cerrar(conteo, usuario=conteo.abierto_por)

    # session and user (4), warehouses, count, lines, numbers, balances, corrections, progress, proposals
    with django_assert_max_num_queries(24):
        puerta.get(f"/conteos/{conteo.pk}/")
