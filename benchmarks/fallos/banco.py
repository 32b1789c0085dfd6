"""The bench of the fault runs: a database with its data, the key of a client, the sampler that watches the ledger."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from herramientas.servidores import Postgres

from .web import RAIZ, entorno

SALDOS = """
SELECT count(*) FILTER (WHERE e.cantidad IS DISTINCT FROM m.suma), count(*)
FROM lotes_existencia e
FULL JOIN (SELECT lote_id, almacen_id, sum(cantidad) AS suma FROM movimientos_movimiento GROUP BY 1, 2) m
  ON m.lote_id = e.lote_id AND m.almacen_id = e.almacen_id
"""


@dataclass
class Resultado:
    """One promise: its figures, whether they are as promised, and what happened with its guard taken off."""

    promesa: str
    cifras: dict[str, Any]
    cumple: bool
    control: dict[str, Any] = field(default_factory=dict)
    control_falla: bool | None = None  # None: the promise is its own control

    @property
    def bien(self) -> bool:
        return self.cumple and self.control_falla is not False


class Banco:
    """One database named `nombre` on `servidor`, migrated and seeded through the services, in processes of its own."""

    def __init__(self, servidor: Postgres | None, url: str) -> None:
        self.servidor, self.url = servidor, url
        self.variables = entorno(url)

    def preparar(self, productos: int, lotes: int, cantidad: int) -> dict[str, Any]:
        """Products P0…, each with `lotes` lots of `cantidad` units that expire one after the other. Returns their ids,
        those of the lots, and the key of an API token.
        """
        self.manage("inicializar")
        salida = self.python("benchmarks.fallos.siembra", str(productos), str(lotes), str(cantidad))
        datos = dict(linea.split("=", 1) for linea in salida.splitlines() if "=" in linea)
        return {
            "llave": datos["llave"],
            "productos": [int(x) for x in datos["productos"].split(",")],
        }

    def manage(self, *orden: str) -> str:
        return self.python("manage", *orden)

    def python(self, modulo: str, *argumentos: str) -> str:
        hecho = subprocess.run(
            [sys.executable, "-m", modulo, *argumentos],
            cwd=RAIZ, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if hecho.returncode:
            raise RuntimeError(
                f"{modulo} {argumentos}: {hecho.returncode}\n{hecho.stdout[-1500:]}\n{hecho.stderr[-3000:]}"
            )
        return hecho.stdout

    def verificar(self) -> int:
        """Exit code of `manage.py verificar`."""
        return subprocess.run(
            [sys.executable, "manage.py", "verificar"], cwd=RAIZ, env=self.variables, capture_output=True, check=False
        ).returncode

    def conectar(self, **opciones: Any) -> psycopg.Connection:
        assert self.servidor is not None  # noqa: S101
        base = self.url.split("?")[0].rsplit("/", 1)[1]
        return psycopg.connect(
            host=str(self.servidor.base), port=self.servidor.puerto, user="postgres", dbname=base, **opciones
        )

    def contar(self, sql: str, *parametros: Any) -> int:
        with self.conectar() as conexion:
            return conexion.execute(sql, parametros).fetchone()[0]

    @contextlib.contextmanager
    def muestreo(self) -> Iterator[dict[str, int]]:
        """Compare every balance with its ledger, each 100 ms, in one snapshot a time, while the block runs."""
        cuenta = {"muestras": 0, "desacuerdos": 0}
        fin = threading.Event()

        def mirar() -> None:
            with self.conectar(autocommit=True) as conexion:
                while not fin.wait(0.1):
                    distintos, _todos = conexion.execute(SALDOS).fetchone()
                    cuenta["muestras"] += 1
                    cuenta["desacuerdos"] += distintos

        hilo = threading.Thread(target=mirar)
        hilo.start()
        try:
            yield cuenta
        finally:
            fin.set()
            hilo.join()


def banco_postgres(servidor: Postgres, nombre: str) -> Banco:
    servidor.psql(f'CREATE DATABASE "{nombre}"')
    return Banco(servidor, servidor.url_de(nombre))


def carpeta() -> Path:
    ruta = Path(os.environ.get("FALLOS_REGISTROS", RAIZ / "benchmarks" / "resultados"))
    ruta.mkdir(parents=True, exist_ok=True)
    return ruta
