"""A connection on which nothing is waited for without end, and what a process knows of each server."""

import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_attempts

T = TypeVar("T")

LENTO = 1.0  # seconds: a connection that takes longer to fail has waited for somebody who does not answer
DESCANSO = 1.0  # seconds between two attempts to reach a server that did not answer
RECIENTE = 10.0  # seconds that readiness remembers a refused write
# Of psycopg.connect, not of libpq.
DE_PSYCOPG = ("autocommit", "prepare_threshold", "context", "row_factory", "cursor_factory")


class Estado:
    """What this process knows of one database: whether it answers, and which of its servers failed last.

    Once it did not answer, a thread of its own finds out when it does again. Until then whoever asks fails at once: a queue of
    requests does not wait in turns for the same silence.
    """

    def __init__(self) -> None:
        self.caida, self.escritura_negada = False, float("-inf")
        self.fallos: dict[tuple[Any, ...], float] = {}
        self.parametros: Mapping[str, Any] = {}
        self._candado = threading.Lock()

    def callada(self) -> None:
        with self._candado:
            if self.caida or settings.ORDEN:  # a command asks for itself alone
                return
            self.caida = True
        threading.Thread(target=self._esperar, name="vigia de la base", daemon=True).start()

    def _esperar(self) -> None:
        while self.caida:
            with contextlib.suppress(psycopg.Error):
                responde(self)
                self.caida = False
                return
            time.sleep(DESCANSO)

    def sin_escribir(self) -> None:
        """It refused a write: it is read-only, or its disk is full."""
        self.escritura_negada = time.monotonic()

    @property
    def niega_escrituras(self) -> bool:
        return time.monotonic() - self.escritura_negada < RECIENTE


_estados: defaultdict[str, Estado] = defaultdict(Estado)


def estado(alias: str) -> Estado:
    return _estados[alias]


class Conexion(psycopg.Connection[Any]):
    """Each answer has `plazo` seconds. On one that is `vigilada` the server must answer to others meanwhile."""

    plazo: float = 0
    vigilada = False
    estado: Estado

    def wait(self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None) -> T:
        if self.vigilada:
            gen = self._vigilado(gen)
        try:
            return super().wait(gen, interval=interval, timeout=timeout or self.plazo)
        except psycopg.errors._WaitTimeout:
            if timeout is not None:
                raise
            self._callada()

    def _callada(self) -> NoReturn:
        """Close what nobody will answer on. Raises OperationalError."""
        self.pgconn.finish()
        self.estado.callada()
        raise psycopg.OperationalError("the database did not answer in time") from None

    def _vigilado(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """`gen`, which asks on a connection of its own whether the server lives, each time it has been silent for long."""
        limite = time.monotonic() + settings.DB_PLAZO
        try:
            espera = next(gen)
            while True:
                senal = yield espera
                if not senal and time.monotonic() > limite:
                    self._sondear()
                    limite = time.monotonic() + settings.DB_PLAZO
                espera = gen.send(senal)
        except StopIteration as fin:
            return fin.value

    def _sondear(self) -> None:
        try:
            responde(self.estado)
        except psycopg.Error:
            self._callada()

    @contextlib.contextmanager
    def plazo_de(self, segundos: float) -> Iterator[None]:
        antes = self.plazo, self.vigilada
        self.plazo, self.vigilada = segundos, False
        try:
            yield
        finally:
            self.plazo, self.vigilada = antes


def abrir(propio: Estado, parametros: Mapping[str, Any]) -> Conexion:
    """A connection to the first server of `parametros` that serves, those that failed last tried last, within DB_PLAZO_CONEXION
    seconds (and two more, since psycopg gives each server at least two).
    """
    if propio.caida:
        raise psycopg.OperationalError("the database did not answer a moment ago")
    propio.parametros = parametros
    inicio = time.monotonic()
    try:
        conexion = _alguna(propio, settings.DB_PLAZO_CONEXION)
    except psycopg.Error:
        if time.monotonic() - inicio > LENTO:
            propio.callada()
        raise
    conexion.estado = propio
    conexion.plazo = settings.DB_PLAZO_ORDENES if settings.ORDEN else settings.DB_PLAZO
    conexion.vigilada = settings.ORDEN
    return conexion


def responde(propio: Estado) -> None:
    """Ask the database for the least, on a connection of its own. Raises psycopg.Error when it does not answer soon."""
    with contextlib.closing(_alguna(propio, settings.DB_PLAZO_SONDEO)) as conexion:
        try:
            psycopg.Connection.wait(conexion, conexion._exec_command(b"SELECT 1"), timeout=settings.DB_PLAZO_SONDEO)
        except psycopg.errors._WaitTimeout:
            raise psycopg.OperationalError("no answer") from None


def _alguna(propio: Estado, plazo: int) -> Conexion:
    limite = time.monotonic() + plazo
    de_psycopg = {k: v for k, v in propio.parametros.items() if k in DE_PSYCOPG}
    de_libpq = {k: v for k, v in propio.parametros.items() if k not in DE_PSYCOPG}
    servidores = conninfo_attempts(Conexion._get_connection_params("", **de_libpq))
    servidores.sort(key=lambda s: propio.fallos.get(_clave(s), 0))
    errores: list[psycopg.Error] = []
    for servidor in servidores:
        if errores and time.monotonic() > limite:
            break
        propio_plazo = min(int(servidor.get("connect_timeout") or plazo), 2 if len(servidores) > 1 else plazo)
        try:
            conexion = Conexion.connect(**{**servidor, **de_psycopg, "connect_timeout": propio_plazo})
        except psycopg.Error as error:
            propio.fallos[_clave(servidor)] = time.monotonic()
            errores.append(error)
        else:
            propio.fallos.pop(_clave(servidor), None)
            return conexion
    if len(errores) == 1:
        raise errores[0]
    raise type(errores[-1])("\n".join(map(str, errores)))


def _clave(servidor: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(servidor.get(x) for x in ("host", "hostaddr", "port", "target_session_attrs"))
