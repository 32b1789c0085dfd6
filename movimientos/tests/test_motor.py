"""PostgreSQL's own statements write and lock what the ORM's do."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alertas.models import Alerta
from alertas.services import comparar
from lotes.models import Existencia, Lote
from movimientos import peticiones
from movimientos.models import Motivo, Movimiento, Operacion
from movimientos.motor import orm, postgres
from movimientos.motor.filas import LoteRecibido
from productos.bloqueo import ProductoBloqueado, bloquear
from productos.models import Producto
from pruebas.ayudas import HOY, despachar, despachar_lineas, dias, entrar, entrar_lineas, trasladar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory

pytestmark = pytest.mark.django_db


def _escrito(escribir, usuario, almacen):
    """What `escribir` leaves of an operation over one lot that had stock and one that never had any."""
    producto = ProductoFactory()
    lotes = [Lote.objects.create(producto=producto, codigo=c, fecha_caducidad=v) for c, v in (("A", HOY), ("B", None))]
    Existencia.objects.create(lote=lotes[0], almacen=almacen, producto=producto, cantidad=3, secuencia=4, huella="x")
    operacion = Operacion(
        tipo="ajuste", motivo=Motivo.objects.get(codigo="conteo"), almacen=almacen, usuario=usuario, fecha_efectiva=HOY,
        registrada_en=timezone.now(), faltantes=[{"producto": 1, "falta": 2}], nota='comillas " y ñ', sello="s" * 64,
    )  # fmt: skip
    lineas = [
        Movimiento(
            tipo="ajuste", producto=producto, lote=lote, almacen=almacen, fecha_efectiva=HOY, cantidad=5 + i, saldo=8 + i,
            secuencia=5 - i, fecha_caducidad=lote.fecha_caducidad, vida_minima=i, excepcion_fefo=bool(i), huella=str(i) * 64,
        )
        for i, lote in enumerate(lotes)
    ]  # fmt: skip

    escribir(operacion, lineas, [("UPDATE productos_producto SET nombre = %s WHERE id = %s", ["otro", producto.pk])])

    assert Producto.objects.get(pk=producto.pk).nombre == "otro"  # what was asked to go along
    assert [m.pk for m in lineas] == list(operacion.movimientos.order_by("pk").values_list("pk", flat=True))
    quitar = {"id", "operacion_id", "producto_id", "lote_id", "registrada_en"}
    return [
        [{k: v for k, v in fila.items() if k not in quitar} for fila in filas]
        for filas in (
            Operacion.objects.filter(pk=operacion.pk).values(),
            Movimiento.objects.filter(operacion=operacion).order_by("pk").values(),
            Existencia.objects.filter(producto=producto).order_by("lote").values(),
        )
    ]


@pytest.mark.postgres
def test_both_writers_leave_the_same_rows(operador, almacen):
    assert _escrito(postgres.escribir, operador, almacen) == _escrito(orm.escribir, operador, almacen)


@pytest.mark.postgres
def test_both_ways_to_receive_lots_find_and_leave_the_same(operador, almacen):
    def recibido(recibir):
        producto, otro = ProductoFactory(), ProductoFactory()
        entrar(producto, "CON-STOCK", 5, 10, hoy=HOY)
        entrar(producto, "AGOTADO", 1, 5, hoy=HOY)
        entrar(producto, "AJENO", 4, 30, hoy=HOY)
        despachar(producto, 1, hoy=HOY)
        Lote.objects.create(producto=producto, codigo="SIN-NADA")
        Lote.objects.create(producto=otro, codigo="NUEVO")  # the same code, of another product
        pedidos = [
            LoteRecibido(producto.pk, "CON-STOCK", None, None, None),
            LoteRecibido(producto.pk, "AGOTADO", None, None, None),
            LoteRecibido(producto.pk, "SIN-NADA", None, None, None),
            LoteRecibido(producto.pk, "NUEVO", HOY, dias(-3), Decimal("1.250000")),
            LoteRecibido(producto.pk, 'OTRO "Ñ"', None, None, None),
        ]
        saldos, nuevos = recibir(pedidos)
        creados = Lote.objects.filter(pk__in=nuevos).order_by("pk")
        quitar = {"existencia": None, "producto": 0, "lote": 0, "creado_en": None, "huella": ""}
        return (
            sorted(
                (s._replace(**{**quitar, "existencia": bool(s.existencia), "huella": bool(s.huella)}) for s in saldos),
                key=lambda s: s.lote_codigo,
            ),
            list(creados.values_list("codigo", "fecha_caducidad", "fecha_fabricacion", "costo_unitario", "estado")),
        )

    assert recibido(postgres.recibir) == recibido(orm.recibir)


def test_the_lock_says_what_the_products_ask_for(db):
    con_categoria = ProductoFactory(stock_minimo=7, categoria=CategoriaFactory(dias_aviso=45))
    propio = ProductoFactory(dias_aviso=12, stock_maximo=9, vida_minima_despacho=3)

    assert bloquear([propio.pk, con_categoria.pk]) == [
        ProductoBloqueado(con_categoria.pk, True, True, 0, 7, None, None, 45),
        ProductoBloqueado(propio.pk, True, True, 3, 0, 9, 12, None),
    ]
    assert [p.horizonte for p in bloquear([con_categoria.pk, propio.pk])] == [45, 12]


@pytest.mark.postgres
@pytest.mark.parametrize("por_lotes", [False, True])
def test_both_motors_open_an_operation_with_the_same(operador, almacen, por_lotes):
    productos = [
        ProductoFactory(stock_minimo=7, categoria=CategoriaFactory(dias_aviso=45)),
        ProductoFactory(dias_aviso=12),
    ]
    for producto in productos:
        entrar(producto, "A", 5, 10, hoy=HOY)
        entrar(producto, "B", 6, 20, hoy=HOY)
    trasladar(Lote.objects.get(producto=productos[0], codigo="A"), 2, AlmacenFactory(), hoy=HOY)
    previa = despachar(productos[1], 5, clave="k", usuario=operador, hoy=HOY)
    nunca = Lote.objects.create(producto=productos[0], codigo="NUNCA")
    lotes = [nunca.pk, Lote.objects.get(producto=productos[1], codigo="A").pk]  # one that never was, one that ran out
    comun = {
        "almacen": None,
        "destino": None,
        "motivo": "despacho",
        "usuario": operador.pk,
        "clave": "k",
        "con_stock": True,
    }
    pedidos = [
        comun,
        comun | {"almacen": almacen.pk, "destino": almacen.pk, "clave": "otra", "usuario": operador.pk},
        comun | {"almacen": 10**9, "destino": 10**9, "motivo": "no existe", "clave": None},
        comun | {"con_stock": False},
    ]
    que = {"productos": [], "lotes": lotes} if por_lotes else {"productos": [p.pk for p in productos], "lotes": []}

    def comparable(leido):
        saldos = sorted((s._replace(creado_en=None) for s in leido.saldos), key=lambda s: (s.lote, s.almacen))
        return [leido._replace(saldos=saldos), *(vars(x) for x in (leido.almacen, leido.motivo) if x)]

    def sin_estado(leido):
        return [x if not isinstance(x, dict) else x | {"_state": None} for x in comparable(leido)]

    for pedido in pedidos:
        uno, otro = postgres.abrir(**pedido, **que), orm.abrir(**pedido, **que)
        assert sin_estado(uno) == sin_estado(otro)
    assert postgres.abrir(**comun, **que).previa == previa.pk
    uno_solo = {"productos": [productos[0].pk], "lotes": []}  # one product has a statement of its own
    assert len(postgres.abrir(**comun, **uno_solo).saldos) == len(orm.abrir(**comun, **uno_solo).saldos) == 3


def test_alerts_that_follow_an_operation_are_those_of_a_full_recomputation(operador):
    producto = ProductoFactory(stock_minimo=10, stock_maximo=30)
    for lote, cantidad, caduca in (("A", 8, 100), ("B", 5, 40), ("C", 40, 400)):
        entrar(producto, lote, cantidad, caduca, hoy=HOY)

    for cantidad in (3, 2, 1, 8, 30, 5, 4):  # part of a lot, the rest of it, below the maximum, the minimum, nothing
        despachar(producto, cantidad, hoy=HOY)

        assert not comparar([Producto.objects.get(pk=producto.pk)], HOY)
    assert [a.tipo for a in Alerta.objects.vigentes(HOY)] == ["sin_stock"]


def despachar_uno_de_cada(productos, **quien):
    despachar_lineas([peticiones.LineaPedida(p.pk, 1) for p in productos], **quien)


def recibir_un_lote_de_cada(productos, **quien):
    n = len(productos)
    entrar_lineas([peticiones.LineaEntrada(p.pk, 5, f"L{n}", dias(200 + n), Decimal(2)) for p in productos], **quien)


# Savepoint (BEGIN outside a test); what is meant when left out, lock, what may be walked and, to dispatch, balances, sent
# together; to receive, lots and balances; write; alerts, of lots and, where more comes in, of products; release.
@pytest.mark.postgres
@pytest.mark.parametrize(("operar", "sentencias"), [(despachar_uno_de_cada, 8), (recibir_un_lote_de_cada, 9)])
def test_an_operation_sends_as_many_statements_whatever_its_lines(operador, operar, sentencias):
    productos = [ProductoFactory(stock_minimo=1) for _ in range(12)]
    for producto in productos:
        entrar(producto, "A", 50, 100, hoy=HOY)
    assert operador.has_perms(["movimientos.despachar", "movimientos.registrar_entrada"])

    for cuantos in (1, 12):
        with CaptureQueriesContext(connection) as captura:
            operar(productos[:cuantos], usuario=operador, hoy=HOY)
        assert len(captura) == sentencias
