"""Whether every text of the interface has its translation, and the catalogues are well formed.

    python -m herramientas.traducciones

Extracts the texts again into a temporary copy of each catalogue, so that one that was added to the code and never to
`locale/` is found too. Exit code: 0 complete, 1 something is missing (each is printed), 2 gettext is not installed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
CARPETAS = ("inventario", "productos", "lotes", "movimientos", "alertas", "reportes", "templates", "static", "locale")


def _extraer(copia: Path) -> None:
    """makemessages over a copy of the sources: the working tree stays as it is."""
    for carpeta in CARPETAS:
        if (RAIZ / carpeta).is_dir():
            shutil.copytree(RAIZ / carpeta, copia / carpeta, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(RAIZ / "manage.py", copia)
    (copia / "locale").mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "en", "--no-obsolete", "--verbosity", "0"],
        cwd=copia,
        env=os.environ | {"DEBUG": "true"},
        check=True,
    )


def _faltan(catalogo: Path, que: str) -> list[str]:
    """Texts of `catalogo` that are untranslated or fuzzy."""
    elegidos = subprocess.run(
        ["/usr/bin/env", "msgattrib", f"--{que}", "--no-wrap", str(catalogo)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return re.findall(r"^msgid \"(.+)\"$", elegidos, re.MULTILINE)


def main() -> int:
    if shutil.which("msgfmt") is None:
        print("gettext is not installed", file=sys.stderr)
        return 2
    faltan = []
    with tempfile.TemporaryDirectory(prefix="textos-") as carpeta:
        _extraer(Path(carpeta))
        for catalogo in sorted(Path(carpeta).glob("locale/*/LC_MESSAGES/django.po")):
            subprocess.run(["/usr/bin/env", "msgfmt", "--check", "-o", "/dev/null", str(catalogo)], check=True)
            for que in ("untranslated", "only-fuzzy"):
                faltan += [f"{catalogo.parts[-3]}: {texto} ({que})" for texto in _faltan(catalogo, que)]
    print("\n".join(faltan) or "Every text is translated.")
    return 1 if faltan else 0


if __name__ == "__main__":
    sys.exit(main())
