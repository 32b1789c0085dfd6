"""Every rule that the database itself keeps, broken by raw SQL, refused by its name, on both engines."""

import pytest
from django.db import DatabaseError, connection, transaction

from alertas.models import Alerta
from inventario.empresa.models import Empresa
from lotes.models import Existencia, Lote
from movimientos import candado, peticiones
from movimientos.models import Operacion
from movimientos.verificacion.esquema import comprobar_esquema
from pruebas import conteos
from pruebas.ayudas import despachar, entrar_lineas, hoy_mas, revertir
from pruebas.factories import AlmacenFactory, EmpaqueFactory, ProductoFactory

pytestmark = pytest.mark.django_db

ROTURAS = {
    "existencia_cantidad_no_negativa": "UPDATE lotes_existencia SET cantidad = -1",
    "existencia_lote_almacen_unica": (
        "INSERT INTO lotes_existencia (lote_id, almacen_id, producto_id, cantidad, secuencia, huella) "
        "SELECT lote_id, almacen_id, producto_id, 1, 1, '' FROM lotes_existencia"
    ),
    "linea_importada_unica": (
        "INSERT INTO movimientos_lineaimportada (almacen_id, producto_id, lote, cantidad, importacion_id) "
        "SELECT almacen_id, producto_id, 'A', 1, 1 FROM lotes_existencia CROSS JOIN (SELECT 1 UNION ALL SELECT 2) AS x"
    ),
    "movimiento_signo_segun_tipo": "UPDATE movimientos_movimiento SET cantidad = 0",
    "movimiento_signo_segun_tipo entrada": "UPDATE movimientos_movimiento SET cantidad = -1 WHERE tipo = 'entrada'",
    "movimiento_signo_segun_tipo despacho": "UPDATE movimientos_movimiento SET cantidad = 1 WHERE tipo = 'despacho'",
    "movimiento_saldo_no_negativo": "UPDATE movimientos_movimiento SET saldo = -1",
    "movimiento_secuencia_positiva": "UPDATE movimientos_movimiento SET secuencia = 0 WHERE secuencia = 1",
    "movimiento_secuencia_unica": "UPDATE movimientos_movimiento SET secuencia = 1",
    "operacion_tipo_conocido": "UPDATE movimientos_operacion SET tipo = 'robo'",
    "operacion_reverso_revierte": "UPDATE movimientos_operacion SET tipo = 'reverso'",
    "operacion_destino_distinto": "UPDATE movimientos_operacion SET almacen_destino_id = almacen_id",
    "operacion_clave_unica": "UPDATE movimientos_operacion SET clave_idempotencia = 'k'",
    "lote_codigo_unico": "UPDATE lotes_lote SET codigo = 'A'",
    "lote_codigo_no_vacio": "UPDATE lotes_lote SET codigo = '' WHERE codigo = 'A'",
    "lote_estado_conocido": "UPDATE lotes_lote SET estado = 'perdido'",
    "lote_fabricado_antes_de_caducar": "UPDATE lotes_lote SET fecha_fabricacion = '2099-01-01'",
    "almacen_un_predeterminado": "UPDATE lotes_almacen SET predeterminado = true",
    "almacen_predeterminado_activo": "UPDATE lotes_almacen SET activo = false",
    "producto_sku_no_vacio": "UPDATE productos_producto SET sku = ''",
    "producto_maximo_sobre_minimo": "UPDATE productos_producto SET stock_maximo = 1",
    "motivo_consumo_solo_disponible": "UPDATE movimientos_motivo SET admite_no_disponible = true",
    "motivo_consumo_es_salida": "UPDATE movimientos_motivo SET es_consumo = true WHERE tipo = 'entrada'",
    "lote_costo_no_negativo": "UPDATE lotes_lote SET costo_unitario = -1",
    "lote_costo_con_limite": "UPDATE lotes_lote SET costo_unitario = 1000000000000000000",
    "existencia_con_costo_cabe": "UPDATE lotes_existencia SET con_costo = cantidad + 1",
    "existencia_con_costo_cabe negativo": "UPDATE lotes_existencia SET con_costo = -1",
    "movimiento_version_conocida": "UPDATE movimientos_movimiento SET version = 3",
    "movimiento_version_conocida sin estado": "UPDATE movimientos_movimiento SET estado_lote = ''",
    "movimiento_version_conocida con estado": "UPDATE movimientos_movimiento SET version = 1",
    "movimiento_costo_de_lo_conocido": "UPDATE movimientos_movimiento SET con_costo = 1 WHERE tipo = 'entrada'",
    "movimiento_costo_de_lo_conocido sin unidades": "UPDATE movimientos_movimiento SET costo_unitario = 1",
    "movimiento_costo_de_lo_conocido negativo": (
        "UPDATE movimientos_movimiento SET con_costo = 1, costo_unitario = -1 WHERE tipo = 'entrada'"
    ),
    "movimiento_con_costo_cabe": (
        "UPDATE movimientos_movimiento SET con_costo = cantidad + 1, costo_unitario = 1 WHERE tipo = 'entrada'"
    ),
    "movimiento_con_costo_cabe con otro signo": (
        "UPDATE movimientos_movimiento SET con_costo = 1, costo_unitario = 1 WHERE tipo = 'despacho'"
    ),
    "empaque_nombre_unico": "UPDATE productos_empaque SET nombre = 'caja'",
    "empaque_de_varias_unidades": "UPDATE productos_empaque SET unidades = 1",
    "empaque_nombre_no_vacio": "UPDATE productos_empaque SET nombre = '' WHERE nombre = 'caja'",
    "empresa_unica": "UPDATE inventario_empresa SET unica = false",
    "empresa_logo_con_tipo": "UPDATE inventario_empresa SET logo_tipo = 'png'",
    "conteo_clave_idempotencia_unica": "UPDATE movimientos_conteo SET clave_idempotencia = 'k'",
    "conteo_estado_conocido": "UPDATE movimientos_conteo SET estado = 'perdido'",
    "lineadelconteo_lote_unico": "UPDATE movimientos_lineadelconteo SET lote_id = (SELECT min(id) FROM lotes_lote)",
    "lineadelconteo_contada_con_numero": "UPDATE movimientos_lineadelconteo SET estado = 'sin_contar'",
    "lineadelconteo_contada_con_numero de nadie": "UPDATE movimientos_lineadelconteo SET personas = 0",
    "numerocontado_clave_idempotencia_unica": "UPDATE movimientos_numerocontado SET clave_idempotencia = 'k'",
    "numerocontado_cantidad_no_negativa": "UPDATE movimientos_numerocontado SET cantidad = -1",
    "alerta_tipo_conocido": "UPDATE alertas_alerta SET tipo = 'otra'",
    "alerta_abierta_unica_lote": (
        "INSERT INTO alertas_alerta (tipo, producto_id, lote_id, activa_desde, cantidad, creada_en, nivel_atendido, nota)"
        " SELECT tipo, producto_id, lote_id, activa_desde, 0, creada_en, 0, '' FROM alertas_alerta "
        "WHERE lote_id IS NOT NULL"
    ),
    "alerta_abierta_unica_producto": (
        "INSERT INTO alertas_alerta (tipo, producto_id, lote_id, activa_desde, cantidad, creada_en, nivel_atendido, nota)"
        " SELECT tipo, producto_id, lote_id, activa_desde, 0, creada_en, 0, '' FROM alertas_alerta "
        "WHERE lote_id IS NULL AND resuelta_en IS NULL"
    ),
}
# SQLite names the columns of a unique index, not the index, when it is a plain one.
COLUMNAS = {
    "empaque_nombre_unico": "productos_empaque.producto_id, productos_empaque.nombre",
    "existencia_lote_almacen_unica": "lotes_existencia.lote_id, lotes_existencia.almacen_id",
    "movimiento_secuencia_unica": "movimientos_movimiento.lote_id, movimientos_movimiento.almacen_id",
    "operacion_clave_unica": "movimientos_operacion.usuario_id, movimientos_operacion.clave_idempotencia",
    "lote_codigo_unico": "lotes_lote.producto_id, lotes_lote.codigo",
    "linea_importada_unica": "movimientos_lineaimportada.almacen_id, movimientos_lineaimportada.producto_id",
    "almacen_un_predeterminado": "lotes_almacen.predeterminado",
    "conteo_clave_idempotencia_unica": "movimientos_conteo.abierto_por_id, movimientos_conteo.clave_idempotencia",
    "lineadelconteo_lote_unico": "movimientos_lineadelconteo.conteo_id, movimientos_lineadelconteo.lote_id",
    "numerocontado_clave_idempotencia_unica": (
        "movimientos_numerocontado.usuario_id, movimientos_numerocontado.clave_idempotencia"
    ),
    "alerta_abierta_unica_lote": "alertas_alerta.producto_id, alertas_alerta.lote_id, alertas_alerta.tipo",
    "alerta_abierta_unica_producto": "alertas_alerta.producto_id, alertas_alerta.tipo",
}


@pytest.fixture
def stock(db):
    """Two lots, an entry, two dispatches, two counts and open alerts; no triggers, so that the constraints are what refuses."""
    AlmacenFactory()
    producto = ProductoFactory(stock_minimo=30)
    entrar_lineas([peticiones.LineaEntrada(producto.pk, 9, lote, hoy_mas(20)) for lote in "AB"])
    for _ in range(2):
        despachar(producto, 2)
    for _ in range(2):
        conteo = conteos.abrir()
        for lote in Lote.objects.all():
            conteos.contar(conteo, lote, 5)
    for nombre in ("caja", "tarima"):
        EmpaqueFactory(producto=producto, nombre=nombre)
    Empresa.objects.create(nombre="Botica")
    candado.quitar(connection)


@pytest.mark.parametrize("rotura", ROTURAS)
def test_the_database_refuses_by_name(stock, rotura):
    nombre = rotura.split()[0]
    buscado = COLUMNAS.get(nombre, nombre) if connection.vendor == "sqlite" else nombre

    with pytest.raises(DatabaseError) as info, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROTURAS[rotura])

    assert buscado in str(info.value)


def test_one_reversal_per_operation(stock):
    revertir(Operacion.objects.filter(tipo="despacho").first())

    with pytest.raises(DatabaseError, match="revierte_id"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO movimientos_operacion (tipo, motivo_id, almacen_id, contraparte, documento, nota, usuario_id, "
            "fecha_efectiva, registrada_en, revierte_id, huella, sello) SELECT tipo, motivo_id, almacen_id, '', '', '', "
            "usuario_id, fecha_efectiva, registrada_en, revierte_id, '', '' FROM movimientos_operacion "
            "WHERE tipo = 'reverso'"
        )


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("tabla", "columna", "nombre"),
    [
        ("lotes_existencia", "cantidad", "existencia_cantidad_entera"),
        ("movimientos_movimiento", "cantidad", "movimiento_cantidad_entera"),
        ("movimientos_movimiento", "saldo", "movimiento_saldo_no_negativo"),
        ("productos_producto", "stock_minimo", "producto_stock_minimo_entero"),
        ("lotes_existencia", "con_costo", "existencia_con_costo_cabe"),
        ("lotes_lote", "costo_unitario", "lote_costo_con_limite"),
        ("movimientos_movimiento", "costo_unitario", "movimiento_costo_de_lo_conocido"),
        ("movimientos_movimiento", "revaluo", "movimiento_revaluo_exacto"),
    ],
)
def test_a_quantity_is_an_integer_even_where_columns_take_anything(stock, tabla, columna, nombre):
    with pytest.raises(DatabaseError, match=nombre), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {tabla} SET {columna} = 0.5 + coalesce({columna}, 0)")


def test_every_constraint_of_stock_and_history_is_broken_above(stock):
    from django.apps import apps

    nombres = {
        c.name
        for app in ("inventario", "productos", "lotes", "movimientos", "alertas")
        for modelo in apps.get_app_config(app).get_models()
        for c in modelo._meta.constraints
    }
    rotas = {r.split()[0] for r in ROTURAS}

    assert Existencia.objects.exists()
    assert Alerta.objects.exists()
    assert {n for n in nombres - rotas if not n.endswith(("_entera", "_entero", "_exacto"))} == set()


IMPOSTORAS = {
    "un índice que no es único": (
        "DROP INDEX operacion_clave_unica",
        "CREATE INDEX operacion_clave_unica ON movimientos_operacion (usuario_id, clave_idempotencia)",
    ),
    "un índice de otras columnas": (
        "DROP INDEX operacion_fecha_idx",
        "CREATE INDEX operacion_fecha_idx ON movimientos_operacion (id)",
    ),
}
IMPOSTORAS_DE_POSTGRES = {
    "una comprobación que no comprueba": (
        "ALTER TABLE movimientos_movimiento DROP CONSTRAINT movimiento_saldo_no_negativo",
        "ALTER TABLE movimientos_movimiento ADD CONSTRAINT movimiento_saldo_no_negativo CHECK (true)",
    ),
    "una comprobación sin validar": (
        "ALTER TABLE movimientos_movimiento DROP CONSTRAINT movimiento_secuencia_positiva",
        "ALTER TABLE movimientos_movimiento ADD CONSTRAINT movimiento_secuencia_positiva CHECK (secuencia >= 1) NOT VALID",
    ),
}


def _hallan_a_la_impostora(sentencias):
    with connection.cursor() as cursor:
        for sentencia in sentencias:
            cursor.execute(sentencia)
    return "restriccion_ausente" in {h.codigo for h in comprobar_esquema()}


@pytest.mark.parametrize("impostora", IMPOSTORAS)
def test_a_constraint_of_the_same_name_that_holds_nothing_is_found(db, impostora):
    assert _hallan_a_la_impostora(IMPOSTORAS[impostora])


@pytest.mark.postgres
@pytest.mark.parametrize("impostora", IMPOSTORAS_DE_POSTGRES)
def test_a_check_of_the_same_name_that_holds_nothing_is_found(db, impostora):
    assert _hallan_a_la_impostora(IMPOSTORAS_DE_POSTGRES[impostora])
