"""Numbers and dates are written and read as the region does; what may be two things is asked."""

import importlib
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils import translation
from django.utils.formats import date_format, number_format, reset_format_cache
from hypothesis import given
from hypothesis import strategies as st

from inventario.dominio import region
from inventario.formats.en import formats as en
from inventario.formats.es import formats as es
from lotes.models import Lote
from productos.models import Producto
from pruebas.factories import ProductoFactory

MEXICO = {
    "1234": "1234", "1,234.50": "1234.5", "29,154.22": "29154.22", "12,50": "12.5", "12.50": "12.5", "1,234,567": "1234567",
    "1.234.567": "1234567", "1.234,50": "1234.5", "0,125": "0.125", "1.234": "1.234", "$ 12.50": "12.5", "12.50 MXN": "12.5",
    "29\u00a0154,22": "29154.22", "1234,567": "1234.567",
}  # fmt: skip


@pytest.fixture
def en_region(settings):
    """Set the region, of the pages too."""

    def _poner(nombre):
        settings.REGION = nombre
        for modulo in (es, en):
            importlib.reload(modulo)
        reset_format_cache()

    antes = settings.REGION
    yield _poner
    _poner(antes)


@pytest.mark.parametrize(("escrito", "numero"), MEXICO.items())
def test_mexico_reads_what_can_only_be_one_number(escrito, numero):
    assert region.leer_numero(escrito) == Decimal(numero)


@pytest.mark.parametrize("escrito", ["1,234", "12,345"])
def test_what_may_be_two_numbers_is_asked_with_both(escrito):
    with pytest.raises(ValidationError) as hallado:
        region.leer_numero(escrito)
    assert hallado.value.code == "doubtful"
    for lectura in (escrito.replace(",", ""), escrito.replace(",", ".") + "0"):
        assert lectura in hallado.value.message
        region.leer_numero(lectura)


def test_in_whole_numbers_thousands_are_what_pages_write():
    assert region.leer_numero("1,234", entero=True) == 1234
    with pytest.raises(ValidationError, match="1234"):
        region.leer_numero("1.234", entero=True)


@pytest.mark.parametrize(
    "escrito", ["", "-1", "1e3", "٥", "1_000", "1,,2", "1,23,456", "1.2.3", "1,234.567,8", "0x1", ".5", "5."]
)
def test_what_is_no_number_is_refused(escrito):
    with pytest.raises(ValidationError) as hallado:
        region.leer_numero(escrito)
    assert hallado.value.code == "invalid"


@given(
    st.sampled_from(sorted(region.REGIONES)), st.decimals(0, 10**10, places=2), st.integers(0, 10**12), st.booleans()
)
def test_no_form_refuses_what_a_page_shows(nombre, importe, cantidad, espanol):
    from django.conf import settings

    antes, settings.REGION = settings.REGION, nombre
    try:
        for modulo in (es, en):
            importlib.reload(modulo)
        reset_format_cache()
        with translation.override("es" if espanol else "en"):
            assert region.leer_numero(number_format(cantidad, force_grouping=True), entero=True) == cantidad
            assert region.leer_numero(number_format(importe, 2, force_grouping=True)) == round(importe, 2)
            assert region.leer_numero(region.escribir(importe)) == importe
            hoy = date(2027, 3, 4)
            assert region.leer_fecha(date_format(hoy, "SHORT_DATE_FORMAT")) == (hoy, False)
    finally:
        settings.REGION = antes
        for modulo in (es, en):
            importlib.reload(modulo)
        reset_format_cache()


@pytest.mark.parametrize(
    ("nombre", "numero", "fecha"),
    [("es-MX", "29,154.22", "31/03/2027"), ("es-AR", "29.154,22", "31/03/2027"), ("en-US", "29,154.22", "03/31/2027")],
)
def test_pages_write_as_the_region_does_in_both_languages(en_region, nombre, numero, fecha):
    en_region(nombre)
    for idioma in ("es", "en"):
        with translation.override(idioma):
            assert number_format(Decimal("29154.22"), 2, force_grouping=True) == numero
            assert date_format(date(2027, 3, 31), "SHORT_DATE_FORMAT") == fecha


def test_a_region_that_is_not_known_stops_the_start(settings):
    settings.REGION = "es-XX"
    with pytest.raises(ImproperlyConfigured, match="es-XX"):
        region.partes()


@pytest.mark.parametrize(
    ("escrito", "dia", "mes"),
    [
        ("31/03/2027", date(2027, 3, 31), False), ("2027-03-31", date(2027, 3, 31), False), ("3-4-2027", date(2027, 4, 3), False),
        ("03/2028", date(2028, 3, 31), True), ("2028-02", date(2028, 2, 29), True), ("2/2027", date(2027, 2, 28), True),
    ],
)  # fmt: skip
def test_a_day_is_read_as_the_region_or_iso_writes_it_and_a_month_as_its_last_day(escrito, dia, mes):
    assert region.leer_fecha(escrito) == (dia, mes)


@pytest.mark.parametrize(("escrito", "posible"), [("03/31/2027", "31/03/2027"), ("04/03/27", "04/03/2027")])
def test_a_doubtful_day_is_asked(escrito, posible):
    with pytest.raises(ValidationError, match=posible) as hallado:
        region.leer_fecha(escrito)
    assert hallado.value.code == "doubtful"


@pytest.mark.parametrize(
    "escrito", ["31/02/2027", "13/2028", "03/28", "2028", "mañana", "0000-01", "1/1/12345", "0/0/0000"]
)
def test_what_is_no_day_is_refused(escrito):
    with pytest.raises(ValidationError) as hallado:
        region.leer_fecha(escrito)
    assert hallado.value.code == "invalid"


@pytest.mark.django_db
def test_an_entry_reads_thousands_cents_and_the_month_of_a_pack_once_its_last_day_was_seen(client, supervisor):
    producto = ProductoFactory()
    client.force_login(supervisor)
    datos = {
        "lineas-TOTAL_FORMS": "1",
        "lineas-INITIAL_FORMS": "0",
        "lineas-0-producto": producto.sku,
        "motivo": "compra",
    }
    datos |= {
        "lineas-0-lote": "A",
        "lineas-0-cantidad": "1,234",
        "lineas-0-costo_unitario": "12,50",
        "clave": "una-clave",
    }

    primera = client.post("/entrada/", datos | {"lineas-0-fecha_caducidad": "03/2090"})

    assert primera.status_code == 422
    assert "31/03/2090" in primera.context["hoja"].lineas.forms[0].errors["fecha_caducidad"][0]
    assert 'value="31/03/2090"' in primera.content.decode()
    assert client.post("/entrada/", datos | {"lineas-0-fecha_caducidad": "31/03/2090"}).status_code == 302
    lote = Lote.objects.get()
    assert (lote.fecha_caducidad, lote.costo_unitario) == (date(2090, 3, 31), Decimal("12.5"))
    assert lote.existencias.get().cantidad == 1234


@pytest.mark.django_db
def test_the_forms_of_catalogues_and_the_admin_read_numbers_the_same(client, admin_client, supervisor):
    client.force_login(supervisor)
    datos = {
        "sku": "A",
        "nombre": "Gasa",
        "unidad": "caja",
        "stock_minimo": "1,234",
        "vida_minima_despacho": "0",
        "activo": "on",
    }

    assert client.post("/productos/crear/", datos).status_code == 302
    assert Producto.objects.get(sku="A").stock_minimo == 1234
    admin_client.post("/admin/productos/producto/add/", datos | {"sku": "B"})
    assert Producto.objects.get(sku="B").stock_minimo == 1234


@pytest.mark.django_db
def test_the_api_takes_a_month_for_an_expiry_and_nothing_else_of_the_region(admin_client):
    producto = ProductoFactory()

    def entrar(**linea):
        cuerpo = {"lineas": [{"producto": producto.pk, "lote": "A", "cantidad": 1, **linea}]}
        return admin_client.post("/api/v1/entradas/", cuerpo, content_type="application/json").status_code

    assert entrar(fecha_caducidad="2088-02") == 201
    assert Lote.objects.get().fecha_caducidad == date(2088, 2, 29)
    for malo in ("02/2088", "29/02/2088", "2088-13", "0000-01", "2088-2"):
        assert entrar(fecha_caducidad=malo) == 400, malo
    assert entrar(fecha_caducidad="2088-02", costo_unitario="12,50") == 400
