"""The programs that tests use and pip cannot bring, and a loud word about those that this machine lacks.

    python -m herramientas.programas

prints the word. Tests marked `necesita("name")` are left out where the program is missing (conftest.py), so that
`make test` passes on a machine with python3 and make alone, and nobody takes that for having checked everything.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

TYPESCRIPT = Path(__file__).parents[1] / ".node/node_modules/.bin"
NAVEGADORES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTOS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str | None:
    """Path of a Chromium: the variable CHROMIUM, else the first one on the PATH; None without one."""
    return os.environ.get("CHROMIUM") or next((ruta for x in NAVEGADORES if (ruta := shutil.which(x))), None)


def pgbouncer() -> str | None:
    return shutil.which("pgbouncer")


def node() -> str | None:
    """Path of node, where `make typescript` has put beside it what a TypeScript client is made with."""
    return shutil.which("node") if (TYPESCRIPT / "tsc").exists() else None


class Programa(NamedTuple):
    ruta: Callable[[], str | None]
    sin_el: str
    como: str


PROGRAMAS = {
    "chromium": Programa(
        chromium, "no page is tried in a browser", "apt-get install chromium, or CHROMIUM=/path/to/chromium"
    ),
    "pgbouncer": Programa(
        pgbouncer,
        "the stack of production is tried without a pooler in front of PostgreSQL",
        "apt-get install pgbouncer; it lies in /usr/sbin",
    ),
    "msgfmt": Programa(
        lambda: shutil.which("msgfmt"), "nobody checks that the translation is complete", "apt-get install gettext"
    ),
    "node": Programa(
        node, "no TypeScript client is made of the schema", "apt-get install nodejs npm, then `make typescript`"
    ),
    "curl": Programa(
        lambda: shutil.which("curl") and shutil.which("bash"),
        "the tour of docs/api.md is not run",
        "apt-get install curl bash",
    ),
}


def ausentes() -> list[str]:
    """Names of the programs that are not here."""
    return [nombre for nombre, programa in PROGRAMAS.items() if not programa.ruta()]


def aviso() -> str:
    """What the missing programs leave unchecked; empty when none is missing."""
    if not (faltan := ausentes()):
        return ""
    lineas = [f"  NO {x.upper()}: {PROGRAMAS[x].sin_el}.\n      ({PROGRAMAS[x].como})" for x in faltan]
    raya = "*" * 88
    return "\n".join(["", raya, "  NOT EVERYTHING WAS CHECKED HERE:", *lineas, raya])


def main() -> int:
    print(aviso() or "Every program that the tests use is here.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
