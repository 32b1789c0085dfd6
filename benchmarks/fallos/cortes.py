"""Outages: PostgreSQL away and back, Redis away and back. Nothing restarts; nothing answers 500."""

import signal
import time
from typing import Any

from herramientas.cliente import Cliente
from herramientas.servidores import Postgres, redis

from .banco import DESPACHOS, Banco, Conteo, Resultado, banco_postgres


def corte_de_base(pg: Postgres, completo: bool) -> Resultado:
    """PostgreSQL is stopped for a while; liveness, readiness, writes and pages are asked all along."""
    segundos = 30 if completo else 6
    banco = banco_postgres(pg, "corte")
    banco.preparar(1, 1, 1000)
    with banco.web("corte") as servidor:
        cliente = Cliente(servidor.puerto, banco.llave, mantener=False)
        antes = cliente.pedir("POST", DESPACHOS, banco.cuerpo()).estado
        pg.parar()
        conteos, sin_reintento = _insistir(cliente, banco, segundos)
        pg.arrancar()
        servidor.esperar(15)
        despues = cliente.pedir("POST", DESPACHOS, banco.cuerpo()).estado
    cifras: dict[str, Any] = {
        "segundos": segundos,
        **{que: conteo.estados for que, conteo in conteos.items()},
        "sin Retry-After": sin_reintento,
        "antes": antes,
        "después": despues,
        "verificar": banco.verificar(),
    }
    cumple = (
        [set(cifras[x]) for x in ("viva", "lista", "escrituras")] == [{200}, {503}, {503}]
        and 500 not in cifras["páginas"]
        and (sin_reintento, antes, despues, cifras["verificar"]) == (0, 201, 201, 0)
    )
    return Resultado("corte de PostgreSQL", cifras, cumple)


def _insistir(cliente: Cliente, banco: Banco, segundos: int) -> tuple[dict[str, Conteo], int]:
    """The answers of each kind while the database is away, and how many refused writes did not say when to come back."""
    conteos = {que: Conteo() for que in ("viva", "lista", "escrituras", "páginas")}
    sin_reintento = 0
    fin = time.monotonic() + segundos
    while time.monotonic() < fin:
        for que, ruta in (("viva", "/salud/viva/"), ("lista", "/salud/lista/"), ("páginas", "/productos/")):
            conteos[que].sumar(cliente.pedir("GET", ruta).estado)
        respuesta = cliente.pedir("POST", DESPACHOS, banco.cuerpo())
        conteos["escrituras"].sumar(respuesta.estado)
        sin_reintento += "Retry-After" not in respuesta.cabeceras
        time.sleep(0.1)
    return conteos, sin_reintento


def corte_de_redis(pg: Postgres, completo: bool) -> Resultado:
    """Redis is killed half way: everything goes on."""
    banco = banco_postgres(pg, "corte_redis")
    banco.preparar(1, 1, 1000)
    con, sin = Conteo(), Conteo()
    with redis() as (url, proceso), banco.web("redis", CACHE_URL=url) as servidor:
        cliente = Cliente(servidor.puerto, banco.llave, mantener=False)
        for conteo in (con, sin):
            for _ in range(20):
                conteo.sumar(cliente.pedir("POST", DESPACHOS, banco.cuerpo()).estado)
                conteo.sumar(cliente.pedir("GET", "/api/v1/alertas/resumen/").estado)
            if conteo is con:
                proceso.send_signal(signal.SIGKILL)
                proceso.wait()
    cifras = {"con Redis": con.estados, "sin Redis": sin.estados, "verificar": banco.verificar()}
    bien = {201: 20, 200: 20}
    return Resultado("corte de Redis", cifras, con.estados == sin.estados == bien and cifras["verificar"] == 0)
