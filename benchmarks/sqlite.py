"""SQLite must serve one site: writers at once, and nobody told that the database is locked.

    python -m benchmarks.sqlite preparar | escribir N

is how the benchmark runs its writers, each a process of its own.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

from herramientas.servidor_web import RAIZ

from .entorno import Entorno
from .tabla import Fila

ESCRITORES, DESPACHOS = 8, 50


def escritores(entorno: Entorno) -> Iterator[Fila]:
    ruta = entorno.carpeta / "prueba.sqlite3"
    variables = {**os.environ, "DATABASE_URL": f"sqlite:///{ruta}", "CACHE_URL": ""}

    def lanzar(*orden: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sqlite", *orden], cwd=RAIZ, env=variables, stderr=subprocess.PIPE, text=True
        )  # fmt: skip

    if lanzar("preparar").wait():
        raise RuntimeError("could not prepare the SQLite database")
    inicio = time.perf_counter()
    procesos = [lanzar("escribir", str(n)) for n in range(ESCRITORES)]
    errores = [p.communicate()[1] for p in procesos]
    segundos = time.perf_counter() - inicio
    mal = [e for e, p in zip(errores, procesos, strict=True) if p.returncode]
    bloqueos = sum("locked" in e or "BaseOcupada" in e for e in errores)
    total = ESCRITORES * DESPACHOS
    que = f"SQLite, {ESCRITORES} writers x {DESPACHOS} dispatches"
    yield Fila(que, f"{total / segundos:.0f} dispatches/s", f"{bloqueos} locked", "0 locked", not mal)


def _preparar() -> None:
    from django.utils import timezone

    from herramientas import llamadas
    from productos.models import Producto

    from .entorno import sembrar, usuario

    sembrar()
    productos = Producto.objects.bulk_create(Producto(sku=f"SKU{n}", nombre=f"Producto {n}") for n in range(50))
    caduca = timezone.localdate() + timedelta(days=30)
    lineas = [(p.pk, 10_000, f"L{i}", caduca + timedelta(days=i)) for p in productos for i in range(5)]
    llamadas.registrar_entrada(usuario(), lineas)


def _escribir() -> None:
    from productos.models import Producto

    from .despachos import despachar
    from .entorno import usuario

    quien, ids = usuario(), list(Producto.objects.values_list("pk", flat=True))
    for _ in range(DESPACHOS):
        despachar(quien, [random.choice(ids)])


if __name__ == "__main__":
    import django

    django.setup()
    _preparar() if sys.argv[1] == "preparar" else _escribir()
