"""gunicorn's threaded worker, which gives a thread only to a request that has come whole. Its main loop receives, with an end to
each wait and a bound to what waits, and answers the liveness probe itself: neither slow clients nor a database that keeps
every thread waiting make a live process look dead, and slow clients take no thread from the others: what they have not taken of
an answer of up to some megabytes is sent from the loop too.

Only gunicorn, `recepcion` and `tramo` are imported: the master loads this module, and keeps it after a reload.
"""

import errno
import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from math import inf
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from .recepcion import Estado, Recepcion
from .tramo import CABEZA, CABEZA_LARGA, CUERPO, ESPERA, OCUPADO, RITMO, TARDE, VIVA, Conexion, Enchufe

# What a deployment may say (docs/operating.md): seconds for a head and for a body of up to a megabyte; connections of one
# address, in a worker, whose request has not come whole. 0: no limit.
LIMITES = {"GUNICORN_PLAZO_CABEZA": 10, "GUNICORN_PLAZO_CUERPO": 60, "GUNICORN_POR_DIRECCION": 128}
ESPERANDO = 400  # connections of a worker that wait: for their request, for the next one, for their end
COLA = 200  # requests of a worker that wait for a thread. With those above, fewer than the 1,000 at which it would not accept
MEMORIA = 64 * 1024 * 1024  # of a worker, in requests that have not come whole
DESPEDIDA, SOBRANTE = (
    2,
    8 * 1024 * 1024,
)  # what is read and thrown away after the last answer, so that its client hears it
PIEZA = 64 * 1024
REPASO = 0.25  # seconds between two looks for who is late


class Obrero(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.esperando: dict[Conexion, None] = {}  # in the order in which they began to
        self.en_hilos = 0
        self.repaso = 0.0
        self.plazo_cabeza, self.plazo_cuerpo, self.por_direccion = (
            float(os.environ.get(nombre, defecto)) or inf for nombre, defecto in LIMITES.items()
        )

    # Reception: all of it in the main loop --------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        if self.cfg.is_ssl:  # not seen from here: gunicorn's own way, in a thread
            super().accept(listener)
            return
        try:
            enchufe, cliente = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another worker took it; it has gone
            return
        self.nr_conns += 1
        conexion = Conexion(self.cfg, Enchufe(fileno=enchufe.detach()), cliente, listener.getsockname())
        self._hacer_sitio(conexion)
        self._esperar(conexion, self.cfg.keepalive, self._llega)

    def _esperar(
        self, conn: Conexion, segundos: float, al_poder: Callable[[Conexion, Enchufe], None], que: int = EVENT_READ
    ) -> None:
        conn.timeout = time.monotonic() + (segundos if self.alive else min(segundos, STOP_KEEPALIVE_LINGER))
        self.esperando[conn] = None
        self.poller.register(conn.sock, que, partial(al_poder, conn))  # type: ignore[union-attr]  # it has one by now

    def _dejar(self, conn: Conexion) -> None:
        """`conn` no longer waits here."""
        if conn in self.esperando:
            del self.esperando[conn]
            self.poller.unregister(conn.sock)  # type: ignore[union-attr]

    def _soltar(self, conn: Conexion) -> None:
        self._dejar(conn)
        self.nr_conns -= 1
        conn.close()

    def _hacer_sitio(self, nueva: Conexion) -> None:
        """Where too many wait, one that has waited long goes: of the same address, else of the one that has most."""
        cuantas = Counter(c.direccion for c in self.esperando if not c.ociosa)
        if nueva.direccion and cuantas[nueva.direccion] >= self.por_direccion:
            de = nueva.direccion
        elif len(self.esperando) >= ESPERANDO:
            de = max(cuantas, key=cuantas.__getitem__, default="")
        else:
            return
        self._soltar(
            next((c for c in self.esperando if c.direccion == de and not c.ociosa), next(iter(self.esperando)))
        )

    def _llega(self, conn: Conexion, enchufe: Enchufe) -> None:
        try:
            datos = enchufe.recv(PIEZA)
        except BlockingIOError:
            return
        except OSError:
            self._soltar(conn)
            return
        if datos:
            self._tomar(conn, datos)
        elif conn.con_cabeza:  # cut short: the application says so
            self._servir(conn)
        else:
            self._soltar(conn)

    def _tomar(self, conn: Conexion, datos: bytes) -> None:
        nueva = not conn.recepcion.datos
        match conn.recepcion.tomar(datos):
            case Estado.LISTA:
                self._servir(conn)
            case Estado.EXCESIVA:
                self._negar(conn, CABEZA_LARGA)
            case Estado.SIN_CABEZA if nueva:
                conn.ociosa, conn.timeout = False, time.monotonic() + self.plazo_cabeza
            case Estado.SIN_CUERPO if not conn.con_cabeza:
                conn.ociosa, conn.con_cabeza, conn.timeout = False, True, time.monotonic() + self.plazo_cuerpo
                if conn.recepcion.pide_permiso:
                    with suppress(OSError):
                        conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _servir(self, conn: Conexion) -> None:
        """Give `conn` to a thread, or answer it here: a probe that came whole and alone, or who finds the queue full."""
        self._dejar(conn)
        dicho = conn.recepcion.datos
        if dicho.startswith(VIVA) and dicho.find(b"\r\n\r\n") == len(dicho) - 4:
            self._negar(conn, CABEZA + (b"" if dicho.startswith(b"HEAD") else CUERPO))
        elif self.en_hilos >= COLA + self.cfg.threads:
            self._negar(conn, OCUPADO)
        else:
            self.en_hilos += 1
            self.enqueue_req(conn)

    def _negar(self, conn: Conexion, respuesta: bytes) -> None:
        with suppress(OSError):
            conn.sock.send(respuesta)
        self._despedir(conn)

    def _despedir(self, conn: Conexion) -> None:
        """End `conn`, and read on for a moment: who is still sending would see it break, and no answer."""
        self._dejar(conn)
        conn.recepcion, conn.ociosa = Recepcion(), False
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # it has gone, or its thread closed it
            self._soltar(conn)
        else:
            self._esperar(conn, DESPEDIDA, self._tirar)

    def _tirar(self, conn: Conexion, enchufe: Enchufe) -> None:
        try:
            tirado = len(enchufe.recv(PIEZA))
        except BlockingIOError:
            return
        except OSError:
            tirado = 0
        conn.tirado += tirado
        if not tirado or conn.tirado > SOBRANTE:
            self._soltar(conn)

    def murder_pending(self) -> None:
        """gunicorn asks for it at every turn: end the wait of who is late, and of who fills the memory."""
        super().murder_pending()
        ahora = time.monotonic()
        if ahora < self.repaso:
            return
        self.repaso = ahora + REPASO
        for conn in [c for c in self.esperando if c.timeout <= ahora]:
            if conn.recepcion.datos:
                self._negar(conn, TARDE)
            else:
                self._soltar(conn)
        exceso = sum(c.memoria for c in self.esperando) - MEMORIA
        for conn in sorted(self.esperando, key=lambda c: -c.memoria) if exceso > 0 else ():
            if exceso > 0:
                exceso -= conn.memoria
                self._soltar(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.esperando:
            conn.timeout = min(conn.timeout, deadline)

    # Service: in a thread, but for the end ---------------------------------------------------------

    def handle_request(self, req: Any, conn: TConn) -> bool:
        conn.sock.setblocking(False)  # but where `tramo` says how long
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:  # as if it had gone
            raise ConnectionResetError(errno.ECONNRESET, "it takes nothing of its answer") from error

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        if not isinstance(conn, Conexion):
            super().finish_request(conn, fs)
            return
        self.en_hilos -= 1
        sigue = not fs.cancelled() and not fs.exception() and bool(fs.result())
        if conn.sock.pendiente:
            conn.sock.setblocking(False)
            plazo = ESPERA + len(conn.sock.pendiente) / RITMO
            self._esperar(conn, plazo, partial(self._vaciar, sigue), EVENT_WRITE)
        else:
            self._seguir(conn, sigue)

    def _vaciar(self, sigue: bool, conn: Conexion, enchufe: Enchufe) -> None:
        """Send what is left of the answer of `conn`, as it takes it."""
        try:
            del enchufe.pendiente[: enchufe.send(enchufe.pendiente)]
        except BlockingIOError:
            return
        except OSError:
            self._soltar(conn)
            return
        if not enchufe.pendiente:
            self._dejar(conn)
            self._seguir(conn, sigue)

    def _seguir(self, conn: Conexion, sigue: bool) -> None:
        if not sigue:
            self._despedir(conn)
            return
        conn.sock.setblocking(False)
        conn.con_cabeza, conn.ociosa = False, True
        self._esperar(conn, self.cfg.keepalive, self._llega)
        if siguiente := conn.parser.unreader.take_buffered():
            self._tomar(conn, siguiente)
