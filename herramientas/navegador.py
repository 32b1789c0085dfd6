"""Where the browser of the browser tests is, and a loud word when there is none.

    python -m herramientas.navegador

prints it, or the warning. The browser tests and the screenshots ask `chromium()`.
"""

import os
import shutil
import sys

NOMBRES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
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
AVISO = """
************************************************************************
  NO CHROMIUM: the browser tests will not run.
  Install it (apt-get install chromium) or say where it is in CHROMIUM.
************************************************************************
"""


def chromium() -> str | None:
    """Path of a Chromium: the variable CHROMIUM, else the first one on the PATH; None without one."""
    if dicho := os.environ.get("CHROMIUM"):
        return dicho
    return next((ruta for nombre in NOMBRES if (ruta := shutil.which(nombre))), None)


def main() -> int:
    ruta = chromium()
    print(f"Browser tests: {ruta}" if ruta else AVISO, file=sys.stdout if ruta else sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
