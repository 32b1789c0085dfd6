"""`manage.py verificar`: silent on what is right, and it names what was touched."""

import json
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alertas.models import Alerta
from lotes.models import Existencia, Lote
from movimientos import candado
from movimientos.models import Movimiento, Operacion
from movimientos.peticiones import Despacho, LineaPedida
from pruebas.ayudas import nuevo_lote
from pruebas.escenario import historia

pytestmark = pytest.mark.django_db


@pytest.fixture
def escenario(administrador):
    return historia(administrador, hoy=timezone.localdate())


def verificar(*args):
    """Exit code and findings."""
    salida = StringIO()
    try:
        call_command("verificar", "--json", *args, stdout=salida)
    except CommandError as error:
        return error.returncode, [json.loads(x) for x in salida.getvalue().splitlines()]
    return 0, []


def manipular(sql, *parametros):
    """Raw SQL as somebody with the keys to the database would run it: triggers off, and on again afterwards."""
    candado.quitar(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, parametros)
        hechas = cursor.rowcount
    candado.instalar(connection)
    return hechas


def test_a_history_of_every_operation_is_right(escenario):
    assert verificar() == (0, [])
    assert verificar("--producto", escenario["a"].sku) == (0, [])


def test_unknown_product_cannot_run():
    assert verificar("--producto", "NADA")[0] == 2


OPERACION = {
    "tipo": "'ajuste'",
    "contraparte": "'otro'",
    "documento": "'otro'",
    "nota": "'otra'",
    "fecha_efectiva": "'2020-01-01'",
    "registrada_en": "'2020-01-01 00:00:00+00:00'",
    "faltantes": "'[]'",
    "clave_idempotencia": "'otra'",
    "huella": "'x'",
    "sello": "'x'",
    "motivo_id": "(SELECT id FROM movimientos_motivo WHERE codigo = 'merma')",
    "almacen_id": "(SELECT max(id) FROM lotes_almacen)",
    "almacen_destino_id": "(SELECT max(id) FROM lotes_almacen)",
    "usuario_id": "(SELECT max(id) FROM inventario_usuario)",
}
MOVIMIENTO = {
    "costo_unitario": "costo_unitario + 1",
    "con_costo": "con_costo - CASE WHEN con_costo > 0 THEN 1 ELSE -1 END",
    "revaluo": "revaluo + 1",
    "estado_lote": "'retirado'",
    "version": "1, estado_lote = ''",
    "tipo": "'ajuste'",
    "cantidad": "cantidad + 1",
    "saldo": "saldo + 1",
    "secuencia": "secuencia + 100",
    "fecha_efectiva": "'2020-01-01'",
    "fecha_caducidad": "'2031-01-01'",
    "vida_minima": "vida_minima + 1",
    "excepcion_fefo": "NOT excepcion_fefo",
    "huella": "'x'",
    "operacion_id": "(SELECT max(id) FROM movimientos_operacion)",
    "lote_id": "(SELECT id FROM lotes_lote WHERE codigo = 'VACIO')",
    "producto_id": "(SELECT max(id) FROM productos_producto)",
    "almacen_id": "(SELECT max(id) FROM lotes_almacen)",
}
EXISTENCIA = {
    "cantidad": "cantidad + 1",
    "secuencia": "secuencia + 1",
    "huella": "'x'",
    "producto_id": "(SELECT max(id) FROM productos_producto)",
    "almacen_id": "(SELECT max(id) FROM lotes_almacen)",
    "lote_id": "(SELECT id FROM lotes_lote WHERE codigo = 'VACIO')",
}


@pytest.mark.parametrize(("columna", "valor"), OPERACION.items())
def test_a_changed_column_of_an_operation_is_found(escenario, columna, valor):
    from pruebas.factories import UsuarioFactory

    UsuarioFactory()
    pk = escenario["entrada"].pk

    assert manipular(f"UPDATE movimientos_operacion SET {columna} = {valor} WHERE id = %s", pk) == 1

    codigo, hallazgos = verificar()
    assert codigo == 1
    assert ("sello_roto", pk) in [(h["codigo"], h["fila"]) for h in hallazgos]


@pytest.mark.parametrize(("columna", "valor"), MOVIMIENTO.items())
def test_a_changed_column_of_a_ledger_line_is_found(escenario, columna, valor):
    pk = Movimiento.objects.filter(lote=escenario["a1"]).earliest("pk").pk

    assert manipular(f"UPDATE movimientos_movimiento SET {columna} = {valor} WHERE id = %s", pk) == 1

    codigo, hallazgos = verificar()
    assert codigo == 1
    assert pk in [h["fila"] for h in hallazgos if h["tabla"] == "movimientos_movimiento"]


@pytest.mark.parametrize(("columna", "valor"), EXISTENCIA.items())
def test_a_changed_column_of_a_balance_is_found(escenario, columna, valor):
    pk = Existencia.objects.get(lote=escenario["a1"]).pk

    assert manipular(f"UPDATE lotes_existencia SET {columna} = {valor} WHERE id = %s", pk) == 1

    codigo, hallazgos = verificar()
    assert codigo == 1
    assert {h["fila"] for h in hallazgos if h["tabla"] == "lotes_existencia"} & {pk, None}


def test_a_deleted_line_is_found(escenario):
    ultimo = Movimiento.objects.filter(lote=escenario["a1"]).latest("pk")

    manipular("DELETE FROM movimientos_movimiento WHERE id = %s", ultimo.pk)

    codigo, hallazgos = verificar()
    assert codigo == 1
    assert [h["codigo"] for h in hallazgos] == ["saldo_distinto"]


def test_an_inserted_line_is_found(escenario):
    columnas = (
        "operacion_id, tipo, producto_id, lote_id, almacen_id, fecha_efectiva, fecha_caducidad, vida_minima, huella"
    )
    ultimo = Movimiento.objects.filter(lote=escenario["b1"]).latest("pk")

    manipular(
        f"INSERT INTO movimientos_movimiento ({columnas}, excepcion_fefo, cantidad, saldo, secuencia) "
        f"SELECT {columnas}, excepcion_fefo, cantidad, 0, secuencia + 1 FROM movimientos_movimiento WHERE id = %s",
        ultimo.pk,
    )

    codigo, hallazgos = verificar()
    assert codigo == 1
    assert {"saldo_roto", "cadena_rota", "saldo_distinto"} <= {h["codigo"] for h in hallazgos}


def test_two_lines_that_changed_places_are_found(escenario):
    primera, segunda = Movimiento.objects.filter(lote=escenario["a1"]).order_by("pk")[:2]

    for de, a in [(primera.pk, 10**9), (segunda.pk, primera.pk), (10**9, segunda.pk)]:
        manipular("UPDATE movimientos_movimiento SET id = %s WHERE id = %s", a, de)

    codigo, hallazgos = verificar()
    assert codigo == 1
    assert {"secuencia_rota", "orden_alterado"} <= {h["codigo"] for h in hallazgos}


def test_a_lot_changed_behind_the_services_is_found(escenario):
    Lote.objects.filter(pk=escenario["a3"].pk).update(estado="disponible")

    codigo, hallazgos = verificar()

    assert codigo == 1
    assert ("lote_distinto", escenario["a3"].pk) in [(h["codigo"], h["fila"]) for h in hallazgos]


@pytest.mark.parametrize(
    ("cambio", "codigo"),
    [
        ({"cantidad": 12345}, "alerta_distinta"),
        ({"vence": "2001-01-01"}, "alerta_distinta"),
        (None, "alerta_ausente"),
    ],
)
def test_an_alert_that_does_not_follow_from_the_stock_is_found(escenario, cambio, codigo):
    alerta = Alerta.objects.filter(lote=escenario["b1"], resuelta_en=None)
    if cambio is None:
        alerta.delete()
    else:
        alerta.update(**cambio)

    codigo_salida, hallazgos = verificar()

    assert codigo_salida == 1
    assert [h["codigo"] for h in hallazgos] == [codigo]


def test_a_missing_trigger_is_found(escenario):
    candado.quitar(connection)

    codigo, hallazgos = verificar()

    assert codigo == 1
    assert {h["codigo"] for h in hallazgos} == {"disparador_ausente"}


def test_a_missing_constraint_is_found(escenario):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX operacion_clave_unica")

    codigo, hallazgos = verificar()

    assert codigo == 1
    # On SQLite the trigger that guards the keys is the one of another set of keys.
    assert [(h["tabla"], h["detalle"]) for h in hallazgos if h["codigo"] != "disparador_ausente"] == [
        ("movimientos_operacion", "operacion_clave_unica is missing")
    ]


def _escribir_sin_plan(usuario, lote):
    """What a dispatch would look like if the rules of the services were gone but the writer were not."""
    from movimientos import libro

    p = Despacho(lineas=[LineaPedida(lote.producto_id, 1)])
    a = libro.abrir(p, usuario=usuario, hoy=None, lotes=[lote.pk])
    saldo = a.saldo(lote.pk, a.almacen.pk)
    return libro.asentar(a, [libro.Linea(saldo, -1)])


@pytest.mark.parametrize(
    ("lote", "codigo"),
    [("a2", "inversion_fefo"), ("a3", "despacho_no_disponible"), ("viejo", "despacho_no_disponible")],
)
def test_a_dispatch_that_broke_the_rules_is_found(escenario, administrador, lote, codigo):
    escenario["viejo"] = nuevo_lote(escenario["a"], "VIEJO", 5, -1, nota="así llegó")

    operacion = _escribir_sin_plan(administrador, escenario[lote])

    codigo_salida, hallazgos = verificar()
    assert codigo_salida == 1
    assert [(h["codigo"], h["fila"]) for h in hallazgos] == [(codigo, operacion.lineas[0].pk)]


@pytest.mark.lento
def test_random_tampering_is_always_found(escenario):
    azar = random.Random(20261124)
    tablas = {
        "movimientos_operacion": (OPERACION, Operacion),
        "movimientos_movimiento": (MOVIMIENTO, Movimiento),
        "lotes_existencia": (EXISTENCIA, Existencia),
    }
    filas = {t: list(m.objects.values_list("pk", flat=True)) for t, (_c, m) in tablas.items()}
    probadas = 0
    while probadas < 60:
        tabla = azar.choice(list(tablas))
        columna, valor = azar.choice(list(tablas[tabla][0].items()))
        pk = azar.choice(filas[tabla])
        fila = tablas[tabla][1].objects.filter(pk=pk).values()
        antes = fila.get()
        try:
            with transaction.atomic():
                manipular(f"UPDATE {tabla} SET {columna} = {valor} WHERE id = %s", pk)
                if fila.get() == antes:
                    continue
                probadas += 1
                codigo, hallazgos = verificar()
                assert codigo == 1, (tabla, columna, pk)
                assert hallazgos
                transaction.set_rollback(True)
        except IntegrityError:
            continue  # the database itself refused
