"""What goes through everything: the movements report, the rebuilding of alerts, the proof of the ledger."""

import contextlib
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from herramientas.cliente import Cliente
from herramientas.servidor_web import RAIZ

from .entorno import GRANDE, PEQUENA, Entorno
from .tabla import Fila, alternar, cociente

MEGA = 1024  # kB
LINEAS_CSV = 1_000_000
COPIA = (
    "COPY (SELECT m.*, l.codigo, p.sku, p.nombre, o.contraparte, o.documento, u.username FROM movimientos_movimiento m "
    "JOIN lotes_lote l ON l.id = m.lote_id JOIN productos_producto p ON p.id = m.producto_id "
    "JOIN movimientos_operacion o ON o.id = m.operacion_id JOIN inventario_usuario u ON u.id = o.usuario_id "
    "WHERE m.fecha_efectiva BETWEEN '{desde}' AND '{hasta}' ORDER BY m.fecha_efectiva, m.id) TO STDOUT (FORMAT csv)"
)


def _memoria(pid: int, campo: str = "VmRSS") -> int:
    with contextlib.suppress(OSError):
        hallado = re.search(rf"{campo}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(hallado[1]) if hallado else 0
    return 0


class Vigia(threading.Thread):
    """Watch the memory of `pids`: `subida` is the most that any of them grew, in kB."""

    def __init__(self, pids: Iterable[int]) -> None:
        super().__init__(daemon=True)
        self.antes = {p: _memoria(p) for p in pids}
        self.subida, self.fin = 0, threading.Event()

    def run(self) -> None:
        while not self.fin.wait(0.05):
            self.subida = max(self.subida, *(_memoria(p) - antes for p, antes in self.antes.items()))


def _rango(entorno: Entorno) -> tuple[str, str, int]:
    """The shortest range of dates that holds LINEAS_CSV lines, and how many it holds."""
    filas = entorno.servidor.psql(
        "SELECT fecha_efectiva, sum(count(*)) OVER (ORDER BY fecha_efectiva) FROM movimientos_movimiento GROUP BY 1 ORDER BY 1",
        GRANDE,
    ).stdout.split()
    dias = [(dia, int(n)) for dia, n in (f.split("|") for f in filas)]
    hasta, n = next(((d, n) for d, n in dias if n >= LINEAS_CSV), dias[-1])
    return dias[0][0], hasta, n


def csv(entorno: Entorno) -> Iterator[Fila]:
    desde, hasta, lineas = _rango(entorno)
    with entorno.web(GRANDE) as web:
        _bajar(web.puerto, entorno.llave, hasta, hasta, trozo=100_000)
        vigia = Vigia(web.obreros())
        vigia.start()
        recibidas: list[int] = []

        def bajar() -> float:
            inicio = time.perf_counter()
            recibidas.append(_bajar(web.puerto, entorno.llave, desde, hasta))
            return recibidas[-1] / (time.perf_counter() - inicio)

        def copiar() -> float:
            inicio = time.perf_counter()
            entorno.servidor.psql(COPIA.format(desde=desde, hasta=hasta), GRANDE)
            return lineas / (time.perf_counter() - inicio)

        copiar()  # so that neither is the one that reads from the disk
        ventanas = alternar(3, bajar, copiar)
        vigia.fin.set()
    if not all(lineas <= n <= lineas + 10 for n in recibidas):
        raise RuntimeError(f"the report has {recibidas} lines of {lineas}")
    yield cociente(f"movements CSV, {lineas:,} lines / COPY TO STDOUT", ventanas, "lines/s", al_menos=0.25)
    subida = f"{vigia.subida / MEGA:.0f} MB above idle"
    yield Fila("memory of a worker while it streams", subida, "", "<= 60 MB", vigia.subida <= 60 * MEGA)


def _bajar(puerto: int, llave: str, desde: str, hasta: str, trozo: int = 1 << 20) -> int:
    """Lines of the report of movements, read in pieces of `trozo` bytes."""
    ruta = f"/api/v1/reportes/movimientos/?formato=csv&desde={desde}&hasta={hasta}"
    lineas = 0
    with contextlib.closing(Cliente(puerto, llave)) as cliente:
        respuesta = cliente.abrir("GET", ruta)
        while leido := respuesta.read(trozo):
            lineas += leido.count(b"\n")
    return lineas


def _orden(entorno: Entorno, base: str, *orden: str) -> tuple[float, int, int]:
    """Seconds, peak memory in kB and exit code of a command of manage.py."""
    inicio = time.perf_counter()
    with (entorno.carpeta / "orden.log").open("wb") as texto:
        proceso = subprocess.Popen(
            [sys.executable, "manage.py", *orden], cwd=RAIZ, env=entorno.variables(base), stdout=texto, stderr=texto
        )
        maximo = 0  # not ru_maxrss, which remembers what this process was when it forked
        while proceso.poll() is None:
            maximo = max(maximo, _memoria(proceso.pid, "VmHWM"))
            time.sleep(0.05)
    return time.perf_counter() - inicio, maximo, proceso.returncode


def alertas(entorno: Entorno) -> Iterator[Fila]:
    segundos, memoria, codigo = _orden(entorno, GRANDE, "recalcular_alertas")
    primera = entorno.segundos_de_carga[f"{GRANDE}: recalcular_alertas"]
    que = f"recalcular_alertas, {entorno.filas(GRANDE, 'lotes_lote'):,} lots"
    bien = codigo == 0 and max(segundos, primera) < 1800
    yield Fila(que, f"{segundos:.0f} s, {memoria / MEGA:.0f} MB", f"{primera:.0f} s from nothing", "minutes", bien)


def verificar(entorno: Entorno) -> Iterator[Fila]:
    _s, base, codigo_chica = _orden(entorno, PEQUENA, "verificar")
    segundos, memoria, codigo = _orden(entorno, GRANDE, "verificar")
    if codigo or codigo_chica:
        raise RuntimeError((entorno.carpeta / "orden.log").read_text()[-2000:])
    que = f"verificar, {entorno.filas(GRANDE, 'movimientos_movimiento'):,} movements / 20,000: peak memory"
    razon = memoria / base
    medido = f"{memoria / MEGA:.0f} MB in {segundos:.0f} s"
    yield Fila(que, medido, f"{base / MEGA:.0f} MB", "<= 1.5", razon <= 1.5, round(razon, 2))
