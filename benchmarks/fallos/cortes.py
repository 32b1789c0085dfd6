"""Outages: PostgreSQL away and back, Redis away and back. Nothing restarts; nothing answers 500."""

import signal
import time
from typing import Any

from herramientas.servidores import Postgres, redis

from .banco import Resultado, banco_postgres, carpeta
from .concurrencia import DESPACHOS, Conteo
from .web import Cliente, web


def corte_de_base(pg: Postgres, completo: bool) -> Resultado:
    """PostgreSQL is stopped for a while; liveness, readiness and writes are asked all along."""
    segundos = 30 if completo else 6
    banco = banco_postgres(pg, "corte")
    datos = banco.preparar(1, 1, 1000)
    cuerpo = {"lineas": [{"producto": datos["productos"][0], "cantidad": 1}]}
    viva, lista, escribe, lee = Conteo(), Conteo(), Conteo(), Conteo()
    sin_reintento = 0
    with web(banco.variables, carpeta() / "corte.log") as servidor:
        c = Cliente(servidor.puerto, datos["llave"])
        antes = c.pedir("POST", DESPACHOS, cuerpo)[0]
        pg.parar()
        fin = time.monotonic() + segundos
        while time.monotonic() < fin:
            viva.sumar(c.pedir("GET", "/salud/viva/")[0])
            lista.sumar(c.pedir("GET", "/salud/lista/")[0])
            estado, _cuerpo, cabeceras = c.pedir("POST", DESPACHOS, cuerpo)
            escribe.sumar(estado)
            sin_reintento += "Retry-After" not in cabeceras
            lee.sumar(c.pedir("GET", "/productos/")[0])
            time.sleep(0.1)
        pg.arrancar()
        servidor.esperar(15)
        despues = c.pedir("POST", DESPACHOS, cuerpo)[0]
        c.cerrar()
    cifras: dict[str, Any] = {
        "segundos": segundos,
        "viva": viva.estados,
        "lista": lista.estados,
        "escrituras": escribe.estados,
        "sin Retry-After": sin_reintento,
        "antes": antes,
        "después": despues,
        "verificar": banco.verificar(),
    }
    cumple = (
        [set(x.estados) for x in (viva, lista, escribe)] == [{200}, {503}, {503}]
        and 500 not in lee.estados
        and (sin_reintento, antes, despues, cifras["verificar"]) == (0, 201, 201, 0)
    )
    return Resultado("corte de PostgreSQL", cifras, cumple)


def corte_de_redis(pg: Postgres, completo: bool) -> Resultado:
    """Redis is killed half way: everything goes on."""
    banco = banco_postgres(pg, "corte_redis")
    datos = banco.preparar(1, 1, 1000)
    cuerpo = {"lineas": [{"producto": datos["productos"][0], "cantidad": 1}]}
    con, sin = Conteo(), Conteo()
    with redis() as (url, proceso), web({**banco.variables, "CACHE_URL": url}, carpeta() / "redis.log") as servidor:
        c = Cliente(servidor.puerto, datos["llave"])
        for conteo in (con, sin):
            for _ in range(20):
                conteo.sumar(c.pedir("POST", DESPACHOS, cuerpo)[0])
                conteo.sumar(c.pedir("GET", "/api/v1/alertas/resumen/")[0])
            if conteo is con:
                proceso.send_signal(signal.SIGKILL)
                proceso.wait()
        c.cerrar()
    cifras = {"con Redis": con.estados, "sin Redis": sin.estados, "verificar": banco.verificar()}
    bien = {201: 20, 200: 20}
    return Resultado("corte de Redis", cifras, con.estados == sin.estados == bien and cifras["verificar"] == 0)
