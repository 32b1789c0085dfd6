"""What was acknowledged is never lost nor doubled: kill -9 of workers, of backends and of the postmaster, under load."""

import contextlib
import os
import random
import signal
import threading
import time
import uuid
from typing import Any

import psutil
import psycopg

from herramientas.servidores import Postgres

from .banco import Banco, Resultado, banco_postgres, carpeta
from .concurrencia import DESPACHOS
from .web import Cliente, Web, web

CLIENTES = 8


class Carga:
    """Clients that dispatch without rest, each request with a key of its own, insisting until the server decides."""

    def __init__(self, servidor: Web, datos: dict[str, Any]) -> None:
        self.servidor, self.datos = servidor, datos
        self.fin = threading.Event()
        self.acuses: dict[str, int] = {}
        self.sin_decidir: set[str] = set()
        self._candado = threading.Lock()
        self.hilos = [threading.Thread(target=self._cliente, args=(i,)) for i in range(CLIENTES)]

    def _cliente(self, i: int) -> None:
        azar = random.Random(i)
        c = Cliente(self.servidor.puerto, self.datos["llave"])
        while not self.fin.is_set():
            clave = uuid.uuid4().hex
            elegidos = azar.sample(self.datos["productos"], 2)
            cuerpo = {"lineas": [{"producto": p, "cantidad": 1} for p in elegidos]}
            respuesta = c.insistir(DESPACHOS, cuerpo, clave, time.monotonic() + 60)
            with self._candado:
                if respuesta is not None and respuesta[0] == 201:
                    self.acuses[clave] = respuesta[1]["id"]
                else:
                    self.sin_decidir.add(clave)
        c.cerrar()

    def __enter__(self) -> "Carga":
        for h in self.hilos:
            h.start()
        return self

    def __exit__(self, *_resto: object) -> None:
        self.fin.set()
        for h in self.hilos:
            h.join()


def _matar_obrero(servidor: Web, azar: random.Random) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(azar.choice(servidor.pids()), signal.SIGKILL)


def _matar_sesion(banco: Banco, azar: random.Random) -> None:
    """kill -9 of one server process of ours: PostgreSQL then restarts all of them and recovers from its log."""
    propios = {p.pid for p in psutil.Process(banco.servidor.proceso.pid).children()}
    try:
        with banco.conectar(autocommit=True) as conexion:
            filas = conexion.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
    except psycopg.OperationalError:  # still recovering from the one before
        return
    victimas = [pid for (pid,) in filas if pid in propios]
    if victimas:
        with contextlib.suppress(ProcessLookupError):
            os.kill(azar.choice(victimas), signal.SIGKILL)


def _matar_servidor(pg: Postgres) -> None:
    """kill -9 of the postmaster; its orphans go by themselves; then a new one recovers."""
    hijos = psutil.Process(pg.proceso.pid).children()
    pg.proceso.kill()
    pg.proceso.wait()
    psutil.wait_procs(hijos, timeout=10)
    pg.arrancar()


def _hasta_volver(servidor: Web, datos: dict[str, Any]) -> float:
    """Seconds until a dispatch is accepted again."""
    inicio = time.monotonic()
    c = Cliente(servidor.puerto, datos["llave"])
    cuerpo = {"lineas": [{"producto": datos["productos"][0], "cantidad": 1}]}
    if c.insistir(DESPACHOS, cuerpo, uuid.uuid4().hex, inicio + 60) is None:
        return 60.0
    c.cerrar()
    return time.monotonic() - inicio


def muertes(pg: Postgres, completo: bool) -> Resultado:
    """Kills spread over a steady load, every acknowledgement written down by the clients."""
    obreros, sesiones, servidores = (100, 30, 20) if completo else (12, 5, 3)
    minimo = 10_000 if completo else 500
    banco = banco_postgres(pg, "muertes")
    datos = banco.preparar(10, 2, 10_000_000)
    azar = random.Random(1)
    golpes = ["obrero"] * obreros + ["sesion"] * sesiones + ["servidor"] * servidores
    azar.shuffle(golpes)
    vuelta = 0.0
    with web(banco.variables, carpeta() / "muertes.log") as servidor, Carga(servidor, datos) as carga:
        for golpe in golpes:
            time.sleep(azar.uniform(0.3, 0.9))
            if golpe == "obrero":
                _matar_obrero(servidor, azar)
                continue
            if golpe == "sesion":
                _matar_sesion(banco, azar)
            else:
                _matar_servidor(pg)
            vuelta = max(vuelta, _hasta_volver(servidor, datos))
        limite = time.monotonic() + 600
        while len(carga.acuses) < minimo and time.monotonic() < limite:
            time.sleep(0.2)
    cifras = {"kill -9 obreros": obreros, "sesiones": sesiones, "postmaster": servidores, **_cuentas(banco, carga)}
    cifras["vuelve en (s)"] = round(vuelta, 1)
    cifras["verificar"] = banco.verificar()
    cumple = (
        cifras["acusadas"] >= minimo
        and not any(cifras[x] for x in ("perdidas", "dobles", "a medias", "verificar"))
        and vuelta <= 15
    )
    return Resultado("lo acusado ni se pierde ni se dobla", cifras, cumple, *_control(pg))


def _cuentas(banco: Banco, carga: Carga) -> dict[str, int]:
    with banco.conectar() as conexion:
        filas = conexion.execute(
            "SELECT o.clave_idempotencia, o.id, count(m.id) FROM movimientos_operacion o "
            "LEFT JOIN movimientos_movimiento m ON m.operacion_id = o.id WHERE o.tipo = 'despacho' GROUP BY 1, 2"
        ).fetchall()
    por_clave: dict[str, list[int]] = {}
    for clave, pk, _n in filas:
        por_clave.setdefault(clave, []).append(pk)
    pedidas = set(carga.acuses) | carga.sin_decidir
    return {
        "acusadas": len(carga.acuses),
        "perdidas": sum(por_clave.get(clave) != [pk] for clave, pk in carga.acuses.items()),
        "dobles": sum(len(x) > 1 for x in por_clave.values()),
        "a medias": sum(n != 2 for clave, _pk, n in filas if clave in pedidas),
    }


def _control(pg: Postgres) -> tuple[dict[str, Any], bool]:
    """With fsync left to chance nothing could be promised: what is checked here is that the count notices a loss."""
    banco = banco_postgres(pg, "control_muertes")
    datos = banco.preparar(2, 1, 1000)
    with web(banco.variables, carpeta() / "control.log") as servidor, Carga(servidor, datos) as carga:
        while len(carga.acuses) < 20:
            time.sleep(0.05)
    with banco.conectar(autocommit=True) as conexion:
        conexion.execute("ALTER TABLE movimientos_movimiento DISABLE TRIGGER USER")
        conexion.execute("ALTER TABLE movimientos_operacion DISABLE TRIGGER USER")
        pk = next(iter(carga.acuses.values()))
        conexion.execute("DELETE FROM movimientos_movimiento WHERE operacion_id = %s", [pk])
        conexion.execute("DELETE FROM movimientos_operacion WHERE id = %s", [pk])
    cifras = {
        "una operación borrada a mano: perdidas": _cuentas(banco, carga)["perdidas"],
        "verificar": banco.verificar(),
    }
    return cifras, list(cifras.values()) == [1, 1]
