"""Data to measure on, made by PostgreSQL itself, set by set, with a ledger that `verificar` accepts.

The seals and the hash chain are computed by `sha256()` in SQL over the very text that `movimientos.libro` hashes: each
`nivel` gives every lot one more line, chained to the one before it, so a level is one statement however many lots there are.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg

LINEAS_POR_OPERACION = 50
NUCLEO = 1000  # products with LOTES_NUCLEO lots each: the work that every figure of a dispatch is about
LOTES_NUCLEO = 20
RESTO_LOTES = 1_000_000  # what a lot holds at first: no run of the benchmark ever exhausts one


@dataclass(frozen=True, slots=True)
class Tamano:
    productos: int
    lotes: int
    movimientos: int


PEQUENA = Tamano(1_000, 20_000, 20_000)
GRANDE = {"quick": Tamano(100_000, 200_000, 1_000_000), "large": Tamano(100_000, 1_000_000, 10_000_000)}

COSTO = 1_250_000  # of every unit of every lot, in millionths

PRODUCTOS = """
INSERT INTO productos_producto (sku, nombre, descripcion, unidad, stock_minimo, stock_maximo, dias_aviso,
    vida_minima_despacho, controla_caducidad, activo, creado_en, actualizado_en)
SELECT 'SKU' || lpad(g::text, 7, '0'),
    (ARRAY['Amoxicilina','Paracetamol','Ibuprofeno','Loratadina','Omeprazol','Metformina','Losartán','Salbutamol'])[g %% 8 + 1]
        || ' ' || (g %% 19 + 1) * 50 || ' mg ' || to_hex(g * 7919),
    '', 'tableta', 100, NULL, NULL, 0, true, true, now(), now()
FROM generate_series(1, %(productos)s) g
"""

# Those of the core expire over three years from tomorrow, so that nothing the benchmark dispatches is expired; the rest
# later than any horizon. Both databases thus have the same alerts in force, and their lists of alerts can be compared.
LOTES = """
INSERT INTO lotes_lote (producto_id, codigo, fecha_caducidad, estado, costo_unitario, creado_en)
SELECT p, 'L' || p || '-' || n,
    %(hoy)s::date + 1 + (p * 31 + n * 47) %% 1095 + CASE WHEN p > %(nucleo)s THEN 200 ELSE 0 END, 'disponible', 1250000, now()
FROM (
    SELECT (g - 1) / %(por_nucleo)s + 1 AS p, (g - 1) %% %(por_nucleo)s + 1 AS n
    FROM generate_series(1, %(nucleo)s * %(por_nucleo)s) g
    UNION ALL
    SELECT %(nucleo)s + 1 + (g - 1) %% (%(productos)s - %(nucleo)s), 1 + (g - 1) / (%(productos)s - %(nucleo)s)
    FROM generate_series(1, CASE WHEN %(productos)s > %(nucleo)s THEN %(lotes)s - %(nucleo)s * %(por_nucleo)s ELSE 0 END) g
) x ORDER BY p, n
"""

OPERACIONES = """
INSERT INTO movimientos_operacion (tipo, motivo_id, almacen_id, contraparte, documento, nota, usuario_id, fecha_efectiva,
    registrada_en, huella, sello)
SELECT '{tipo}', m.id, a.id, '', '', '', u.id, '{fecha}'::date, '{fecha}'::timestamptz, '',
    encode(sha256(convert_to('["{tipo}",' || m.id || ',' || a.id || ',null,"","","",' || u.id
        || ',"{fecha}","{fecha}T00:00:00.000000+00:00",null,null,null,""]', 'UTF8')), 'hex')
FROM movimientos_motivo m, lotes_almacen a, inventario_usuario u, generate_series(1, {operaciones})
WHERE m.codigo = '{motivo}' AND a.predeterminado AND u.username = 'medidor'
"""

# Line `secuencia` of every lot, chained to the one before it: lot n of the range goes into operation `primera + n / 50`.
MOVIMIENTOS = """
INSERT INTO movimientos_movimiento (operacion_id, tipo, producto_id, lote_id, almacen_id, fecha_efectiva, cantidad, saldo,
    secuencia, fecha_caducidad, vida_minima, excepcion_fefo, version, estado_lote, costo_unitario, con_costo, revaluo, huella)
SELECT o.id, o.tipo, m.producto_id, m.lote_id, m.almacen_id, o.fecha_efectiva, %(cantidad)s, m.saldo + %(cantidad)s,
    m.secuencia + 1, m.fecha_caducidad, 0, false, 2, 'disponible', {costo}, %(cantidad)s, 0,
    encode(sha256(convert_to(m.huella || '|' || o.sello || '|' || o.tipo || '|' || m.producto_id || '|' || m.lote_id || '|'
        || m.almacen_id || '|' || o.fecha_efectiva || '|' || %(cantidad)s || '|' || m.saldo + %(cantidad)s || '|'
        || m.secuencia + 1 || '|' || coalesce(m.fecha_caducidad::text, 'None')
        || '|0|0|2|disponible|{costo}|' || %(cantidad)s || '|0', 'UTF8')), 'hex')
FROM {anteriores} m JOIN movimientos_operacion o ON o.id = %(primera)s + (m.lote_id - %(desde)s) / %(por_operacion)s
ORDER BY m.lote_id
"""
NINGUNA = """(
    SELECT l.producto_id, l.id AS lote_id, a.id AS almacen_id, 0 AS saldo, 0 AS secuencia, '' AS huella, l.fecha_caducidad
    FROM lotes_lote l, lotes_almacen a WHERE a.predeterminado AND l.id BETWEEN %(desde)s AND %(hasta)s
)"""
LAS_DE_ANTES = "(SELECT * FROM movimientos_movimiento WHERE operacion_id BETWEEN %(previa)s AND %(primera)s - 1)"
EXISTENCIAS = """
INSERT INTO lotes_existencia (lote_id, almacen_id, producto_id, cantidad, con_costo, secuencia, huella)
SELECT lote_id, almacen_id, producto_id, saldo, saldo, secuencia, huella FROM movimientos_movimiento WHERE operacion_id >= %s
ORDER BY lote_id
"""


def cargar(url: str, tamano: Tamano, hoy: date) -> float:
    """Fill the database at `url` (migrated, seeded, with user `medidor`). Returns the seconds it took."""
    inicio = time.perf_counter()
    with psycopg.connect(url, autocommit=False) as conexion:
        _soltar(conexion)
        conexion.execute(PRODUCTOS, {"productos": tamano.productos})
        nucleo = {"nucleo": NUCLEO, "por_nucleo": LOTES_NUCLEO}
        conexion.execute(LOTES, {"hoy": hoy, "productos": tamano.productos, "lotes": tamano.lotes, **nucleo})
        desde, hasta = conexion.execute("SELECT min(id), max(id) FROM lotes_lote").fetchall()[0]
        niveles(conexion, desde, hasta, -(-tamano.movimientos // tamano.lotes), hoy)
    _acabar(url)
    return time.perf_counter() - inicio


def agotar(url: str, producto: int, cuantos: int, hoy: date) -> None:
    """Give `producto` another `cuantos` lots that came and went: all exhausted, all expiring before the rest."""
    with psycopg.connect(url) as conexion:
        _soltar(conexion)
        desde, hasta = conexion.execute(
            "WITH x AS (INSERT INTO lotes_lote (producto_id, codigo, fecha_caducidad, estado, costo_unitario, creado_en) "
            "SELECT %s, 'AGOTADO-' || g, %s::date, 'disponible', 1250000, now() FROM generate_series(1, %s) g RETURNING id) "
            "SELECT min(id), max(id) FROM x",
            [producto, hoy, cuantos],
        ).fetchall()[0]
        niveles(conexion, desde, hasta, 2, hoy, vaciar=True)
    _acabar(url)


def _soltar(conexion: psycopg.Connection) -> None:
    conexion.execute("SET session_replication_role = replica")  # foreign keys hold by construction
    conexion.execute("SET timezone = 'UTC'")


def _acabar(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conexion:
        conexion.execute("VACUUM (ANALYZE)")
        conexion.execute("CHECKPOINT")


def niveles(
    conexion: psycopg.Connection, desde: int, hasta: int, cuantos: int, hoy: date, *, vaciar: bool = False
) -> None:
    """Give lots `desde`…`hasta` `cuantos` ledger lines each: a purchase, then losses and more purchases in turn, one day
    apart, up to yesterday. With `vaciar` the second line takes everything out.
    """
    conexion.execute("ANALYZE lotes_lote")
    operaciones = (hasta - desde) // LINEAS_POR_OPERACION + 1
    primera = None  # id of the first operation of the level
    for nivel in range(cuantos):
        entra = nivel % 2 == 0
        tipo, motivo = ("entrada", "compra") if entra else ("salida", "merma")
        fecha = hoy - timedelta(days=cuantos - nivel)
        conexion.execute(OPERACIONES.format(tipo=tipo, motivo=motivo, fecha=fecha, operaciones=operaciones))
        previa, (ultima,) = primera, conexion.execute("SELECT max(id) FROM movimientos_operacion").fetchall()[0]
        primera = ultima - operaciones + 1
        parametros = {
            "cantidad": (RESTO_LOTES if nivel == 0 else 5) if entra else -(RESTO_LOTES if vaciar else 4),
            "primera": primera,
            "previa": previa,
            "desde": desde,
            "hasta": hasta,
            "por_operacion": LINEAS_POR_OPERACION,
        }
        conexion.execute(
            MOVIMIENTOS.format(anteriores=NINGUNA if previa is None else LAS_DE_ANTES, costo=COSTO), parametros
        )
    conexion.execute(EXISTENCIAS, [primera])
