"""Clients that dispatch one line over HTTP, again and again, as fast as they are answered."""

import random
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from herramientas.cliente import Cliente

from .datos import NUCLEO
from .entorno import Entorno


class Puerta(Protocol):
    """A way to send a dispatch over HTTP."""

    def cliente(self, puerto: int) -> Cliente: ...

    def despachar(self, cliente: Cliente, producto: int, cantidad: int) -> bool:
        """Whether it was taken."""


@dataclass(frozen=True)
class Programa:
    """A program that posts to the API, each order with a key of its own, as docs/api.md tells it to."""

    ruta: str
    llave: str

    def cliente(self, puerto: int) -> Cliente:
        return Cliente(puerto, self.llave)

    def despachar(self, cliente: Cliente, producto: int, cantidad: int) -> bool:
        cuerpo = {"lineas": [{"producto": producto, "cantidad": cantidad}]}
        return cliente.pedir("POST", self.ruta, cuerpo, clave=uuid.uuid4().hex).estado == 201


@dataclass(frozen=True)
class Persona:
    """A browser that sends the page of a dispatch of a site with one warehouse. It does not load what comes after."""

    sesion: str

    @classmethod
    def en(cls, entorno: Entorno, base: str) -> "Persona":
        return cls(entorno.navegador(base).cookies["sessionid"].value)

    def cliente(self, puerto: int) -> Cliente:
        cliente = Cliente(puerto)
        cliente.cookies = {"sessionid": self.sesion, "csrftoken": "x" * 32}
        return cliente

    def despachar(self, cliente: Cliente, producto: int, cantidad: int) -> bool:
        campos = {"motivo": "despacho", "clave": uuid.uuid4(), "lineas-TOTAL_FORMS": 1, "lineas-INITIAL_FORMS": 0}
        campos |= dict.fromkeys(("contraparte", "documento", "fecha_efectiva", "nota", "lineas-0-vida_minima"), "")
        campos |= {"lineas-0-producto": f"SKU{producto:07}", "lineas-0-cantidad": cantidad}
        respuesta = cliente.pedir("POST", "/despacho/", urlencode(campos))
        cliente.cookies.pop("messages", None)  # the next page shows it, and takes it off
        return respuesta.estado == 302


def por_segundo(puerto: int, puerta: Puerta, segundos: float, clientes: int = 8) -> float:
    """Dispatches taken per second from `clientes` at once. Raises RuntimeError when one is refused."""
    cuentas, malas = [0] * clientes, list[int]()
    fin = time.perf_counter() + segundos

    def trabajar(n: int) -> None:
        azar, cliente = random.Random(), puerta.cliente(puerto)
        while time.perf_counter() < fin and not malas:
            try:
                tomado = puerta.despachar(cliente, azar.randint(1, NUCLEO), azar.randint(1, 5))
            except ConnectionError:  # a worker that reached max_requests says goodbye to its idle connections
                continue
            if not tomado:
                malas.append(n)
            cuentas[n] += tomado
        cliente.close()

    inicio = time.perf_counter()
    hilos = [threading.Thread(target=trabajar, args=[n]) for n in range(clientes)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    if malas or 0 in cuentas:
        raise RuntimeError(f"{puerta}: {'refused' if malas else 'a client got no answer'}")
    return sum(cuentas) / (time.perf_counter() - inicio)
