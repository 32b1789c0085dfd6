"""The bench of the fault runs: a database with its data, the key of a client, the sampler that watches the ledger."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from herramientas.cliente import Cliente
from herramientas.servidor_web import RAIZ, Web, entorno, manage, python, web
from herramientas.servidores import Postgres

DESPACHOS = "/api/v1/despachos/"

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


class Conteo:
    """How many answers of each status, counted from many threads."""

    def __init__(self) -> None:
        self.estados: dict[int, int] = {}
        self._candado = threading.Lock()

    def sumar(self, estado: int) -> None:
        with self._candado:
            self.estados[estado] = self.estados.get(estado, 0) + 1

    def de(self, estado: int) -> int:
        return self.estados.get(estado, 0)

    @property
    def fallos(self) -> int:
        """Answers that are 5xx."""
        return sum(n for estado, n in self.estados.items() if estado >= 500)


class Banco:
    """One database at `url`, migrated and filled through the services, in processes of its own."""

    def __init__(self, servidor: Postgres | None, url: str) -> None:
        self.servidor, self.url = servidor, url
        self.variables = entorno(url, API_LIMITE_POR_MINUTO="0", GUNICORN_THREADS="8", LOG_LEVEL="ERROR")
        self.llave, self.productos = "", list[int]()

    def preparar(self, productos: int, lotes: int, cantidad: int) -> None:
        """Products P0…, each with `lotes` lots of `cantidad` units that expire one after the other. Leaves their ids in
        `productos` and the key of an API token in `llave`.
        """
        manage(self.variables, "inicializar")
        texto = python(
            self.variables, "-m", "benchmarks.fallos.siembra", str(productos), str(lotes), str(cantidad)
        ).splitlines()[-2:]
        self.llave, self.productos = texto[0], [int(pk) for pk in texto[1].split(",")]

    def web(self, registro: str, control: str = "", **variables: str) -> contextlib.AbstractContextManager[Web]:
        """gunicorn on this database; with `control`, with that guard taken off (control.py)."""
        modulo = "benchmarks.fallos.control" if control else "inventario.wsgi"
        entorno = self.variables | variables | {"CONTROL": control}
        return web(entorno, carpeta() / f"{registro}.log", modulo=modulo)

    def cuerpo(self, cantidad: int = 1, productos: Iterable[int] = ()) -> dict[str, Any]:
        """A dispatch of `cantidad` units of each of `productos`, of the first one if none is said."""
        return {"lineas": [{"producto": p, "cantidad": cantidad} for p in productos or self.productos[:1]]}

    def verificar(self) -> int:
        """Exit code of `manage.py verificar`."""
        orden = [sys.executable, "manage.py", "verificar"]
        return subprocess.run(orden, cwd=RAIZ, env=self.variables, capture_output=True, check=False).returncode

    def conectar(self, **opciones: Any) -> psycopg.Connection:
        assert self.servidor is not None  # noqa: S101
        base = self.url.split("?")[0].rsplit("/", 1)[1]
        return psycopg.connect(
            host=str(self.servidor.base), port=self.servidor.puerto, user="postgres", dbname=base, **opciones
        )

    def ejecutar(self, *sentencias: str) -> None:
        with self.conectar(autocommit=True) as conexion:
            for sql in sentencias:
                conexion.execute(sql)

    def contar(self, sql: str, *parametros: Any) -> int:
        with self.conectar() as conexion:
            return conexion.execute(sql, parametros).fetchall()[0][0]

    @contextlib.contextmanager
    def muestreo(self) -> Iterator[dict[str, int]]:
        """Compare every balance with its ledger, each 100 ms, in one snapshot a time, while the block runs."""
        cuenta = {"muestras": 0, "desacuerdos": 0}
        fin = threading.Event()

        def mirar() -> None:
            with self.conectar(autocommit=True) as conexion:
                while not fin.wait(0.1):
                    distintos, _todos = conexion.execute(SALDOS).fetchall()[0]
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


def a_la_vez(cuantos: int, trabajo: Callable[[int], None]) -> None:
    """Run `trabajo(i)` in `cuantos` threads that start together; raise what any of them raised."""
    errores: list[BaseException] = []
    barrera = threading.Barrier(cuantos)

    def uno(i: int) -> None:
        try:
            barrera.wait()
            trabajo(i)
        except BaseException as error:
            errores.append(error)

    hilos = [threading.Thread(target=uno, args=(i,)) for i in range(cuantos)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    if errores:
        raise errores[0]


def clientes(servidor: Web, banco: Banco, cuantos: int, trabajo: Callable[[Cliente, int], None]) -> None:
    """Run `trabajo(cliente, i)` at once, each with an API client of its own."""

    def uno(i: int) -> None:
        with contextlib.closing(Cliente(servidor.puerto, banco.llave)) as cliente:
            trabajo(cliente, i)

    a_la_vez(cuantos, uno)
