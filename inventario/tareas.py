"""A clock for where there is no cron: `python -m inventario.tareas 06:00` runs the daily commands at that hour.

Each one runs in its own process: its memory goes with it, and when one fails the others still run.
"""

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DIARIAS = (["recalcular_alertas"], ["enviar_resumen"], ["clearsessions"])


def faltan(ahora: datetime, hora: str) -> float:
    """Seconds from `ahora` to the next time a clock there shows `hora`, also across a change of daylight saving."""
    horas, minutos = (int(x) for x in hora.split(":"))
    proxima = ahora.replace(hour=horas, minute=minutos, second=0, microsecond=0)
    if proxima <= ahora:
        proxima = (proxima.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ahora.tzinfo)
    return proxima.timestamp() - ahora.timestamp()


def correr(ordenes: tuple[list[str], ...] = DIARIAS) -> int:
    """Run the commands one after the other. Return how many failed."""
    fallos = 0
    for orden in ordenes:
        hecho = subprocess.run([sys.executable, "manage.py", *orden], check=False)
        fallos += hecho.returncode != 0
        nivel = "ERROR" if hecho.returncode else "INFO"
        linea = {"nivel": nivel, "origen": "inventario.tareas", "mensaje": " ".join(orden), "salida": hecho.returncode}
        sys.stdout.write(json.dumps(linea) + "\n")
        sys.stdout.flush()
    return fallos


def main(hora: str) -> None:
    zona = ZoneInfo(os.environ.get("TIME_ZONE", "America/Mexico_City"))
    while True:
        time.sleep(faltan(datetime.now(zona), hora))
        correr()
        time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
