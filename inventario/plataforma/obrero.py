"""gunicorn's threaded worker, whose main loop answers the liveness probe itself: that needs no thread, so a database that keeps
every thread waiting does not make a live process look dead.

Only gunicorn is imported here: the master loads this module, and keeps it after a reload.
"""

import socket
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker

VIVA = (b"GET /salud/viva/ HTTP/1.", b"HEAD /salud/viva/ HTTP/1.")
CUERPO = b'{"estado": "viva"}'
CABEZA = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nCache-Control: no-store\r\n"
    b"X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n"
    b"Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n" % len(CUERPO)
)
MAXIMO = 8192  # bytes of the head of a probe


class Obrero(ThreadWorker):
    def accept(self, listener: socket.socket) -> None:
        """A new connection waits for its first bytes in the main loop, not in a thread."""
        try:
            enchufe, cliente = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another worker took it; it has gone
            return
        self.nr_conns += 1
        conexion = TConn(self.cfg, enchufe, cliente, listener.getsockname())
        conexion.set_timeout()
        self.pending_conns.append(conexion)
        self.poller.register(  # type: ignore[union-attr]  # it has one once it accepts
            enchufe, EVENT_READ, partial(self.on_pending_socket_readable, conexion)
        )

    def enqueue_req(self, conn: TConn) -> None:
        if not self._sondeada(conn):
            super().enqueue_req(conn)

    def _sondeada(self, conn: TConn) -> bool:
        """Whether `conn` brought a liveness probe, whole and alone: then it was answered, and closed."""
        if self.cfg.is_ssl:
            return False
        try:
            conn.sock.setblocking(False)
            dicho = conn.sock.recv(MAXIMO, socket.MSG_PEEK)
            if not dicho.startswith(VIVA) or dicho.find(b"\r\n\r\n") != len(dicho) - 4:
                return False
            conn.sock.recv(MAXIMO)
            conn.sock.send(CABEZA + (b"" if dicho.startswith(b"HEAD") else CUERPO))
        except OSError:  # a thread will find out the same, and say it
            return False
        self.nr_conns -= 1
        conn.close()
        return True
