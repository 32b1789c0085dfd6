"""Every list's filters: a value that is not understood is an error, and every order is deterministic."""

import pytest

from alertas.filters import AlertaFilter
from alertas.models import Alerta
from inventario.plataforma import conteo
from lotes.filters import AlmacenFilter, LoteFilter
from lotes.models import Almacen, Existencia, Lote
from movimientos.filters import MotivoFilter, MovimientoFilter, OperacionFilter
from movimientos.models import Motivo, Movimiento, Operacion
from productos.filters import CategoriaFilter, ProductoFilter
from productos.models import Categoria, Producto
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db
LISTAS = [
    (ProductoFilter, Producto),
    (CategoriaFilter, Categoria),
    (LoteFilter, Lote),
    (AlmacenFilter, Almacen),
    (MotivoFilter, Motivo),
    (OperacionFilter, Operacion),
    (MovimientoFilter, Movimiento),
    (AlertaFilter, Alerta),
]
MALOS = {
    "activo": ["xx", "1", "True"],
    "bajo_minimo": ["sí"],
    "con_existencias": ["0"],
    "categoria": ["abc", "٥", "999999", "9" * 5000, "-1"],
    "almacen": ["abc", "٥", "999999", "9" * 5000],
    "producto": ["abc", "٥", "9" * 5000, "1.5", "1e3", "-1", " x"],
    "lote": ["abc", "٥"],
    "estado": ["otro"],
    "tipo": ["otro"],
    "severidad": ["grave"],
    "motivo": ["nada", "\x00"],
    "usuario": ["nadie", "\x00"],
    "desde": ["xx", "2026-02-30", "2030-1-5", "0001-01-01", "9999-12-31", "2026-01-01T00:00:00", "٢٠٢٦-٠١-٠١"],
    "hasta": ["xx"],
    "caduca_desde": ["2030-1-5"],
    "caduca_hasta": ["xx"],
    "buscar": ["a" * 101, "a\x00b"],
    "documento": ["a" * 101, "\x00"],
    "contraparte": ["a" * 201],
    "orden": ["password", "usuario__password", "?"],
}


def consulta(modelo, filtro, **datos):
    base = modelo.objects.con_derivados(filtro(datos, modelo.objects.all()).hoy) if modelo is Alerta else modelo.objects
    return filtro(datos, base.all())


@pytest.mark.parametrize(
    ("filtro", "modelo", "campo", "valor"),
    [
        (filtro, modelo, campo, valor)
        for filtro, modelo in LISTAS
        for campo in filtro.base_filters
        for valor in MALOS[campo]
    ],
)
def test_a_value_that_is_not_understood_is_an_error(filtro, modelo, campo, valor):
    f = consulta(modelo, filtro, **{campo: valor})

    assert not f.is_valid()
    assert list(f.errors) == [campo]


@pytest.mark.parametrize(("filtro", "modelo"), LISTAS)
def test_every_order_ends_in_the_primary_key(filtro, modelo):
    for orden in ["", *filtro.base_filters["orden"].ordenes]:
        f = consulta(modelo, filtro, orden=orden)

        assert f.is_valid()
        assert f.qs.query.order_by[-1] in ("pk", "-pk")
        list(f.qs)


def test_product_filters_find_what_they_say():
    categoria = CategoriaFactory()
    corto = ProductoFactory(nombre="Gasa", stock_minimo=5, categoria=categoria)
    sobrado = ProductoFactory(nombre="Suero", activo=False)
    lote = Lote.objects.create(producto=sobrado, codigo="S1", fecha_caducidad="2100-01-01")
    Existencia.objects.create(lote=lote, almacen=AlmacenFactory(), producto=sobrado, cantidad=3)

    def hallados(**datos):
        return list(consulta(Producto, ProductoFilter, **datos).qs)

    assert hallados() == [corto, sobrado]
    assert hallados(orden="-nombre") == [sobrado, corto]
    assert hallados(activo="true") == hallados(bajo_minimo="true") == hallados(con_existencias="false") == [corto]
    assert hallados(activo="false") == hallados(bajo_minimo="false") == hallados(con_existencias="true") == [sobrado]
    assert hallados(categoria=str(categoria.pk)) == hallados(buscar="gas") == [corto]
    assert hallados(buscar="nada") == []


def test_what_is_found_comes_in_the_order_of_the_list():
    b, a = ProductoFactory(nombre="Gasa b"), ProductoFactory(nombre="Gasa a")
    lotes = [
        Lote.objects.create(producto=a, codigo=f"LOTE-{i}", fecha_caducidad=dia)
        for i, dia in enumerate((None, "2050-01-02", "2050-01-01"))
    ]

    assert list(consulta(Producto, ProductoFilter, buscar="gasa").qs) == [a, b]
    assert list(consulta(Producto, ProductoFilter, buscar="gasa", orden="-nombre").qs) == [b, a]
    assert list(consulta(Lote, LoteFilter, buscar="lote-").qs) == lotes[::-1]
    assert list(consulta(Lote, LoteFilter, buscar="lote-", orden="-fecha_caducidad").qs) == [
        lotes[1],
        lotes[2],
        lotes[0],
    ]


def test_lots_are_found_by_warehouse_and_stock_there():
    uno, otro = AlmacenFactory(), AlmacenFactory()
    producto = ProductoFactory()
    lote = Lote.objects.create(producto=producto, codigo="L-1", fecha_caducidad="2050-01-01")
    agotado = Lote.objects.create(producto=producto, codigo="L-2")
    Existencia.objects.create(lote=lote, almacen=uno, producto=producto, cantidad=3)
    Existencia.objects.create(lote=agotado, almacen=uno, producto=producto, cantidad=0)

    def hallados(**datos):
        return list(consulta(Lote, LoteFilter, **datos).qs)

    assert hallados() == hallados(almacen=str(uno.pk)) == hallados(producto=str(producto.pk)) == [lote, agotado]
    assert hallados(almacen=str(uno.pk), con_existencias="true") == hallados(caduca_hasta="2050-01-01") == [lote]
    assert hallados(almacen=str(otro.pk)) == hallados(producto="123456789") == []
    assert hallados(buscar="l-2") == [agotado]


def test_many_rows_found_are_counted_once_in_a_while(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(conteo, "MUCHAS_HALLADAS", 2)
    for n in range(3):
        ProductoFactory(nombre=f"Gasa {n}")

    with django_assert_num_queries(1):
        assert [conteo.contar(Producto.objects.filter(nombre__icontains="gasa")) for _ in range(3)] == [3, 3, 3]
    with django_assert_num_queries(2):  # few are always counted, and nothing is not asked for
        assert [conteo.contar(Producto.objects.filter(nombre__icontains="gasa 1")) for _ in range(2)] == [1, 1]
        assert conteo.contar(Producto.objects.filter(pk__in=[])) == 0
