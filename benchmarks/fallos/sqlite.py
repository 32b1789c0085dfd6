"""One site on SQLite: eight writers, workers killed half way, and a file that is still whole."""

import contextlib
import random
import sqlite3
import tempfile
import time
from pathlib import Path

from herramientas.cliente import Cliente
from herramientas.servidores import Postgres

from .banco import DESPACHOS, Banco, Conteo, Resultado, a_la_vez, clientes
from .muertes import Carga, matar_obrero


def escritores_sqlite(_pg: Postgres, completo: bool) -> Resultado:
    """8 writers × 50 dispatches over HTTP, then kill -9 of workers under load."""
    with tempfile.TemporaryDirectory(prefix="fallos-") as sitio:
        ruta = Path(sitio) / "base.sqlite3"
        banco = Banco(None, f"sqlite:///{ruta}")
        banco.preparar(4, 2, 1_000_000)
        conteo, acuses = _escribir(banco, 30 if completo else 8)
        with contextlib.closing(sqlite3.connect(ruta)) as conexion:
            integro = conexion.execute("PRAGMA integrity_check").fetchone()[0]
            guardadas = dict(
                conexion.execute("SELECT clave_idempotencia, id FROM movimientos_operacion WHERE tipo = 'despacho'")
            )
        cifras = {
            "aceptadas": conteo.de(201),
            "otras": sum(conteo.estados.values()) - conteo.de(201),
            "acusadas bajo kill -9": len(acuses),
            "perdidas": sum(guardadas.get(k) != pk for k, pk in acuses.items()),
            "integrity_check": integro,
            "verificar": banco.verificar(),
        }
    cumple = list(cifras.values()) == [400, 0, len(acuses), 0, "ok", 0] and len(acuses) > 0
    return Resultado("SQLite: 8 escritores y kill -9", cifras, cumple, *_aplazadas())


def _escribir(banco: Banco, muertes: int) -> tuple[Conteo, dict[str, int]]:
    """The answers to the writers, and what was acknowledged while workers were killed."""
    conteo, azar = Conteo(), random.Random(2)

    def escritor(cliente: Cliente, i: int) -> None:
        for _ in range(50):
            cuerpo = banco.cuerpo(1, [banco.productos[i % 4]])
            conteo.sumar(cliente.pedir("POST", DESPACHOS, cuerpo).estado)

    with banco.web("sqlite") as servidor:
        clientes(servidor, banco, 8, escritor)
        with Carga(servidor, banco) as carga:
            for _ in range(muertes):
                time.sleep(azar.uniform(0.2, 0.6))
                matar_obrero(servidor, azar)
            time.sleep(1)
    return conteo, carga.acuses


def _aplazadas() -> tuple[dict[str, int], bool]:
    """The control: transactions that begin DEFERRED, read, then write, instead of IMMEDIATE."""
    fallos = Conteo()
    with tempfile.TemporaryDirectory(prefix="fallos-") as sitio:
        ruta = Path(sitio) / "control.sqlite3"
        with contextlib.closing(sqlite3.connect(ruta, isolation_level=None)) as conexion:
            conexion.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (0)")

        def escritor(_i: int) -> None:
            with contextlib.closing(sqlite3.connect(ruta, timeout=20, isolation_level=None)) as conexion:
                for _ in range(50):
                    try:
                        conexion.execute("BEGIN DEFERRED")
                        n = conexion.execute("SELECT n FROM t").fetchone()[0]
                        time.sleep(0.001)
                        conexion.execute("UPDATE t SET n = ?", [n + 1])
                        conexion.execute("COMMIT")
                    except sqlite3.OperationalError:
                        conexion.execute("ROLLBACK")
                        fallos.sumar(1)

        a_la_vez(8, escritor)
    bloqueadas = fallos.de(1)
    return {"DEFERRED: 'database is locked'": bloqueadas}, bloqueadas > 0
