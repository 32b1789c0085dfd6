"""One connection of `obrero`: what is read from it and written to it, and what the loop answers by itself.

It imports nothing of the project but `recepcion`, as `obrero`, which uses it.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

from .recepcion import Recepcion

ESPERA, RITMO = (
    20,
    64 * 1024,
)  # what a thread reads, and what a client takes, must come in 20 s, and 64 KB a second more
SALIDA = 4 * 1024 * 1024  # of an answer, what is kept for a client that does not take it at once

VIVA = (b"GET /salud/viva/ HTTP/1.", b"HEAD /salud/viva/ HTTP/1.")
CUERPO = b'{"estado": "viva"}'


def _cabeza(linea: bytes, largo: int = 0, propia: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nCache-Control: no-store\r\n"
        b"X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n"
        b"Content-Security-Policy: default-src 'none'\r\n%sConnection: close\r\n\r\n" % (linea, largo, propia)
    )


CABEZA = _cabeza(b"200 OK", len(CUERPO))
TARDE = _cabeza(b"408 Request Timeout")
CABEZA_LARGA = _cabeza(b"431 Request Header Fields Too Large")
OCUPADO = _cabeza(b"503 Service Unavailable", propia=b"Retry-After: 2\r\n")


class Enchufe(socket.socket):
    """A socket whose writer does not wait for a slow reader: what does not leave at once is left for the loop, up to SALIDA."""

    def __init__(self, fileno: int) -> None:
        super().__init__(fileno=fileno)
        self.pendiente = bytearray()

    def sendall(self, datos: Any, banderas: int = 0) -> None:
        """Of a socket that does not block: with a time limit, Python would wait for it also here."""
        salio = 0
        if not self.pendiente:
            with suppress(BlockingIOError):
                salio = self.send(datos, banderas)
        self.pendiente += memoryview(datos)[salio:]
        if len(self.pendiente) > SALIDA:
            todo, self.pendiente = self.pendiente, bytearray()
            self.settimeout(ESPERA)
            super().sendall(todo, banderas)
            self.setblocking(False)


class Lector(SocketUnreader):
    """What a thread reads from its client must keep a pace."""

    desde, leidos = 0.0, 0

    def empezar(self, recibido: bytes) -> None:
        self.desde, self.leidos = time.monotonic(), 0
        self.unread(recibido)

    def chunk(self, size_hint: int | None = None) -> bytes:
        queda = self.desde + ESPERA + self.leidos / RITMO - time.monotonic()
        if queda <= 0:
            raise TimeoutError
        antes = self.sock.gettimeout()
        self.sock.settimeout(min(queda, antes or queda))
        try:
            datos = super().chunk(size_hint)
        finally:
            self.sock.settimeout(antes)
        self.leidos += len(datos)
        return datos


class Conexion(TConn):
    parser: Any
    timeout: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.direccion = self.client[0] if isinstance(self.client, tuple) else ""  # none on a socket of Unix
        self.recepcion = Recepcion()
        self.con_cabeza = False  # the head has come
        self.ociosa = False  # answered, and nothing more has come
        self.tirado = 0  # bytes thrown away after the last answer
        self.data_ready = True  # no thread has to wait for it

    def init(self) -> None:
        super().init()
        if not isinstance(self.parser.unreader, Lector):
            self.parser.unreader = Lector(self.sock)
        self.parser.unreader.empezar(bytes(self.recepcion.datos))
        self.recepcion = Recepcion()

    @property
    def memoria(self) -> int:
        return len(self.recepcion.datos) + len(self.sock.pendiente)
