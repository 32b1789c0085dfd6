"""When a request has come whole, from its bytes alone: what must be known before a thread is given to it. Nothing is judged here:
what makes no sense goes to gunicorn's parser, which refuses it without waiting for more.

It imports nothing of the project, as `obrero`, which uses it.
"""

import re
from enum import Enum, auto

CABEZA_MAXIMA = 64 * 1024
CUERPO_MAXIMO = 1024 * 1024 + 64 * 1024  # of a megabyte, with what stands between its chunks
LARGO = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.I)
TROCEADO = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*(?=\r\n)", re.I)
ESPERA_PERMISO = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.I)
TAMANO = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(;|$)")


class Estado(Enum):
    SIN_CABEZA = auto()  # the head has not ended
    SIN_CUERPO = auto()  # the body has not
    LISTA = auto()  # whole, or nothing is gained by waiting for more
    EXCESIVA = auto()  # the head is too long


class Recepcion:
    """The bytes of a request as they come; more may follow them, of the next one."""

    def __init__(self) -> None:
        self.datos = bytearray()
        self.pide_permiso = False  # before it sends its body
        self._cuerpo = 0  # where it begins; 0: not known
        self._fin: int | None = None  # where it ends; None: it comes in chunks
        self._trozo = 0  # where the next chunk begins

    def tomar(self, datos: bytes) -> Estado:
        desde = max(0, len(self.datos) - 3)
        self.datos += datos
        if not self._cuerpo:
            hasta = self.datos.find(b"\r\n\r\n", desde)
            if not 0 <= hasta <= CABEZA_MAXIMA:
                return Estado.EXCESIVA if len(self.datos) > CABEZA_MAXIMA else Estado.SIN_CABEZA
            self._leer_cabeza(hasta + 4)
        if self._fin is None:
            self._seguir_trozos()
        entera = self._fin is not None and len(self.datos) >= self._fin
        excede = (self._fin or len(self.datos)) - self._cuerpo > CUERPO_MAXIMO
        return Estado.LISTA if entera or excede else Estado.SIN_CUERPO

    def _leer_cabeza(self, hasta: int) -> None:
        self._cuerpo = self._fin = self._trozo = hasta
        cabeza = bytes(self.datos[: hasta - 2])
        largos, troceado = LARGO.findall(cabeza), TROCEADO.search(cabeza)
        if troceado and not largos:
            self._fin = None
        elif len(largos) == 1 and not troceado:
            self._fin = hasta + int(largos[0])
        if permiso := ESPERA_PERMISO.search(cabeza):
            self.pide_permiso = self._fin is None or hasta < self._fin <= hasta + CUERPO_MAXIMO
            if self.pide_permiso:  # given here; gunicorn would give it again
                quitados = permiso.end() - permiso.start()
                del self.datos[permiso.start() : permiso.end()]
                self._cuerpo -= quitados
                self._trozo -= quitados
                self._fin = None if self._fin is None else self._fin - quitados

    def _seguir_trozos(self) -> None:
        while (fin_de_linea := self.datos.find(b"\r\n", self._trozo)) >= 0:
            tamano = TAMANO.match(self.datos[self._trozo : fin_de_linea])
            if not tamano:
                self._fin = self._trozo  # no chunk: nothing is gained by waiting
                return
            siguiente = fin_de_linea + 2 + int(tamano[1], 16) + 2
            if not int(tamano[1], 16):
                vacio = self.datos.find(b"\r\n\r\n", fin_de_linea)
                self._fin = vacio + 4 if vacio >= 0 else None
                return
            if siguiente > len(self.datos):
                return
            self._trozo = siguiente
