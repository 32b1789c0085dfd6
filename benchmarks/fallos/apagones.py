"""The database fails under eight writers, in five ways. Nothing that was acknowledged is lost or doubled, nothing is a 500,
whoever must wait is told within 10 s, liveness answers all along, and nothing is restarted.
"""

import contextlib
import random
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from herramientas.cliente import FALLO, Cliente
from herramientas.servidor_web import Web
from herramientas.servidores import Postgres, postgres, replica

from .banco import DESPACHOS, Banco, Conteo, Resultado, banco_postgres
from .muertes import Carga, cuentas, postmaster

PLAZO = 10  # seconds in which every request has its answer
VUELTA = 30  # in which writes go on, once the fault is over
Golpe = Callable[[], None]


class Vigilada(Carga):
    """Writers who note each answer, and a probe that asks for liveness."""

    def __init__(self, servidor: Web, banco: Banco) -> None:
        super().__init__(servidor, banco)
        self.estados, self.viva = Conteo(), Conteo()
        self.peor = self.peor_viva = 0.0
        self.sin_reintento = self.rotas = 0
        self.hilos.append(threading.Thread(target=self._sondear))

    def _despachar(self, i: int) -> None:
        azar = random.Random(i)
        with contextlib.closing(Cliente(self.servidor.puerto, self.banco.llave)) as cliente:
            while not self.fin.is_set():
                clave = uuid.uuid4().hex
                pk = self._insistir(cliente, self.banco.cuerpo(1, azar.sample(self.banco.productos, 2)), clave)
                with self._candado:
                    if pk:
                        self.acuses[clave] = pk
                    else:
                        self.sin_decidir.add(clave)

    def _insistir(self, cliente: Cliente, cuerpo: dict[str, Any], clave: str) -> int | None:
        limite = time.monotonic() + 60
        while time.monotonic() < limite:
            inicio = time.monotonic()
            try:
                r = cliente.pedir("POST", DESPACHOS, cuerpo, clave=clave)
            except FALLO:
                self.rotas += 1
                time.sleep(0.1)
                continue
            finally:
                self.peor = max(self.peor, time.monotonic() - inicio)
            self.estados.sumar(r.estado)
            if r.estado < 500:
                return r.json["id"] if r.estado == 201 else None
            self.sin_reintento += "Retry-After" not in r.cabeceras
            time.sleep(0.2)
        return None

    def _sondear(self) -> None:
        while not self.fin.wait(0.2):
            inicio = time.monotonic()
            self.viva.sumar(Cliente(self.servidor.puerto, mantener=False).estado("/salud/viva/"))
            self.peor_viva = max(self.peor_viva, time.monotonic() - inicio)


def _apagon(nombre: str, banco: Banco, golpe: Golpe, remedio: Golpe, segundos: float, **opciones: str) -> Resultado:
    """Load, `golpe`, `segundos` of it, `remedio`; the figures, and whether they are as promised.

    `opciones`: those of `Banco.web`.
    """
    with banco.web(nombre.replace(" ", "_"), **opciones) as servidor, Vigilada(servidor, banco) as carga:
        obreros = servidor.obreros()
        _esperar(lambda: len(carga.acuses) >= 30, 60)
        carga.peor = carga.peor_viva = 0.0  # what a server that has just started takes is not of the fault
        golpe()
        try:
            time.sleep(segundos)
        finally:
            remedio()
        hechas, inicio = len(carga.acuses), time.monotonic()
        volvio = _esperar(lambda: len(carga.acuses) >= hechas + 20, VUELTA)
        vuelta = time.monotonic() - inicio
        mismos = servidor.obreros() == obreros
    cifras: dict[str, Any] = {
        **cuentas(banco, carga),
        "estados": carga.estados.estados,
        "peor (s)": round(carga.peor, 1),
        "503 sin Retry-After": carga.sin_reintento,
        "rotas": carga.rotas,
        "viva": carga.viva.estados,
        "peor viva (s)": round(carga.peor_viva, 1),
        "vuelve en (s)": round(vuelta, 1),
        "sin reinicios": mismos,
        "verificar": banco.verificar(),
    }
    malas = any(cifras[x] for x in ("perdidas", "dobles", "a medias", "503 sin Retry-After", "rotas", "verificar"))
    cumple = (
        not malas
        and set(carga.estados.estados) == {201, 503}
        and set(carga.viva.estados) == {200}
        and volvio
        and mismos
        and carga.peor <= PLAZO
    )
    return Resultado(nombre, cifras, cumple)


def _esperar(condicion: Callable[[], bool], segundos: float) -> bool:
    limite = time.monotonic() + segundos
    while not condicion():
        if time.monotonic() > limite:
            return False
        time.sleep(0.1)
    return True


def _banco(pg: Postgres, nombre: str) -> Banco:
    banco = banco_postgres(pg, nombre)
    banco.preparar(6, 2, 1_000_000)
    return banco


def _con_control(bueno: Resultado, malo: Resultado) -> Resultado:
    """`bueno`, with what happened in `malo`, where a guard was off."""
    vistas = ("perdidas", "estados", "peor (s)", "503 sin Retry-After")
    bueno.control, bueno.control_falla = {x: malo.cifras[x] for x in vistas}, not malo.cumple
    return bueno


def _senal(pg: Postgres, numero: int) -> None:
    padre = psutil.Process(postmaster(pg).pid)
    for proceso in (padre, *padre.children()):
        with contextlib.suppress(psutil.NoSuchProcess):
            proceso.send_signal(numero)


def congelada(pg: Postgres, completo: bool) -> Resultado:
    """Every process of PostgreSQL stops and closes nothing. Control: without the deadline of a statement."""
    segundos = 40 if completo else 15
    golpe, remedio = (lambda: _senal(pg, signal.SIGSTOP)), (lambda: _senal(pg, signal.SIGCONT))
    banco = _banco(pg, "congelada")
    bueno = _apagon("base congelada", banco, golpe, remedio, segundos)
    return _con_control(bueno, _apagon("sin plazo", banco, golpe, remedio, 15, DB_STATEMENT_TIMEOUT_MS="0"))


def solo_lectura(pg: Postgres, completo: bool) -> Resultado:
    """The server refuses to write. Control: nobody translates what it says."""

    def poner(valor: str) -> None:
        pg.psql(f"ALTER SYSTEM SET default_transaction_read_only = {valor}")
        pg.psql("SELECT pg_reload_conf()")

    golpe, remedio = (lambda: poner("on")), (lambda: poner("off"))
    banco = _banco(pg, "lectura")
    bueno = _apagon("servidor de solo lectura", banco, golpe, remedio, 20 if completo else 5)
    return _con_control(bueno, _apagon("sin traducir", banco, golpe, remedio, 3, control="sin_traducir"))


def cortadas(pg: Postgres, completo: bool) -> Resultado:
    """Each session is ended by the server, again and again, whatever it was doing. Control: nobody translates it."""

    def par() -> tuple[Golpe, Golpe]:
        fin = threading.Event()
        todas = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"

        def cortar() -> None:
            while not fin.wait(0.1):
                pg.psql(todas)

        def acabar() -> None:
            fin.set()
            hilo.join()

        hilo = threading.Thread(target=cortar)
        return hilo.start, acabar

    banco = _banco(pg, "cortadas")
    bueno = _apagon("sesiones cortadas", banco, *par(), 20 if completo else 6)
    return _con_control(bueno, _apagon("sin traducir", banco, *par(), 3, control="sin_traducir"))


@contextlib.contextmanager
def _disco(megas: int) -> Iterator[Path]:
    """A disk so small that it can be filled. Raises CalledProcessError where nobody may mount one."""
    ruta = Path(tempfile.mkdtemp(prefix="pgd-", dir="/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megas}m,mode=777", "tmpfs", ruta], check=True)
    try:
        yield ruta
    finally:
        subprocess.run(["umount", "-l", ruta], check=True)
        ruta.rmdir()


def disco_lleno(pg: Postgres, completo: bool) -> Resultado:
    """The disk of the tables fills up; the one of the log does not. Control: nobody translates what the server says. It needs
    root.
    """
    try:
        pila = contextlib.ExitStack()
        disco = pila.enter_context(_disco(120))
    except subprocess.CalledProcessError:
        return Resultado(
            "disco lleno", {"NOT RUN": "nobody may mount a small disk here; as root it runs"}, cumple=False
        )
    with pila:
        relleno, tablas = disco / "relleno", disco / "tablas"
        tablas.mkdir(mode=0o700)
        subprocess.run(["chown", "nobody", tablas], check=True)
        pg.psql(f"CREATE TABLESPACE lleno LOCATION '{tablas}'")
        pg.psql("CREATE DATABASE lleno TABLESPACE lleno")
        banco = Banco(pg, pg.url_de("lleno"))
        banco.preparar(6, 2, 1_000_000)
        golpe, remedio = (lambda: _llenar(relleno)), relleno.unlink
        bueno = _apagon("disco lleno", banco, golpe, remedio, 20 if completo else 8)
        malo = _apagon("sin traducir", banco, golpe, remedio, 8, control="sin_traducir")
        pg.psql("DROP DATABASE lleno WITH (FORCE)")
        pg.psql("DROP TABLESPACE lleno")
    return _con_control(bueno, malo)


def _llenar(relleno: Path) -> None:
    with relleno.open("wb", buffering=0) as archivo, contextlib.suppress(OSError):
        while True:
            archivo.write(b"\0" * 4096)


def promovida(pg: Postgres, completo: bool) -> Resultado:
    """The primary dies and its synchronous standby takes its place. Control: a standby that is not synchronous, and behind."""
    return _con_control(_relevo("promovida"), _relevo("promovida_sin", sincrona=False))


def _relevo(nombre: str, *, sincrona: bool = True) -> Resultado:
    with postgres(duradero=True) as viejo, replica(viejo.base) as nuevo:
        viejo.psql(f'CREATE DATABASE "{nombre}"')
        banco = Banco(
            nuevo, f"postgres://postgres@/{nombre}?host={viejo.base},{nuevo.base}&target_session_attrs=read-write"
        )
        banco.preparar(6, 2, 1_000_000)
        if sincrona:
            viejo.psql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            viejo.psql("SELECT pg_reload_conf()")

        def matar() -> None:
            if not sincrona:
                for proceso in psutil.Process(postmaster(nuevo).pid).children():
                    if "walreceiver" in " ".join(proceso.cmdline()):
                        proceso.suspend()
                time.sleep(2)
            padre = psutil.Process(postmaster(viejo).pid)
            hijos = padre.children()
            padre.kill()
            for hijo in hijos:
                with contextlib.suppress(psutil.NoSuchProcess):
                    hijo.kill()
            postmaster(viejo).wait()

        def promover() -> None:
            for proceso in psutil.Process(postmaster(nuevo).pid).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    proceso.resume()
            nuevo.psql("SELECT pg_promote()")

        return _apagon("primario muerto, copia promovida", banco, matar, promover, 4)
