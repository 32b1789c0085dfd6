"""Spreadsheets as people have them: what each row becomes, once and only once."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from lotes.models import Lote
from movimientos.importacion import services
from movimientos.models import Importacion, Movimiento, Operacion
from productos.models import Producto
from pruebas.ayudas import revertir
from pruebas.factories import ProductoFactory
from pruebas.importaciones import (
    CINCO,
    DOS,
    ESPERADO,
    HOY,
    TRES,
    UNO,
    abrir_almacenes,
    cuadran,
    decidir,
    existencias,
    problemas,
    publicar,
    subir,
)


@pytest.fixture
def almacenes(db):
    abrir_almacenes()


def test_a_csv_of_cp1252_with_semicolons_is_read_as_it_says(supervisor):
    esperado = ESPERADO[UNO.name]
    i = subir(UNO, supervisor)

    assert (i.avisos["codificacion"], i.avisos["separador"]) == ("cp1252", ";")
    assert i.estado == "leida"
    assert [(p["columna"], p["codigo"], p["elegida"]) for p in i.preguntas if p["columna"]] == [
        ("D", "orden_de_fecha", "dia_primero"),
        ("D", "mes_solo", None),
        ("E", "decimal", "decimal_coma"),
        ("F", "decimal", "decimal_coma"),
    ]
    assert i.totales["filas"] == esperado["filas_de_datos"]
    assert i.totales["listas"] == esperado["buenas"]
    assert problemas(i) == {
        5: {"caducidad_falta"},
        6: {"fecha_imposible"},
        7: {"ya_caducado"},
        8: {"cantidad_no_entera"},
        9: {"fecha_ambigua"},
    }
    cuadran(i)

    decidir(i, supervisor, **{"D": "fin_de_mes"})
    assert i.estado == "ensayada"
    publicar(i, supervisor)

    cuadran(i)
    assert i.totales["publicadas"] == esperado["buenas"] + 1
    for fila in esperado["por_fila"].values():
        if fila["ok"] is True:
            lote = Lote.objects.get(producto__sku=fila["sku"], fecha_caducidad=fila["caduca"])
            assert (lote.costo_unitario, lote.existencias.get().cantidad) == (Decimal(fila["costo"]), fila["cantidad"])
    assert Lote.objects.get(producto__sku="10-008").fecha_caducidad == date(2027, 6, 30)
    assert sorted(set(Operacion.objects.values_list("contraparte", flat=True))) == esperado["proveedores"]
    assert set(Operacion.objects.values_list("motivo__codigo", flat=True)) == {"saldo_inicial"}
    assert Producto.objects.get(sku="10-002").nombre == "Ibuprofeno 600 mg «genérico»"


def test_what_does_not_expire_may_come_without_lot(supervisor):
    ProductoFactory(sku="10-004", controla_caducidad=False)
    i = subir(UNO, supervisor)

    assert 5 not in problemas(i)

    otra = decidir(subir(UNO, supervisor), supervisor, **{"caducados": "entrar"})
    assert 7 not in problemas(otra)


def test_a_header_of_two_levels_and_a_column_a_warehouse(supervisor, almacenes):
    ProductoFactory(sku="20-003", controla_caducidad=False)
    i = subir(DOS, supervisor)

    assert (i.hoja, i.fila_cabecera, i.alto_cabecera) == ("Inventario", 4, 2)
    assert problemas(i) == {}
    publicar(i, supervisor)

    cuadran(i)
    lineas = {(s, None if lote == "SIN LOTE" else lote, a): n for (s, lote, a), n in existencias().items()}
    assert lineas == {(s, lote, a): n for s, lote, _caduca, a, n in ESPERADO[DOS.name]["lineas"]}
    assert {x.codigo: str(x.fecha_caducidad) for x in Lote.objects.exclude(codigo="SIN LOTE")} == {
        lote: caduca for _s, lote, caduca, *_r in ESPERADO[DOS.name]["lineas"] if lote
    }


def test_warehouses_that_nobody_had_are_made_when_that_is_chosen(administrador):
    i = subir(DOS, administrador)
    assert {c for codigos in problemas(i).values() for c in codigos} >= {"almacen_desconocido"}

    decidir(i, administrador, almacenes="crear", sin_caducidad="no_caducan")
    assert (problemas(i), i.totales["listas"]) == ({}, 4)
    publicar(i, administrador)

    assert sum(existencias().values()) == sum(linea[4] for linea in ESPERADO[DOS.name]["lineas"])
    cuadran(i)


def test_dates_of_every_kind_in_one_column(supervisor):
    ProductoFactory(sku="30-001")
    i = subir(TRES, supervisor)
    assert [(p["codigo"], p["elegida"]) for p in i.preguntas] == [("orden_de_fecha", None), ("mes_solo", None)]

    decidir(i, supervisor, **{"C": ["dia_primero", "fin_de_mes"]})

    assert problemas(i) == {
        11: {"fecha_imposible"},
        13: {"fecha_imposible"},
        14: {"caducidad_falta"},
        15: {"fecha_imposible"},
    }
    publicar(i, supervisor)
    cuadran(i)
    fechas = {x.codigo: str(x.fecha_caducidad) for x in Lote.objects.all()}
    fin, dia = {"T08", "T09", "T16"}, "2027-04-03"
    assert fechas == {
        f"T{n:02}": "2027-04-30" if f"T{n:02}" in fin else dia for n in range(1, 18) if n not in (10, 12, 13, 14)
    }


def test_duplicates_are_added_and_totals_left_out(supervisor):
    i = subir(CINCO, supervisor)

    assert (i.estado, i.avisos["codificacion"]) == ("ensayada", "utf-8")
    assert problemas(i) == {
        2: {"caducidad_distinta"},
        3: {"caducidad_distinta"},
        4: {"caducidad_distinta"},
        10: {"cantidad_negativa"},
    }
    assert problemas(i, "omision") == {6: {"fila_de_total"}, 8: {"cabecera_repetida"}, 13: {"fila_de_total"}}
    assert problemas(i, "aviso") == {5: {"se_suman"}, 9: {"se_suman", "nombre_distinto"}, 12: {"sin_cantidad"}}
    publicar(i, supervisor)

    cuadran(i)
    assert existencias() == {("50-002", "Z9", "Principal"): 10}
    assert Lote.objects.get(codigo="Z9").costo_unitario == Decimal("3.06")
    assert Producto.objects.get(sku="50-002").nombre == "Azitromicina"
    assert list(Lote.objects.filter(producto__sku="50-003").values_list("codigo", flat=True)) == ["C2"]
    assert not Producto.objects.filter(sku__in=["TOTAL GENERAL", "50-001"]).exists()


@pytest.mark.parametrize("caso", [UNO, CINCO])
def test_the_same_file_again_posts_nothing(supervisor, caso):
    def importar():
        i = subir(caso, supervisor)
        if i.estado == "leida":
            decidir(i, supervisor, **{"D": "fin_de_mes"})
        return publicar(i, supervisor)

    importar()
    antes = existencias(), Movimiento.objects.count()
    otra = importar()

    assert (existencias(), Movimiento.objects.count()) == antes
    assert (otra.totales["publicadas"], otra.operaciones) == (0, [])
    cuadran(otra)


def test_a_corrected_row_posts_itself_and_a_changed_quantity_is_for_a_count(supervisor):
    publicar(subir(CINCO, supervisor), supervisor)
    corregido = (
        CINCO.read_bytes()
        .replace(b"A1,2027-06-30,7", b"A1,2027-05-31,7")
        .replace(b"Z9,2027-01-31,6", b"Z9,2027-01-31,9")
    )

    i = publicar(subir(corregido, supervisor), supervisor)

    assert existencias() == {("50-002", "Z9", "Principal"): 10, ("50-001", "A1", "Principal"): 22}
    assert problemas(i)[5] == problemas(i)[9] == {"cantidad_cambiada"}
    assert (i.totales["publicadas"], len(i.operaciones)) == (3, 1)
    cuadran(i)


def test_what_was_undone_may_come_in_again(supervisor):
    i = publicar(subir(CINCO, supervisor), supervisor)
    revertir(Operacion.objects.get(pk=i.operaciones[0]))

    publicar(subir(CINCO, supervisor), supervisor)

    assert existencias() == {("50-002", "Z9", "Principal"): 10}
    assert Importacion.objects.count() == 2


def test_a_sheet_without_formulas_is_not_said_to_have_them(supervisor):
    libro = openpyxl.Workbook()
    for hoja, cuantas in ((libro.active, "=2+2"), (libro.create_sheet("Otra"), 4)):
        hoja.append(["sku", "nombre", "lote", "caducidad", "cantidad"])
        hoja.append(["A", "Alfa", "L", date(2030, 1, 31), cuantas])
    destino = io.BytesIO()
    libro.save(destino)
    i = subir(destino.getvalue(), supervisor)
    assert i.avisos == {"formulas": 1}

    assert services.cambiar(i, usuario=supervisor, hoja="Otra", hoy=HOY).avisos == {}
