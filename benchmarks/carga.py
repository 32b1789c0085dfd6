"""Clients that ask over HTTP as fast as they are answered."""

import json
import random
import socket
import threading
import time

from .datos import NUCLEO


def cuerpo_de_despacho(azar: random.Random) -> bytes:
    return json.dumps({"lineas": [{"producto": azar.randint(1, NUCLEO), "cantidad": azar.randint(1, 5)}]}).encode()


def peticion(metodo: str, ruta: str, clave: str, cuerpo: bytes = b"") -> bytes:
    cabeza = (
        f"{metodo} {ruta} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Token {clave}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(cuerpo)}\r\n\r\n"
    )
    return cabeza.encode() + cuerpo


class Cliente:
    """One kept-alive connection."""

    def __init__(self, direccion: tuple[str, int]) -> None:
        self.direccion = direccion
        self.enchufe = socket.create_connection(direccion, 30)

    def pedir(self, peticion: bytes) -> int:
        """Send `peticion`, read the whole answer, return its status. Reconnects when a worker closed the connection."""
        try:
            return self._pedir(peticion)
        except ConnectionError:  # a worker that reached max_requests says goodbye to its idle connections
            self.enchufe.close()
            self.enchufe = socket.create_connection(self.direccion, 30)
            return self._pedir(peticion)

    def _pedir(self, peticion: bytes) -> int:
        self.enchufe.sendall(peticion)
        datos = b""
        while b"\r\n\r\n" not in datos:
            datos += self._recibir()
        cabeza, _sep, resto = datos.partition(b"\r\n\r\n")
        lineas = cabeza.lower().split(b"\r\n")
        largo = next(int(x[15:]) for x in lineas if x.startswith(b"content-length:"))
        while len(resto) < largo:
            resto += self._recibir()
        return int(cabeza[9:12])

    def _recibir(self) -> bytes:
        trozo = self.enchufe.recv(65536)
        if not trozo:
            raise ConnectionResetError("closed by the server")
        return trozo


def por_segundo(direccion: tuple[str, int], ruta: str, clave: str, clientes: int, segundos: float) -> float:
    """Answered POSTs of a one-line dispatch per second, by `clientes` at once. Every answer must be 201."""
    cuentas, malas = [0] * clientes, []
    fin = time.perf_counter() + segundos

    def trabajar(n: int) -> None:
        azar, cliente = random.Random(), Cliente(direccion)
        while time.perf_counter() < fin:
            estado = cliente.pedir(peticion("POST", ruta, clave, cuerpo_de_despacho(azar)))
            if estado != 201:
                malas.append(estado)
                return
            cuentas[n] += 1

    inicio = time.perf_counter()
    hilos = [threading.Thread(target=trabajar, args=[n]) for n in range(clientes)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    if malas or 0 in cuentas:
        raise RuntimeError(f"{ruta}: {malas or 'a client got no answer'}")
    return sum(cuentas) / (time.perf_counter() - inicio)
