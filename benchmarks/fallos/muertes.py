"""What was acknowledged is never lost nor doubled: kill -9 of workers, of backends and of the postmaster, under load."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
import uuid
from typing import Any, Self

import psutil
import psycopg

from herramientas.cliente import Cliente
from herramientas.servidor_web import Web
from herramientas.servidores import Postgres

from .banco import DESPACHOS, Banco, Resultado, banco_postgres

CLIENTES = 8


class Carga:
    """Clients that dispatch without rest, each request with a key of its own, insisting until the server decides."""

    def __init__(self, servidor: Web, banco: Banco) -> None:
        self.servidor, self.banco = servidor, banco
        self.fin = threading.Event()
        self.acuses: dict[str, int] = {}
        self.sin_decidir: set[str] = set()
        self._candado = threading.Lock()
        self.hilos = [threading.Thread(target=self._despachar, args=(i,)) for i in range(CLIENTES)]

    def _despachar(self, i: int) -> None:
        azar = random.Random(i)
        cliente = Cliente(self.servidor.puerto, self.banco.llave)
        while not self.fin.is_set():
            clave = uuid.uuid4().hex
            cuerpo = self.banco.cuerpo(1, azar.sample(self.banco.productos, 2))
            respuesta = cliente.insistir(DESPACHOS, cuerpo, clave, 60)
            with self._candado:
                if respuesta is not None and respuesta.estado == 201:
                    self.acuses[clave] = respuesta.json["id"]
                else:
                    self.sin_decidir.add(clave)
        cliente.close()

    def __enter__(self) -> Self:
        for h in self.hilos:
            h.start()
        return self

    def __exit__(self, *_resto: object) -> None:
        self.fin.set()
        for h in self.hilos:
            h.join()


def matar_obrero(servidor: Web, azar: random.Random) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(azar.choice(sorted(servidor.obreros())), signal.SIGKILL)


def postmaster(pg: Postgres) -> subprocess.Popen:
    if pg.proceso is None:
        raise RuntimeError("PostgreSQL was never started")
    return pg.proceso


def _matar_sesion(pg: Postgres, banco: Banco, azar: random.Random) -> None:
    """kill -9 of one server process of ours: PostgreSQL then restarts all of them and recovers from its log."""
    propios = {p.pid for p in psutil.Process(postmaster(pg).pid).children()}
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
    """kill -9 of the postmaster; its processes end by themselves; then a new one recovers."""
    proceso = postmaster(pg)
    hijos = psutil.Process(proceso.pid).children()
    proceso.kill()
    proceso.wait()
    psutil.wait_procs(hijos, timeout=10)
    pg.arrancar()


def _hasta_volver(servidor: Web, banco: Banco) -> float:
    """Seconds until a dispatch is accepted again, 60 at most."""
    inicio = time.monotonic()
    with contextlib.closing(Cliente(servidor.puerto, banco.llave)) as cliente:
        cliente.insistir(DESPACHOS, banco.cuerpo(), uuid.uuid4().hex, 60)
    return time.monotonic() - inicio


def muertes(pg: Postgres, completo: bool) -> Resultado:
    """Kills spread over a steady load, every acknowledgement written down by the clients."""
    obreros, sesiones, servidores = (100, 30, 20) if completo else (12, 5, 3)
    minimo = 10_000 if completo else 500
    banco = banco_postgres(pg, "muertes")
    banco.preparar(10, 2, 10_000_000)
    azar = random.Random(1)
    golpes = ["obrero"] * obreros + ["sesion"] * sesiones + ["servidor"] * servidores
    azar.shuffle(golpes)
    with banco.web("muertes") as servidor, Carga(servidor, banco) as carga:
        vuelta = max(_golpear(golpe, pg, servidor, banco, azar) for golpe in golpes)
        limite = time.monotonic() + 600
        while len(carga.acuses) < minimo and time.monotonic() < limite:
            time.sleep(0.2)
    cifras: dict[str, Any] = {
        "kill -9 obreros": obreros,
        "sesiones": sesiones,
        "postmaster": servidores,
        **cuentas(banco, carga),
    }
    cifras |= {"vuelve en (s)": round(vuelta, 1), "verificar": banco.verificar()}
    malas = any(cifras[x] for x in ("perdidas", "dobles", "a medias", "verificar"))
    cumple = cifras["acusadas"] >= minimo and not malas and vuelta <= 15
    return Resultado("lo acusado ni se pierde ni se dobla", cifras, cumple, *_control(pg))


def _golpear(golpe: str, pg: Postgres, servidor: Web, banco: Banco, azar: random.Random) -> float:
    """Wait a moment, kill, and return the seconds until a dispatch is accepted again, where the database was hit."""
    time.sleep(azar.uniform(0.3, 0.9))
    if golpe == "obrero":
        matar_obrero(servidor, azar)
        return 0
    if golpe == "sesion":
        _matar_sesion(pg, banco, azar)
    else:
        _matar_servidor(pg)
    return _hasta_volver(servidor, banco)


def cuentas(banco: Banco, carga: Carga) -> dict[str, int]:
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
    """An operation that was acknowledged is erased by hand: the count must notice the loss."""
    banco = banco_postgres(pg, "control_muertes")
    banco.preparar(2, 1, 1000)
    with banco.web("control") as servidor, Carga(servidor, banco) as carga:
        while len(carga.acuses) < 20:
            time.sleep(0.05)
    pk = next(iter(carga.acuses.values()))
    banco.ejecutar(
        "ALTER TABLE movimientos_movimiento DISABLE TRIGGER USER",
        "ALTER TABLE movimientos_operacion DISABLE TRIGGER USER",
        f"DELETE FROM movimientos_movimiento WHERE operacion_id = {pk}",
        f"DELETE FROM movimientos_operacion WHERE id = {pk}",
    )
    cifras = {
        "una operación borrada a mano: perdidas": cuentas(banco, carga)["perdidas"],
        "verificar": banco.verificar(),
    }
    return cifras, list(cifras.values()) == [1, 1]
