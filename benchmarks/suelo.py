"""The floor: the same FEFO dispatch as one bare statement, run by pgbench on a copy of the same data."""

import re
import subprocess
from pathlib import Path

from herramientas.servidores import ENTORNO, Postgres

from .datos import NUCLEO

# It locks, reads the lots in FEFO order, moves the balances and writes the operation and its ledger lines into the same
# tables, indexes and triggers; it checks nothing, hashes nothing and keeps no alert.
DESPACHO = f"""
\\set producto random(1, {NUCLEO})
\\set cantidad random(1, 5)
WITH bloqueado AS (
    SELECT id FROM productos_producto WHERE id = :producto FOR NO KEY UPDATE
), saldos AS (
    SELECT e.id, e.producto_id, e.lote_id, e.almacen_id, e.cantidad, l.fecha_caducidad, l.costo_unitario,
        sum(e.cantidad) OVER (ORDER BY l.fecha_caducidad NULLS LAST, l.creado_en, e.id) AS acumulado
    FROM bloqueado b JOIN lotes_existencia e ON e.producto_id = b.id JOIN lotes_lote l ON l.id = e.lote_id
    WHERE e.almacen_id = 1 AND e.cantidad > 0 AND l.estado = 'disponible'
        AND (l.fecha_caducidad IS NULL OR l.fecha_caducidad >= current_date)
), tomas AS (
    SELECT *, least(cantidad, :cantidad - (acumulado - cantidad)) AS toma FROM saldos WHERE acumulado - cantidad < :cantidad
), movidas AS (
    UPDATE lotes_existencia e SET cantidad = e.cantidad - t.toma, con_costo = e.con_costo - t.toma, secuencia = e.secuencia + 1
    FROM tomas t WHERE e.id = t.id
    RETURNING e.producto_id, e.lote_id, e.almacen_id, e.cantidad, e.secuencia, t.toma, t.fecha_caducidad, t.costo_unitario
), operacion AS (
    INSERT INTO movimientos_operacion (tipo, motivo_id, almacen_id, contraparte, documento, nota, usuario_id,
        fecha_efectiva, registrada_en, huella, sello)
    SELECT 'despacho', id, 1, '', '', '', 1, current_date, now(), '', repeat('0', 64)
    FROM movimientos_motivo WHERE codigo = 'despacho' RETURNING id
)
INSERT INTO movimientos_movimiento (operacion_id, tipo, producto_id, lote_id, almacen_id, fecha_efectiva, cantidad, saldo,
    secuencia, fecha_caducidad, vida_minima, excepcion_fefo, version, estado_lote, costo_unitario, con_costo, revaluo, huella)
SELECT o.id, 'despacho', m.producto_id, m.lote_id, m.almacen_id, current_date, -m.toma, m.cantidad, m.secuencia,
    m.fecha_caducidad, 0, false, 2, 'disponible', m.costo_unitario, -m.toma, 0, repeat('0', 64)
FROM movidas m, operacion o;
"""


def despachos_por_segundo(servidor: Postgres, base: str, guion: Path, segundos: float) -> float:
    """Transactions per second of one pgbench client, prepared statements, for `segundos`."""
    orden: list[str | Path] = [servidor.bindir / "pgbench", "-h", servidor.base, "-p", str(servidor.puerto), "-U", "postgres",
             "-n", "-M", "prepared", "-c", "1", "-T", str(round(segundos)), "-f", guion, base]  # fmt: skip
    texto = subprocess.run(orden, check=True, capture_output=True, text=True, env=ENTORNO).stdout
    fallos = re.search(r"number of failed transactions: (\d+)", texto)
    if fallos is None or fallos[1] != "0":
        raise RuntimeError(texto)
    return float(re.findall(r"tps = ([\d.]+)", texto)[0])
