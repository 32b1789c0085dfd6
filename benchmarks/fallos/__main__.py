"""`python -m benchmarks.fallos [--completo] [--json FILE] [promise …]`: exit 0 when every promise and control held."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from herramientas.servidores import Postgres, postgres

from .apagones import congelada, cortadas, disco_lleno, promovida, solo_lectura
from .banco import Resultado
from .concurrencia import interbloqueo, sobreventa, una_clave
from .cortes import corte_de_base, corte_de_redis
from .historia import historia
from .muertes import muertes
from .restauracion import restauracion
from .sqlite import escritores_sqlite

PROMESAS: dict[str, Callable[[Postgres, bool], Resultado]] = {
    f.__name__: f
    for f in (
        sobreventa, interbloqueo, una_clave, historia, corte_de_base, corte_de_redis, congelada, solo_lectura, cortadas,
        disco_lleno, promovida, escritores_sqlite, restauracion, muertes,
    )
}  # fmt: skip


def _contar(r: Resultado, segundos: float) -> None:
    print(f"\n{'✔' if r.bien else '✘'} {r.promesa}  ({segundos:.0f} s)")
    print("   " + ", ".join(f"{k}: {v}" for k, v in r.cifras.items()))
    if r.control_falla is not None:
        print(f"   control {'falla, como debe' if r.control_falla else 'NO FALLA'}: " + str(r.control))
    sys.stdout.flush()


def main() -> int:
    analizador = argparse.ArgumentParser(prog="python -m benchmarks.fallos", description=__doc__)
    analizador.add_argument("--completo", action="store_true", help="the whole counts: an hour rather than minutes")
    analizador.add_argument("--json", metavar="FILE", help="also write the figures there")
    analizador.add_argument("promesa", nargs="*", choices=[[], *PROMESAS], help=", ".join(PROMESAS))
    opciones = analizador.parse_args()
    resultados = []
    with postgres(duradero=True) as pg:
        for nombre in opciones.promesa or PROMESAS:
            inicio = time.monotonic()
            resultado = PROMESAS[nombre](pg, opciones.completo)
            resultados.append(resultado)
            _contar(resultado, time.monotonic() - inicio)
    if opciones.json:
        with open(opciones.json, "w") as archivo:
            json.dump([asdict(r) for r in resultados], archivo, ensure_ascii=False, indent=1, default=str)
    bien = sum(r.bien for r in resultados)
    print(f"\n{bien} passed, {len(resultados) - bien} failed")
    return 0 if bien == len(resultados) else 1


if __name__ == "__main__":
    sys.exit(main())
