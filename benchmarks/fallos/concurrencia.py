"""Never sells what is not there, no deadlock, one key one effect."""

import random
import threading
from collections import defaultdict
from typing import Any

from herramientas.cliente import Cliente
from herramientas.servidor_web import Web
from herramientas.servidores import Postgres

from .banco import DESPACHOS, Banco, Conteo, Resultado, banco_postgres, clientes

INVERSIONES = """
SELECT count(*) FROM (
    SELECT fecha_caducidad, max(fecha_caducidad) OVER (PARTITION BY producto_id ORDER BY id) AS ultima
    FROM movimientos_movimiento WHERE tipo = 'despacho'
) x WHERE fecha_caducidad < ultima
"""


def _vaciar(servidor: Web, banco: Banco, cuantos: int, cada_uno: int) -> Conteo:
    conteo = Conteo()

    def trabajo(cliente: Cliente, _i: int) -> None:
        for _ in range(cada_uno):
            conteo.sumar(cliente.pedir("POST", DESPACHOS, banco.cuerpo()).estado)

    clientes(servidor, banco, cuantos, trabajo)
    return conteo


def sobreventa(pg: Postgres, completo: bool) -> Resultado:
    """32 clients ask 50 times for one of 800 units in 8 lots."""
    banco = banco_postgres(pg, "sobreventa")
    banco.preparar(1, 8, 100)
    with banco.web("sobreventa") as servidor, banco.muestreo() as muestras:
        conteo = _vaciar(servidor, banco, 32, 50)
    cifras = {
        "aceptadas": conteo.de(201),
        "409": conteo.de(409),
        "5xx": conteo.fallos,
        "quedan": int(banco.contar("SELECT sum(cantidad) FROM lotes_existencia")),
        "inversiones FEFO": banco.contar(INVERSIONES),
        **muestras,
        "verificar": banco.verificar(),
    }
    cumple = cifras == {
        "aceptadas": 800, "409": 800, "5xx": 0, "quedan": 0, "inversiones FEFO": 0,
        "muestras": muestras["muestras"], "desacuerdos": 0, "verificar": 0,
    } and muestras["muestras"] > 0  # fmt: skip
    return Resultado("nunca vende lo que no hay", cifras, cumple, *_sin_candado(pg))


def _sin_candado(pg: Postgres) -> tuple[dict[str, Any], bool]:
    """480 requests for 800 units. Without the lock, the unique constraint of the chain still refuses the second line,
    though there is stock for it; without that constraint too, units leave that no balance counts.
    """
    cifras: dict[str, Any] = {}
    for base, nombre in (("control_a", "sin candado"), ("control_b", "sin candado ni cadena única")):
        banco = banco_postgres(pg, base)
        banco.preparar(1, 8, 100)
        if base == "control_b":
            banco.ejecutar("ALTER TABLE movimientos_movimiento DROP CONSTRAINT movimiento_secuencia_unica")
        with banco.web("control", "sin_candado") as servidor:
            conteo = _vaciar(servidor, banco, 16, 30)
        salieron = -banco.contar("SELECT COALESCE(sum(cantidad), 0) FROM movimientos_movimiento WHERE cantidad < 0")
        bajada = 800 - banco.contar("SELECT sum(cantidad) FROM lotes_existencia")
        cifras[nombre] = {
            "aceptadas": conteo.de(201),
            "rechazos falsos": 480 - conteo.de(201),
            "unidades sin descontar": int(salieron - bajada),
            "verificar": banco.verificar(),
        }
    sola, ambas = cifras.values()
    return cifras, sola["rechazos falsos"] > 0 and ambas["unidades sin descontar"] > 0 and ambas["verificar"] == 1


def _pedidos(servidor: Web, banco: Banco, cuantos: int, cada_uno: int) -> Conteo:
    conteo = Conteo()

    def trabajo(cliente: Cliente, i: int) -> None:
        azar = random.Random(i)
        for _ in range(cada_uno):
            cuerpo = banco.cuerpo(1, azar.sample(banco.productos, azar.randint(3, 5)))
            conteo.sumar(cliente.pedir("POST", DESPACHOS, cuerpo).estado)

    clientes(servidor, banco, cuantos, trabajo)
    return conteo


def _interbloqueos(banco: Banco) -> int:
    return banco.contar("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def interbloqueo(pg: Postgres, completo: bool) -> Resultado:
    """16 clients send orders of 3 to 5 random products out of 12."""
    cada_uno = 200 if completo else 40
    banco = banco_postgres(pg, "interbloqueo")
    banco.preparar(12, 4, 100_000)
    with banco.web("interbloqueo") as servidor, banco.muestreo() as muestras:
        conteo = _pedidos(servidor, banco, 16, cada_uno)
    cifras = {
        "pedidos": 16 * cada_uno,
        "aceptados": conteo.de(201),
        "interbloqueos": _interbloqueos(banco),
        "5xx": conteo.fallos,
        **muestras,
        "verificar": banco.verificar(),
    }
    malas = any(cifras[x] for x in ("interbloqueos", "5xx", "desacuerdos", "verificar"))
    control = banco_postgres(pg, "control_orden")
    control.preparar(12, 4, 100_000)
    with control.web("control", "desordenado") as servidor:
        _pedidos(servidor, control, 8, 6)
    bloqueos = _interbloqueos(control)
    return Resultado(
        "sin interbloqueos",
        cifras,
        cifras["aceptados"] == 16 * cada_uno and not malas,
        {"desordenado: interbloqueos": bloqueos},
        bloqueos > 0,
    )


def una_clave(pg: Postgres, completo: bool) -> Resultado:
    """Each key is sent 20 times at once; then once more with another body."""
    claves = 500 if completo else 50
    banco = banco_postgres(pg, "claves")
    banco.preparar(1, 4, 1_000_000)
    with banco.web("claves") as servidor:
        conteo, repetidas, cuerpos = _repetir(servidor, banco, claves)
        otras = _otro_cuerpo(servidor, banco, claves)
    cifras = {
        "claves": claves,
        "efectos": banco.contar("SELECT count(*) FROM movimientos_operacion WHERE tipo = 'despacho'"),
        "repeticiones": repetidas.de(201),
        "cuerpos distintos": sum(len(x) - 1 for x in cuerpos.values()),
        "5xx": conteo.fallos,
        "otro cuerpo: 422": otras.de(422),
        "verificar": banco.verificar(),
    }
    cumple = cifras == {
        "claves": claves, "efectos": claves, "repeticiones": claves * 19, "cuerpos distintos": 0, "5xx": 0,
        "otro cuerpo: 422": claves, "verificar": 0,
    }  # fmt: skip
    banco.ejecutar("DROP INDEX operacion_clave_unica")
    control = banco.verificar()
    return Resultado(
        "una clave, un efecto", cifras, cumple, {"sin la unicidad: verificar": control}, control == 1
    )  # fmt: skip


def _repetir(servidor: Web, banco: Banco, claves: int) -> tuple[Conteo, Conteo, dict[int, set[bytes]]]:
    """All answers, those that said they repeat an earlier one, and the different bodies that each key got."""
    conteo, repetidas = Conteo(), Conteo()
    cuerpos: dict[int, set[bytes]] = defaultdict(set)
    candado = threading.Lock()

    def trabajo(cliente: Cliente, _i: int) -> None:
        for k in range(claves):
            respuesta = cliente.pedir("POST", DESPACHOS, banco.cuerpo(3), clave=f"clave-{k}")
            conteo.sumar(respuesta.estado)
            if respuesta.cabeceras.get("Idempotency-Replayed") == "true":
                repetidas.sumar(respuesta.estado)
            with candado:
                cuerpos[k].add(respuesta.cuerpo)

    clientes(servidor, banco, 20, trabajo)
    return conteo, repetidas, cuerpos


def _otro_cuerpo(servidor: Web, banco: Banco, claves: int) -> Conteo:
    otras = Conteo()

    def trabajo(cliente: Cliente, _i: int) -> None:
        for k in range(claves):
            otras.sumar(cliente.pedir("POST", DESPACHOS, banco.cuerpo(4), clave=f"clave-{k}").estado)

    clientes(servidor, banco, 1, trabajo)
    return otras
