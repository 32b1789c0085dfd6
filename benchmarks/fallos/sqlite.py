"""One site on SQLite: eight writers, workers killed half way, and a file that is still whole."""

import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
from pathlib import Path

from herramientas.servidores import Postgres

from .banco import Banco, Resultado, carpeta
from .concurrencia import DESPACHOS, Conteo
from .muertes import Carga
from .web import Cliente, a_la_vez, web


def escritores_sqlite(_pg: Postgres, completo: bool) -> Resultado:
    """8 writers × 50 dispatches over HTTP, then kill -9 of workers under load."""
    with tempfile.TemporaryDirectory(prefix="fallos-") as carpeta_base:
        ruta = Path(carpeta_base) / "base.sqlite3"
        banco = Banco(None, f"sqlite:///{ruta}")
        datos = banco.preparar(4, 2, 1_000_000)
        conteo = Conteo()
        with web(banco.variables, carpeta() / "sqlite.log") as servidor:

            def escritor(i: int) -> None:
                c = Cliente(servidor.puerto, datos["llave"])
                cuerpo = {"lineas": [{"producto": datos["productos"][i % 4], "cantidad": 1}]}
                for _ in range(50):
                    conteo.sumar(c.pedir("POST", DESPACHOS, cuerpo)[0])
                c.cerrar()

            a_la_vez(8, escritor)
            azar = random.Random(2)
            with Carga(servidor, datos) as carga:
                for _ in range(30 if completo else 8):
                    time.sleep(azar.uniform(0.2, 0.6))
                    os.kill(azar.choice(servidor.pids()), signal.SIGKILL)
                time.sleep(1)
        with sqlite3.connect(ruta) as conexion:
            integro = conexion.execute("PRAGMA integrity_check").fetchone()[0]
            guardadas = dict(
                conexion.execute(
                    "SELECT clave_idempotencia, id FROM movimientos_operacion WHERE tipo = 'despacho'"
                ).fetchall()
            )
        cifras = {
            "aceptadas": conteo.estados.get(201, 0),
            "otras": sum(conteo.estados.values()) - conteo.estados.get(201, 0),
            "acusadas bajo kill -9": len(carga.acuses),
            "perdidas": sum(guardadas.get(k) != pk for k, pk in carga.acuses.items()),
            "integrity_check": integro,
            "verificar": banco.verificar(),
        }
    cumple = list(cifras.values()) == [400, 0, len(carga.acuses), 0, "ok", 0] and len(carga.acuses) > 0
    return Resultado("SQLite: 8 escritores y kill -9", cifras, cumple, *_aplazadas())


def _aplazadas() -> tuple[dict[str, int], bool]:
    """The control: transactions that begin DEFERRED, read, then write, instead of IMMEDIATE."""
    fallos = Conteo()
    with tempfile.TemporaryDirectory(prefix="fallos-") as carpeta_base:
        ruta = Path(carpeta_base) / "control.sqlite3"
        with sqlite3.connect(ruta) as conexion:
            conexion.execute("PRAGMA journal_mode=WAL")
            conexion.execute("CREATE TABLE t (n INTEGER)")
            conexion.execute("INSERT INTO t VALUES (0)")
        barrera = threading.Barrier(8)

        def escritor(_i: int) -> None:
            conexion = sqlite3.connect(ruta, timeout=20, isolation_level=None)
            barrera.wait()
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
            conexion.close()

        a_la_vez(8, escritor)
    locked = fallos.estados.get(1, 0)
    return {"DEFERRED: 'database is locked'": locked}, locked > 0
