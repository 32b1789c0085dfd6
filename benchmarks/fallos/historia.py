"""History cannot be rewritten: what the database refuses, and what `verificar` finds when its triggers are off."""

import random
from typing import Any

import psycopg

from herramientas.servidor_web import python
from herramientas.servidores import Postgres

from .banco import Banco, Resultado, banco_postgres

INTENTOS = {
    "UPDATE línea": "UPDATE movimientos_movimiento SET vida_minima = 9 WHERE id = (SELECT max(id) FROM movimientos_movimiento)",
    "UPDATE operación": "UPDATE movimientos_operacion SET nota = 'x' WHERE id = (SELECT max(id) FROM movimientos_operacion)",
    "DELETE línea": "DELETE FROM movimientos_movimiento WHERE id = (SELECT max(id) FROM movimientos_movimiento)",
    "DELETE operación": "DELETE FROM movimientos_operacion",
    "TRUNCATE": "TRUNCATE movimientos_movimiento",
    "TRUNCATE en cascada": "TRUNCATE movimientos_operacion CASCADE",
    "TRUNCATE productos en cascada": "TRUNCATE productos_producto CASCADE",
    "upsert": "INSERT INTO movimientos_movimiento SELECT * FROM movimientos_movimiento LIMIT 1 "
    "ON CONFLICT (id) DO UPDATE SET saldo = 0",
    "MERGE": "MERGE INTO movimientos_movimiento m USING (SELECT 1) x ON m.id > 0 WHEN MATCHED THEN DELETE",
}
# Column → an expression that always differs from what is stored.
ALTERACIONES = {
    "movimientos_movimiento": {
        "cantidad": "CASE WHEN cantidad > 0 THEN cantidad + 1 ELSE cantidad - 1 END",
        "saldo": "saldo + 1",
        "secuencia": "secuencia + 1000",
        "fecha_efectiva": "fecha_efectiva - 1",
        "fecha_caducidad": "COALESCE(fecha_caducidad, '2030-01-01') + 1",
        "vida_minima": "vida_minima + 1",
        "excepcion_fefo": "NOT excepcion_fefo",
        "estado_lote": "CASE estado_lote WHEN 'retirado' THEN 'cuarentena' ELSE 'retirado' END",
        "revaluo": "revaluo + 1",
        "huella": "repeat('0', 64)",
        "operacion_id": "(SELECT id FROM movimientos_operacion o WHERE o.id <> operacion_id ORDER BY o.id LIMIT 1)",
    },
    "movimientos_operacion": {
        "nota": "nota || 'x'",
        "documento": "documento || 'x'",
        "contraparte": "contraparte || 'x'",
        "fecha_efectiva": "fecha_efectiva - 1",
        "registrada_en": "registrada_en + interval '1 microsecond'",
        "sello": "repeat('0', 64)",
        "huella": "repeat('f', 64)",
        "motivo_id": "(SELECT id FROM movimientos_motivo m WHERE m.id <> motivo_id ORDER BY m.id LIMIT 1)",
    },
    "lotes_existencia": {"cantidad": "cantidad + 1", "secuencia": "secuencia + 1", "huella": "repeat('0', 64)"},
}


def historia(pg: Postgres, completo: bool) -> Resultado:
    """Refused by the database, statement by statement; then random tampers with the triggers off, each found."""
    alteraciones = 1000 if completo else 60
    banco = banco_postgres(pg, "historia")
    banco.preparar(4, 3, 50)
    python(banco.variables, "-m", "benchmarks.fallos.alteraciones")
    aceptados = [nombre for nombre, sql in INTENTOS.items() if not _rechazada(banco, sql)]
    limpio = banco.verificar()
    halladas, fallidas = _alterar(banco, alteraciones)
    cifras: dict[str, Any] = {
        "intentos": len(INTENTOS),
        "rechazados": len(INTENTOS) - len(aceptados),
        "verificar antes": limpio,
        "alteraciones": alteraciones,
        "halladas": halladas,
    }
    if fallidas:
        cifras["sin hallar"] = fallidas[:5]
    cumple = not aceptados and limpio == 0 and halladas == alteraciones
    banco.ejecutar("ALTER TABLE movimientos_movimiento DISABLE TRIGGER USER")
    pasa = not _rechazada(banco, INTENTOS["UPDATE línea"])
    control = {"sin disparadores: UPDATE pasa": pasa, "verificar": banco.verificar()}
    return Resultado("la historia no se reescribe", cifras, cumple, control, list(control.values()) == [True, 1])


def _rechazada(banco: Banco, sql: str) -> bool:
    with banco.conectar() as conexion:
        try:
            conexion.execute(sql)
        except psycopg.Error:
            return True
        conexion.rollback()
        return False


def _alterar(banco: Banco, cuantas: int) -> tuple[int, list[str]]:
    """Each tamper is made, looked for in the same transaction, and rolled back: one process, no leftovers."""
    azar = random.Random(3)
    sentencias = []
    for _ in range(cuantas):
        tabla = azar.choice(list(ALTERACIONES))
        columna = azar.choice(list(ALTERACIONES[tabla]))
        fila = f"(SELECT id FROM {tabla} ORDER BY id OFFSET {azar.randrange(12)} LIMIT 1)"
        sentencias.append(f"UPDATE {tabla} SET {columna} = {ALTERACIONES[tabla][columna]} WHERE id = {fila}")
    texto = python(banco.variables, "-m", "benchmarks.fallos.alteraciones", *sentencias)
    lineas = [x for x in texto.splitlines() if x.startswith(("hallada", "NO"))]
    return sum(x.startswith("hallada") for x in lineas), [x for x in lineas if x.startswith("NO")]
