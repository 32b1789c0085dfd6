"""The commands take a row as a person at a terminal names it."""

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

from inventario.dominio.exceptions import DatosInvalidos
from lotes.models import Almacen, Lote
from movimientos.models import Motivo
from productos.models import Producto
from pruebas.ayudas import entrar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory
from reportes.management.nombrado import NOMBRADOS, hallar

pytestmark = pytest.mark.django_db


@pytest.fixture
def tienda(db):
    categoria = CategoriaFactory(nombre="Antibióticos")
    amox = ProductoFactory(sku="AMOX-500", nombre="Amoxicilina 500 mg", gtin="7501234567893", categoria=categoria)
    ProductoFactory(sku="AMOX-SUSP", nombre="Amoxicilina")
    ProductoFactory(sku="AC", nombre="Ácido fólico")
    AlmacenFactory(codigo="FRIO", nombre="Cámara fría")
    entrar(amox, "A-2291")
    return amox


@pytest.mark.parametrize(
    ("campo", "texto", "modelo", "de"),
    [
        ("producto", "amox-500", Producto, {"sku": "AMOX-500"}),
        ("producto", " 7501234567893 ", Producto, {"sku": "AMOX-500"}),
        ("producto", "500", Producto, {"sku": "AMOX-500"}),
        ("producto", "acido FOLICO", Producto, {"sku": "AC"}),
        ("producto", "Amoxicilina", Producto, {"sku": "AMOX-SUSP"}),
        ("producto", "mg amox", Producto, {"sku": "AMOX-500"}),
        ("lote", "a-2291", Lote, {"codigo": "A-2291"}),
        ("lote", "229", Lote, {"codigo": "A-2291"}),
        ("almacen", "frio", Almacen, {"codigo": "FRIO"}),
        ("almacen", "camara", Almacen, {"codigo": "FRIO"}),
        ("motivo", "Compra", Motivo, {"codigo": "compra"}),
    ],
)
def test_a_code_or_a_part_of_the_name_that_no_other_has_is_enough(tienda, campo, texto, modelo, de):
    fila = modelo.objects.get(**de)

    assert hallar(campo, texto) == getattr(fila, NOMBRADOS[campo].clave)
    assert hallar(campo, str(fila.pk)) == getattr(fila, NOMBRADOS[campo].clave)


def test_a_name_that_several_have_tells_them(tienda):
    igual = ProductoFactory(sku=str(tienda.pk), nombre="Otro")

    with pytest.raises(DatosInvalidos) as info:
        hallar("producto", "amoxi")
    assert info.value.errores["producto"][0].startswith("«amoxi» puede ser: AMOX-500 · Amoxicilina 500 mg (id ")
    assert "AMOX-SUSP · Amoxicilina (id " in info.value.errores["producto"][0]
    with pytest.raises(DatosInvalidos) as info:  # the id of one, the SKU of another
        hallar("producto", str(tienda.pk))
    assert all(f"(id {fila.pk})" in info.value.errores["producto"][0] for fila in (tienda, igual))


@pytest.mark.parametrize("texto", ["nadie", "", "%", "99999999999999999999", "٣", "\u200b"])
@pytest.mark.parametrize("campo", NOMBRADOS)
def test_what_nothing_is_called_is_refused(tienda, campo, texto):
    with pytest.raises(DatosInvalidos):
        hallar(campo, texto)


def test_every_command_that_takes_a_row_takes_its_name(tienda, capsys):
    hallados = 0
    for nombre, app in get_commands().items():
        if app not in ("reportes", "alertas", "movimientos", "lotes", "productos", "inventario"):
            continue
        if nombre == "importar":  # its warehouse is a code, as in its file
            continue
        orden = load_command_class(app, nombre)
        opciones = {a.dest for a in orden.create_parser("manage.py", nombre)._actions} & set(NOMBRADOS)
        hallados += len(opciones)
        for campo in opciones:
            with pytest.raises(CommandError, match="«nadie»") as info:
                call_command(nombre, **{campo: "nadie"})
            assert info.value.returncode == 2
    assert hallados > 20

    call_command("reporte_kardex", producto="acido")
    call_command("reporte_kardex", lote="a-2291")
    assert "A-2291" in capsys.readouterr().out
    call_command("verificar", producto="500 mg")
    assert capsys.readouterr().out.strip() == "OK"
