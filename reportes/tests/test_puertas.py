"""The doors of the reports: page, API, exports and commands, one happy path and the refusals of each."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from lotes.models import Lote
from pruebas.ayudas import despachar, entrar, hoy_mas, trasladar
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, ProductoFactory
from reportes.columnas import COLUMNAS
from reportes.informes import REPORTES

pytestmark = pytest.mark.django_db
TODOS = sorted(REPORTES)


@pytest.fixture
def producto(db):
    """A product whose name a spreadsheet would run, with 40 units of lot A1 in and 15 out."""
    producto = ProductoFactory(sku="AMOX", nombre="=HYPERLINK(1)")
    entrar(producto, "A1", 40, 5, costo="1.25", fecha_efectiva=hoy_mas(-2))
    despachar(producto, 15, contraparte="+34 600")
    return producto


def pregunta(nombre):
    return {"sku": "AMOX"} if REPORTES[nombre].exige_producto else {}


def pagina(client, nombre, **datos):
    return client.get(reverse("reportes:reporte", args=[nombre]), datos)


def test_a_column_name_means_one_thing_in_every_report():
    nombres = [*COLUMNAS, *(c.nombre for r in REPORTES.values() for c in r.columnas_propias)]

    assert sorted(nombres) == sorted(set(nombres))


@pytest.mark.parametrize("nombre", TODOS)
def test_page_shows_table_chart_and_definitions_to_who_may_only_look(client, consulta, producto, nombre):
    client.force_login(consulta)

    r = pagina(client, nombre, **pregunta(nombre))

    html = r.content.decode()
    assert r.status_code == 200
    assert "grafica" in html
    assert str(REPORTES[nombre].definiciones[0])[:30] in html
    assert "formato=csv" not in html
    assert " style=" not in html


@pytest.mark.parametrize("nombre", TODOS)
def test_page_offers_files_to_who_may_export(client, supervisor, producto, nombre):
    client.force_login(supervisor)

    assert "formato=csv" in pagina(client, nombre, **pregunta(nombre)).content.decode()
    assert pagina(client, nombre, **pregunta(nombre), formato="csv").status_code == 200


def test_who_may_not_export_is_refused_on_page_and_api(client, consulta, producto):
    client.force_login(consulta)
    api = ClienteAPI(consulta)

    assert pagina(client, "existencias", formato="xlsx").status_code == 403
    assert api("GET", "reportes/existencias/?formato=csv").status_code == 403
    assert api("GET", "reportes/existencias/").status_code == 200


def test_index_lists_every_report(client, consulta):
    client.force_login(consulta)

    html = client.get(reverse("reportes:indice")).content.decode()

    assert all(reverse("reportes:reporte", args=[n]) in html for n in TODOS)


@pytest.mark.parametrize(
    ("nombre", "datos"),
    [
        ("movimientos", {"desde": "2026-02-30"}),
        ("movimientos", {"desde": "2026-02-02", "hasta": "2026-02-01"}),
        ("movimientos", {"hasta": "2099-01-01"}),
        ("movimientos", {"desde": "2001-01-01"}),
        ("existencias", {"producto": "abc"}),
        ("existencias", {"producto": "9" * 5000}),
        ("existencias", {"sku": "NADIE"}),
        ("existencias", {"sku": "A\x00"}),
        ("existencias", {"agrupar": "password"}),
        ("existencias_a_fecha", {"fecha": "9999-12-31"}),
        ("consumo", {"motivo": "nada"}),
        ("caducidades", {"dias": "-1"}),
        ("kardex", {"desde": "2026-01-01"}),
    ],
)
def test_a_wrong_filter_is_told_on_the_page_and_400_in_the_api(client, supervisor, nombre, datos):
    client.force_login(supervisor)
    consulta = "&".join(f"{k}={v}" for k, v in datos.items()).replace("\x00", "%00")

    r = pagina(client, nombre, **datos)
    api = ClienteAPI(supervisor)("GET", f"reportes/{nombre}/?{consulta}")

    assert r.status_code == 400
    assert 'role="alert"' in r.content.decode()
    assert api.status_code == 400
    assert api["Content-Type"] == "application/problem+json"
    assert api.json()["errores"]


def test_unknown_or_repeated_parameters_and_formats_are_400(supervisor):
    api = ClienteAPI(supervisor)

    for consulta in ("hola=1", "almacen=1&almacen=1", "formato=pdf"):
        assert api("GET", f"reportes/existencias/?{consulta}").status_code == 400


@pytest.mark.parametrize("numero", ["0", "9", "99999", "x", "٣"])
def test_a_page_that_is_not_there_is_404(client, supervisor, producto, numero):
    client.force_login(supervisor)

    assert pagina(client, "existencias", pagina=numero).status_code == 404


def test_a_report_longer_than_its_pages_says_so_and_its_figures_are_of_everything(
    client, supervisor, producto, monkeypatch
):
    monkeypatch.setattr("reportes.pagina.FILAS", 1)
    monkeypatch.setattr("reportes.pagina.PAGINAS_MAXIMAS", 2)
    for i in range(2):
        entrar(ProductoFactory(sku=f"X{i}"), "L", 5)
    client.force_login(supervisor)

    antes, ultima = (pagina(client, "existencias", pagina=n) for n in (1, 2))

    assert "Hay más filas" not in antes.content.decode()
    assert "Hay más filas" in ultima.content.decode()
    assert [t["valor"] for t in antes.context["totales"]] == [t["valor"] for t in ultima.context["totales"]]


def test_unknown_report_is_404(client, supervisor):
    client.force_login(supervisor)

    assert pagina(client, "nada").status_code == 404


def test_list_page_takes_the_same_queries_however_many_products(
    client, supervisor, producto, django_assert_max_num_queries
):
    for i in range(60):
        entrar(ProductoFactory(sku=f"X{i}"), "L", 5)
    client.force_login(supervisor)

    # session, user, permissions (2); categories and warehouses of the form; how many rows, the rows, their sums, the products
    # that they lead to, totals, chart
    with django_assert_max_num_queries(16):
        html = pagina(client, "existencias").content.decode()

    assert html.count("<tr>") == 52  # with the head and the foot
    assert "pagina=2" in html


def test_csv_disarms_formulas_and_says_what_and_when(client, supervisor, producto):
    client.force_login(supervisor)
    hoy = timezone.localdate()

    r = pagina(client, "movimientos", formato="csv")

    texto = r.getvalue().decode()
    assert texto.startswith("\ufeff")
    filas = list(csv.DictReader(io.StringIO(texto[1:])))
    assert [(f["Producto"], f["Contraparte"], f["Cantidad"]) for f in filas] == [
        ("'=HYPERLINK(1)", "", "40"),
        ("'=HYPERLINK(1)", "'+34 600", "-15"),
    ]
    assert filas[0]["Tipo"] == "Entrada"
    assert filas[0]["Fecha"] == (hoy - timedelta(days=2)).isoformat()
    desde = hoy - timedelta(days=29)
    assert r["Content-Disposition"] == f'attachment; filename="inventario-movimientos-por-linea-{desde}-a-{hoy}.csv"'


def test_headings_and_names_of_a_streamed_file_follow_the_users_language(client, supervisor, producto):
    supervisor.idioma = "en"
    supervisor.save()
    client.force_login(supervisor)

    cabecera, primera, *_resto = pagina(client, "movimientos", formato="csv").getvalue().decode().splitlines()

    assert cabecera.startswith("\ufeffDate,")
    assert ",Entry," in primera


def test_a_fragment_with_a_wrong_filter_is_422_so_that_htmx_shows_why(client, supervisor):
    client.force_login(supervisor)

    r = client.get(reverse("reportes:reporte", args=["caducidades"]), {"dias": "-1"}, headers={"HX-Request": "true"})

    html = r.content.decode()
    assert r.status_code == 422
    assert 'role="alert"' in html
    assert "<html" not in html


def test_xlsx_cells_are_typed_and_text_is_never_a_formula(client, supervisor, producto):
    client.force_login(supervisor)

    r = pagina(client, "caducidades", formato="xlsx")

    titulos, fila = CalamineWorkbook.from_filelike(io.BytesIO(r.getvalue())).get_sheet_by_index(0).to_python()
    celdas = dict(zip(titulos, fila, strict=True))
    assert celdas["Producto"] == "=HYPERLINK(1)"
    assert celdas["Cantidad"] == 25
    assert celdas["Valor"] == 31.25
    assert celdas["Caduca"] == timezone.localdate() + timedelta(days=5)


def test_json_carries_columns_totals_and_rows(supervisor, producto):
    r = ClienteAPI(supervisor)("GET", "reportes/existencias/?agrupar=producto")

    cuerpo = json.loads(r.getvalue())
    assert r["Content-Type"] == "application/json"
    assert cuerpo["totales"] == {
        "fisico": 25, "disponible": 25, "no_disponible": 0, "valor": "31.25", "sin_costo": 0,
    }  # fmt: skip
    assert cuerpo["filas"][0]["sku"] == "AMOX"
    assert [c["nombre"] for c in cuerpo["columnas"]] == list(cuerpo["filas"][0])


@pytest.mark.parametrize("nombre", TODOS)
@pytest.mark.parametrize("agrupar", ["", *sorted({a for r in REPORTES.values() for a in r.agrupaciones})])
def test_every_grouping_answers_in_every_format(supervisor, producto, nombre, agrupar, tmp_path):
    if agrupar and (agrupar not in REPORTES[nombre].agrupaciones or len(REPORTES[nombre].agrupaciones) == 1):
        agrupar = ""
    opciones = pregunta(nombre) | ({"agrupar": agrupar} if agrupar else {})
    consulta = "&".join(f"{k}={v}" for k, v in opciones.items())

    cuerpo = json.loads(ClienteAPI(supervisor)("GET", f"reportes/{nombre}/?{consulta}").getvalue())
    csv_ = ClienteAPI(supervisor)("GET", f"reportes/{nombre}/?{consulta}&formato=csv").getvalue().decode()
    call_command(f"reporte_{nombre}", formato="xlsx", salida=str(tmp_path / "r.xlsx"), **opciones)
    hoja = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).get_sheet_by_index(0).to_python()

    assert len(csv_.splitlines()) - 1 == len(cuerpo["filas"]) == len(hoja) - 1


@pytest.mark.parametrize("nombre", TODOS)
def test_command_prints_an_aligned_table_and_the_totals(supervisor, producto, nombre, capsys):
    call_command(f"reporte_{nombre}", **pregunta(nombre))

    titulo, cabecera, *resto = capsys.readouterr().out.splitlines()
    assert titulo == str(REPORTES[nombre].titulo)
    if nombre in {"quiebres", "perdidas", "conteos"}:  # nothing ran out, was lost or counted
        assert cabecera == "No hay filas con estos filtros."
    else:
        assert set(resto[0]) == {"─", " "}
        assert len(cabecera) <= len(resto[0])


def test_command_refuses_a_wrong_question_with_exit_code_2(db):
    for opciones in ({"desde": "ayer"}, {"sku": "NADIE"}, {"formato": "xlsx"}):
        with pytest.raises(CommandError) as info:
            call_command("reporte_movimientos", **opciones)
        assert info.value.returncode == 2


def test_command_that_cannot_write_its_file_exits_with_2(db, tmp_path):
    with pytest.raises(CommandError) as info:
        call_command("reporte_existencias", formato="csv", salida=str(tmp_path / "no" / "r.csv"))

    assert info.value.returncode == 2


def test_kardex_page_asks_for_a_product_before_complaining(client, consulta):
    client.force_login(consulta)

    r = pagina(client, "kardex")

    assert r.status_code == 200
    assert 'role="alert"' not in r.content.decode()


def test_two_warehouses_of_one_name_are_two_rows(supervisor, producto, almacen):
    otro = AlmacenFactory(nombre=almacen.nombre)
    trasladar(Lote.objects.get(), 5, otro)

    cuerpo = json.loads(ClienteAPI(supervisor)("GET", "reportes/existencias/?agrupar=almacen").getvalue())

    assert sorted(f["fisico"] for f in cuerpo["filas"]) == [5, 20]
