"""What a file must be before a row of it is read, and how one cell is read."""

import contextlib
import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventario.plataforma.celdas import celda_leida, celda_segura
from movimientos.importacion import archivo, cabecera, limites, textos, valores
from movimientos.importacion.limites import Ilegible


def libro(*filas, **celdas):
    libro = openpyxl.Workbook()
    for fila in filas:
        libro.active.append(fila)
    for donde, (valor, formato) in celdas.items():
        libro.active[donde] = valor
        libro.active[donde].number_format = formato
    destino = io.BytesIO()
    libro.save(destino)
    return destino.getvalue()


def con(datos, **partes):
    """The workbook with some parts in place of, or beside, its own."""
    destino = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(datos)) as antes, zipfile.ZipFile(destino, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nombre in antes.namelist():
            if nombre not in partes:
                zip_.writestr(nombre, antes.read(nombre))
        for nombre, contenido in partes.items():
            zip_.writestr(nombre, contenido)
    return destino.getvalue()


def leer(datos):
    abierto = archivo.abrir(datos)
    return [celdas for _n, celdas in abierto.filas(abierto.hojas[0])]


HOJA = "xl/worksheets/sheet1.xml"
XML = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
SANO = libro(["sku", "cantidad"], ["A", 1])
MALOS = {
    "archivo_vacio": b" \r\n ",
    "no_es_lo_que_dice": b"%PDF-1.7 ...",
    "libro_antiguo": archivo.OLE + b"\0" * 600,
    "libro_cifrado": archivo.OLE + "EncryptedPackage".encode("utf-16-le"),
    "libro_con_macros": con(SANO, **{"xl/vbaProject.bin": b"x"}),
    "libro_danado": SANO[: len(SANO) // 2],
    "bomba": con(SANO, **{"xl/media/x": b"0" * (limites.DESCOMPRIMIDO + 1)}),
    "demasiadas_columnas": con(SANO, **{HOJA: XML.format('<row r="1"><c r="NTP1"><v>1</v></c></row>')}),
    "demasiadas_filas": con(SANO, **{HOJA: XML.format('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')}),
    "contiene_nul": b"sku,cantidad\nA\x00,1",
    "codificacion": b"sku,cantidad\n\x81\x8d,1",
    "csv_roto": b'sku,cantidad\n"' + b"a" * 200_000,
}


def test_two_cells_far_apart_do_not_take_the_memory_of_all_between():
    lejos = con(SANO, **{HOJA: XML.format('<row r="1"><c r="A1"/></row><row r="200000"><c r="KN200000"/></row>')})
    for ref in ("A200000", "KN20000"):
        archivo.abrir(con(SANO, **{HOJA: XML.format(f'<row><c r="{ref}"/></row>')})).formulas("Sheet")

    with pytest.raises(Ilegible) as rechazo:
        archivo.abrir(lejos).formulas("Sheet")

    assert rechazo.value.codigo == "bomba"


@pytest.mark.parametrize("codigo", MALOS)
def test_a_file_that_may_not_be_read_is_refused_by_its_reason(codigo):
    with pytest.raises(Ilegible) as rechazo:
        leer(MALOS[codigo])

    assert rechazo.value.codigo == codigo
    assert "%" not in textos.de_archivo(rechazo.value)


def test_a_size_that_a_zip_declares_is_not_believed():
    datos = bytearray(con(SANO, **{"xl/media/x": b"0" * (limites.DESCOMPRIMIDO + 1)}))
    largo = (limites.DESCOMPRIMIDO + 1).to_bytes(4, "little")
    while (i := datos.find(largo)) >= 0:
        datos[i : i + 4] = (5).to_bytes(4, "little")

    with pytest.raises(Ilegible) as rechazo:
        archivo.abrir(bytes(datos))
    assert rechazo.value.codigo == "bomba"


def test_a_file_over_the_limit_is_not_looked_at():
    with pytest.raises(Ilegible) as rechazo:
        archivo.abrir(b"a" * (limites.BYTES + 1))
    assert rechazo.value.codigo == "archivo_demasiado_grande"


@pytest.mark.parametrize(
    ("datos", "codificacion", "separador"),
    [
        ("sku;ñ\nA;1".encode("cp1252"), "cp1252", ";"),
        ("\ufeffsku,ñ\nA,1".encode(), "utf-8", ","),
        ("sku\tñ\nA\t1".encode("utf-16"), "utf-16", "\t"),
        ('sku|"ñ,;x"|z\nA|"1,2;3"|4'.encode(), "utf-8", "|"),
    ],
)
def test_encoding_and_separator_are_found_and_said(datos, codificacion, separador):
    abierto = archivo.abrir(datos)

    assert abierto.avisos == {"codificacion": codificacion, "separador": separador}
    assert next(abierto.filas("CSV"))[1][0] == "sku"


def test_formats_formulas_and_corners_of_a_sheet_are_seen():
    datos = libro(B5=("x", "General"), C6=(7, "0000"), D7=(date(2027, 4, 1), "mmm\\-yy;@"), E8=("=1+1", "General"))
    abierto = archivo.abrir(datos)
    [hoja] = abierto.hojas

    assert abierto.formatos(hoja) == {(6, 2): 4, (7, 3): "mes"}
    assert abierto.formulas(hoja) == 1
    assert list(abierto.filas(hoja))[4] == (5, [None, "x", None, None])


@pytest.mark.parametrize(
    ("valor", "orden", "fecha"),
    [
        ("2027-04-03", None, "2027-04-03"),
        ("2027/4/3 00:00:00", None, "2027-04-03"),
        ("13.04.27", None, "2027-04-13"),
        ("04/13/2027", None, "2027-04-13"),
        ("03/04/2027", "mes_primero", "2027-03-04"),
        ("3 de abril de 2027", None, "2027-04-03"),
        ("Apr 3, 2027", None, "2027-04-03"),
        ("3-ABR-27", None, "2027-04-03"),
        (46480.0, None, "2027-04-03"),
        (20270403, None, "2027-04-03"),
        ("s/f", None, None),
        ("2027-04-03T23:59:00Z", None, "2027-04-03"),
    ],
)
def test_a_date_is_read(valor, orden, fecha):
    assert valores.leer_fecha(valor, orden=orden, mes=None).fecha == (fecha and date.fromisoformat(fecha))


@pytest.mark.parametrize(
    "valor", ["30/02/2027", "31/04/2027", "2027-13-01", 0, 12.0, "ayer", "99/99/9999", "1999-12-31", "2101-01-01", True]
)
def test_what_is_no_date_is_refused(valor):
    with pytest.raises(valores.Malo) as error:
        valores.leer_fecha(valor, orden="dia_primero", mes="fin_de_mes")
    assert error.value.codigo == "fecha_imposible"


@pytest.mark.parametrize(
    ("valor", "decimal", "numero"),
    [
        ("1.250", "decimal_coma", "1250"),
        ("1.250", "decimal_punto", "1.250"),
        ("1.250,50 €", None, "1250.50"),
        ("$1,250.50", None, "1250.50"),
        ("2,5", None, "2.5"),
        ("(3)", None, "-3"),
        ("1 250 300", None, "1250300"),
        (0.1, None, "0.1"),
        ("-4", None, "-4"),
        ("1.234.567", None, "1234567"),
    ],
)
def test_a_number_is_read(valor, decimal, numero):
    assert valores.leer_numero(valor, decimal) == Decimal(numero)


@pytest.mark.parametrize("valor", ["doce", "1e5", "٥", "1.2.3", "--1", True, "9" * 50])
def test_what_is_no_number_is_refused(valor):
    with pytest.raises(valores.Malo):
        valores.leer_numero(valor, None)


def test_three_figures_after_the_only_sign_are_asked_about():
    with pytest.raises(valores.Malo) as error:
        valores.leer_numero("1.250", None)
    assert error.value.codigo == "numero_ambiguo"


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_it(datos):
    for prueba in (datos, b"PK\x03\x04" + datos, SANO[:200] + datos):
        with contextlib.suppress(Ilegible):
            cabecera.hallar(leer(prueba), "existencias")


@given(
    st.one_of(st.none(), st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.dates())
)
def test_no_cell_at_all_breaks_it(valor):
    list(valores.pistas_de_fecha(valor))
    valores.pista_de_decimal(valor)
    with contextlib.suppress(valores.Malo):
        assert valores.leer_fecha(valor, orden=None, mes=None).fecha is None or valores.limpio(valor)
    with contextlib.suppress(valores.Malo):
        assert valores.leer_numero(valor, None) is None or valores.limpio(valor)


@given(st.text(alphabet="'=+-@;,\t a1", max_size=12))
def test_an_exported_text_is_read_as_it_was(texto):
    assert celda_leida(celda_segura(texto)) == texto
