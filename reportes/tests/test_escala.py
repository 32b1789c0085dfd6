"""What a report costs on a ledger of some size: bounded questions walk an index, exports take constant memory."""

import re
import tracemalloc
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from movimientos.models import Motivo
from productos.models import Producto
from pruebas.factories import UsuarioFactory
from reportes.exportar import Exportacion
from reportes.filtros import Filtro
from reportes.informes import REPORTES, movimientos

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
HOY = date(2026, 6, 1)
LINEAS = 100_000
CARGA = """
    INSERT INTO productos_producto (sku, nombre, descripcion, unidad, stock_minimo, vida_minima_despacho,
        controla_caducidad, activo, creado_en, actualizado_en)
    SELECT 'M' || i, 'Producto ' || i, '', 'unidad', 0, 0, true, true, now(), now() FROM generate_series(1, 500) i;
    INSERT INTO lotes_lote (producto_id, codigo, fecha_caducidad, estado, costo_unitario, creado_en)
    SELECT p.id, 'L' || j, date '2026-05-01' + j * 60, 'disponible', 1.5, now()
    FROM productos_producto p, generate_series(1, 2) j;
    INSERT INTO lotes_existencia (lote_id, almacen_id, producto_id, cantidad, secuencia, huella)
    SELECT id, {almacen}, producto_id, {por_lote}, {por_lote}, '' FROM lotes_lote;
    INSERT INTO movimientos_operacion (tipo, motivo_id, almacen_id, contraparte, documento, nota, usuario_id,
        fecha_efectiva, registrada_en, huella, sello)
    SELECT 'entrada', {motivo}, {almacen}, '', '', '', {usuario}, date '2026-06-01' - i, now(), '', ''
    FROM generate_series(0, {por_lote} - 1) i;
    INSERT INTO movimientos_movimiento (operacion_id, tipo, producto_id, lote_id, almacen_id, fecha_efectiva, cantidad,
        saldo, secuencia, vida_minima, excepcion_fefo, huella)
    SELECT o.id, 'entrada', l.producto_id, l.id, {almacen}, o.fecha_efectiva, 1, 1,
        row_number() OVER (PARTITION BY l.id ORDER BY o.fecha_efectiva), 0, false, ''
    FROM movimientos_operacion o, lotes_lote l;
    ANALYZE;
"""


@pytest.fixture
def libro_largo(almacen):
    """100,000 lines: 1,000 lots of 500 products, one unit a day into each for 100 days."""
    datos = {
        "almacen": almacen.pk,
        "motivo": Motivo.objects.get(codigo="compra").pk,
        "usuario": UsuarioFactory().pk,
        "por_lote": LINEAS // 1000,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a loaded machine may need longer than a request may take
        cursor.execute(CARGA.format(**datos))
    return Producto.objects.get(sku="M250")


def planes(funcion) -> list[str]:
    """The plan of every query that `funcion` runs."""
    with CaptureQueriesContext(
        connection,
    ) as consultas:
        funcion()
    with connection.cursor() as cursor:
        salida = []
        for consulta in consultas.captured_queries:
            cursor.execute("EXPLAIN " + consulta["sql"])
            salida.append("\n".join(fila[0] for fila in cursor.fetchall()))
    return salida


def acotadas(nombre, producto) -> list[Filtro]:
    """Questions about one product, and about two days of everything where the report is about a period."""
    una = {"hoy": HOY, "desde": HOY - timedelta(days=90), "fecha": HOY - timedelta(days=5), "producto": producto}
    corta = {"hoy": HOY, "desde": HOY - timedelta(days=1)}
    de_periodo = nombre in {"movimientos", "consumo", "perdidas"}
    return [
        Filtro(agrupar=agrupar, **datos)
        for agrupar in REPORTES[nombre].agrupaciones
        for datos in ([una, corta] if de_periodo else [una])
    ]


def test_a_bounded_question_never_reads_the_whole_ledger(libro_largo):
    for nombre, reporte in REPORTES.items():
        for filtro in acotadas(nombre, libro_largo):
            consulta = reporte.consulta(filtro)

            def preguntar(consulta=consulta):
                consulta.rebanada(0, 51)
                consulta.totales()
                consulta.grafica()
                if consulta.anteriores:
                    consulta.anteriores()

            for plan in planes(preguntar):
                assert "Seq Scan on movimientos_movimiento" not in plan, f"{nombre} {filtro.agrupar}\n{plan}"


def pico(filtro: Filtro, formato: str) -> int:
    """Most memory in use, in bytes, while a report is written and thrown away."""
    reporte = REPORTES["movimientos"]
    exportacion = Exportacion(reporte, filtro, consulta=reporte.consulta(filtro))
    tracemalloc.start()
    for _parte in getattr(exportacion, formato)():
        pass
    maximo = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return maximo


def test_exports_take_the_same_memory_however_long(libro_largo, settings):
    settings.DEBUG = False
    corto = Filtro(hoy=HOY, agrupar="linea", desde=HOY - timedelta(days=29), hasta=HOY)
    largo = Filtro(hoy=HOY, agrupar="linea", desde=HOY - timedelta(days=99), hasta=HOY)

    for formato in ("csv", "json"):
        treinta_mil, cien_mil = pico(corto, formato), pico(largo, formato)

        assert cien_mil < treinta_mil * 1.3
        assert cien_mil < 40_000_000


def test_the_blocks_of_a_long_export_start_where_the_last_one_ended(libro_largo):
    filtro = Filtro(hoy=HOY, agrupar="linea", desde=HOY - timedelta(days=99), hasta=HOY)
    consulta = movimientos.consultar(filtro)

    def dos_bloques():
        bloques = consulta.bloques()
        next(bloques)
        next(bloques)

    segundo = planes(dos_bloques)[-1]

    condicion = re.search(r"Index Cond: .*", segundo)
    assert condicion, segundo
    assert "ROW(" in condicion[0], segundo
