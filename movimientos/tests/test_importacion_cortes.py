"""An import that is interrupted, refused in part, or repeated."""

import itertools

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from inventario.dominio.exceptions import ErrorDeDominio
from lotes.models import Almacen
from movimientos.importacion import publicar as modulo
from movimientos.models import Importacion, Movimiento
from productos.models import Producto
from pruebas.factories import ProductoFactory, UsuarioFactory
from pruebas.importaciones import (
    CINCO,
    DOS,
    ESPERADO,
    TRES,
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


class Corte(BaseException):
    """The process dies."""


@pytest.mark.parametrize("donde", ["antes", "dentro"])
@pytest.mark.parametrize("corte", range(5))
def test_a_run_that_dies_at_any_row_goes_on_without_a_unit_twice(supervisor, almacenes, monkeypatch, corte, donde):
    ProductoFactory(sku="20-003", controla_caducidad=False)
    i = subir(DOS, supervisor)
    original, veces = modulo._recordar if donde == "dentro" else modulo._asentar, itertools.count()

    def fragil(*args, **kwargs):
        if next(veces) == corte:
            raise Corte
        return original(*args, **kwargs)

    with monkeypatch.context() as m:
        m.setattr(modulo, original.__name__, fragil)
        with pytest.raises(Corte):
            publicar(i, supervisor, tanda=1)
    i = Importacion.objects.get(pk=i.pk)
    assert i.estado == "publicando"
    publicar(i, supervisor, tanda=1)

    assert (i.estado, i.totales["publicadas"], i.totales["rechazadas"]) == ("hecha", 4, 0)
    assert sum(existencias().values()) == sum(linea[4] for linea in ESPERADO[DOS.name]["lineas"])
    assert Movimiento.objects.count() == len(ESPERADO[DOS.name]["lineas"])
    cuadran(i)


def test_in_pieces_of_time_it_comes_to_the_same(supervisor):
    i = subir(CINCO.read_bytes() + b"50-004,Otro,D1,2028-01-31,3,1\n", supervisor)
    vueltas = 0
    while i.estado != "hecha":
        publicar(i, supervisor, tanda=1, segundos=-1 if vueltas == 0 else 60)
        vueltas += 1

    assert (vueltas, existencias()) == (2, {("50-002", "Z9", "Principal"): 10, ("50-004", "D1", "Principal"): 3})
    cuadran(i)


def test_one_line_that_the_services_refuse_leaves_the_others(supervisor):
    i = subir(CINCO, supervisor)
    Producto.objects.create(sku="50-002", nombre="Cerrado", activo=False)  # after the trial

    publicar(i, supervisor)

    assert (existencias(), i.estado) == ({}, "hecha")
    cuadran(i)


def test_what_was_refused_in_one_round_is_not_tried_again_in_the_next(supervisor, monkeypatch):
    i = subir(b"sku,nombre,lote,caducidad,cantidad\nA,Alfa,L,2030-01-31,4\nB,Beta,L,2030-01-31,5\n", supervisor)
    original, probados = modulo._asentar, []

    def fragil(plan, tanda, **kwargs):
        probados.append(tanda[0].sku)
        if probados == ["A", "B"]:
            raise Corte
        if tanda[0].sku == "A":
            raise ErrorDeDominio
        return original(plan, tanda, **kwargs)

    monkeypatch.setattr(modulo, "_asentar", fragil)
    with pytest.raises(Corte):
        publicar(i, supervisor, tanda=1)
    publicar(i, supervisor, tanda=1)

    assert probados == ["A", "B", "B"]
    assert (existencias(), problemas(i)) == ({("B", "L", "Principal"): 5}, {2: {"rechazada_al_publicar"}})
    cuadran(i)


def test_rows_that_name_no_warehouse_are_refused_while_that_of_the_import_is_closed(supervisor, almacenes):
    norte = Almacen.objects.get(nombre="Norte")
    i = subir(CINCO, supervisor, almacen=norte)
    Almacen.objects.filter(pk=norte.pk).update(activo=False)

    decidir(i, supervisor)

    assert "almacen_inactivo" in problemas(i)[9]
    assert i.totales["listas"] == 0


def test_who_may_not_make_products_leaves_the_import_to_who_may(supervisor):
    datos = b"sku;nombre\nP-1;Uno\n"
    quien = UsuarioFactory()
    quien.user_permissions.add(Permission.objects.get(codename="add_importacion"))
    i = subir(datos, quien, tipo="productos")
    with pytest.raises(PermissionDenied):
        publicar(i, quien)

    assert i.estado == "ensayada"
    assert publicar(i, supervisor).totales["publicadas"] == 1


ANCHO = b"sku,nombre,lote,caducidad,Principal,Norte\n"


def test_a_row_partly_in_already_counts_with_what_enters_of_it(supervisor, almacenes):
    publicar(subir(b"sku,nombre,lote,caducidad,cantidad\nA,Alfa,L,2030-01-31,4\n", supervisor), supervisor)
    i = publicar(subir(ANCHO + b"A,Alfa,L,2030-01-31,4,6\n", supervisor), supervisor)

    assert existencias() == {("A", "L", "Principal"): 4, ("A", "L", "Norte"): 6}
    assert (i.totales["publicadas"], i.totales["omitidas"]) == (1, 0)
    cuadran(i)


def test_a_row_of_which_one_warehouse_is_refused_is_not_counted_twice(supervisor, almacenes, monkeypatch):
    original = modulo._asentar

    def sin_norte(plan, tanda, **kwargs):
        if tanda[0].almacen != Almacen.objects.predeterminado().pk:
            raise ErrorDeDominio
        return original(plan, tanda, **kwargs)

    monkeypatch.setattr(modulo, "_asentar", sin_norte)
    i = publicar(subir(ANCHO + b"A,Alfa,L,2030-01-31,4,6\n", supervisor), supervisor, tanda=1)

    assert (i.totales["publicadas"], i.totales["omitidas"]) == (1, 0)
    assert problemas(i) == {2: {"rechazada_al_publicar"}}
    cuadran(i)


def test_a_row_that_went_wrong_since_the_trial_says_so(supervisor):
    i = subir(CINCO, supervisor)
    Producto.objects.create(sku="50-002", nombre="Cerrado", activo=False)

    publicar(i, supervisor)

    assert problemas(i)[9] == {"producto_inactivo"}
    assert i.totales["rechazadas"] == len(problemas(i))


def test_who_may_not_make_warehouses_can_still_decide_otherwise(supervisor):
    i = decidir(subir(DOS, supervisor), supervisor, almacenes="crear", sin_caducidad="no_caducan")
    with pytest.raises(PermissionDenied):
        publicar(i, supervisor)

    assert (i.estado, Importacion.objects.get().estado) == ("ensayada", "ensayada")
    publicar(decidir(i, supervisor, almacenes="rechazar"), supervisor)
    cuadran(i)


def test_warehouses_whose_names_begin_alike_get_codes_of_their_own(administrador):
    largo = "Sucursal de la Avenida"
    Almacen.objects.create(nombre="Otra", codigo=largo[:20])
    filas = f"sku,nombre,lote,caducidad,cantidad,almacén\nA,Alfa,L,2030-01-31,4,{largo} Norte\n"
    filas += f"A,Alfa,L,2030-01-31,5,{largo} Sur\n"
    i = decidir(subir(filas.encode(), administrador), administrador, almacenes="crear")
    publicar(i, administrador)

    assert existencias() == {("A", "L", f"{largo} Norte"): 4, ("A", "L", f"{largo} Sur"): 5}
    cuadran(i)


def test_who_may_not_import_may_not(operador):
    with pytest.raises(PermissionDenied):
        subir(CINCO, operador)


def test_columns_and_decisions_are_remembered_for_the_next_file_alike(supervisor):
    i = subir(TRES, supervisor)
    decidir(i, supervisor, **{"C": ["dia_primero", "fin_de_mes"]})
    publicar(i, supervisor)

    assert subir(TRES, supervisor).estado == "ensayada"


def test_what_a_file_tells_by_itself_weighs_more_than_what_is_remembered(supervisor):
    titulos = b"sku,nombre,lote,caducidad,cantidad\n"
    i = subir(titulos + b"A,Alfa,L1,03/04/2030,4\n", supervisor)
    publicar(decidir(i, supervisor, D="dia_primero"), supervisor)

    otra = subir(titulos + b"A,Alfa,L2,12/31/2030,4\nA,Alfa,L3,03/04/2030,4\n", supervisor)

    assert [(p["elegida"], p["sola"]) for p in otra.preguntas] == [("mes_primero", True)]
    assert otra.totales["listas"] == 2


def test_a_file_of_products_makes_and_changes_them_and_nothing_else(supervisor):
    ProductoFactory(sku="P-1", nombre="Viejo", unidad="caja", stock_minimo=4)
    datos = "SKU;Nombre;Categoría;Unidad;Mínimo;GTIN;Controla caducidad\nP-1;Nuevo;Higiene;;;;\n".encode()
    datos += "P-2;Jabón;higiene;pieza;3;7501234567893;No\nP-3;Malo;;;;124;\nP-4;Doble;;;;7501234567893;\n".encode()

    i = subir(datos, supervisor, tipo="productos")
    assert problemas(i) == {4: {"gtin_invalido"}, 5: {"gtin_repetido"}}
    publicar(i, supervisor)

    uno, dos = Producto.objects.select_related("categoria").order_by("sku")
    assert (uno.nombre, uno.unidad, uno.stock_minimo, uno.categoria.nombre) == ("Nuevo", "caja", 4, "Higiene")
    assert (dos.gtin, dos.controla_caducidad, dos.categoria, dos.unidad) == (
        "07501234567893",
        False,
        uno.categoria,
        "pieza",
    )
    cuadran(i)
    otra = publicar(subir(datos, supervisor, tipo="productos"), supervisor)
    assert (otra.totales["publicadas"], otra.totales["omitidas"]) == (0, 2)
