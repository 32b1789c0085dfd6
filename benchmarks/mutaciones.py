"""Take each guard away in turn and see that some test fails: `make mutants`, or `make mutants SOLO=word` for those whose
name or file has the word.

Guards are those of guardas.py, guardas_comunes.py and every named constraint. Works on a copy of the tracked files in a
temporary folder. When the text of a mutant is no longer in its file, it says so of all of them and tries none. Exit code: 0 every
mutant was noticed, 1 some survived, 2 nothing was tried.
"""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .guardas import GUARDAS
from .guardas_comunes import COMUNES

RAIZ = Path(__file__).resolve().parent.parent
CONSTRUCTORES = {"migrations.AddConstraint", "models.CheckConstraint", "models.UniqueConstraint"}
MAXIMO = 600  # seconds for the tests of one mutant
APPS = ("inventario", "productos", "lotes", "movimientos", "alertas", "reportes")


@dataclass(frozen=True)
class Mutante:
    """`antes` becomes `despues` in `archivo` (each occurrence); `pruebas` must then fail."""

    archivo: str
    nombre: str
    antes: str
    despues: str
    pruebas: str
    servidor: str = ""  # "postgres": they need it


def _restricciones() -> list[Mutante]:
    """One mutant for each named constraint: out of the last migration that adds it, alone or with its table."""
    mutantes: dict[str, Mutante] = {}
    for archivo in sorted(RAIZ.glob("*/migrations/0*.py")):
        texto = archivo.read_text()
        for nodo in ast.walk(ast.parse(texto)):
            if not isinstance(nodo, ast.Call) or ast.unparse(nodo.func) not in CONSTRUCTORES:
                continue
            sola = ast.unparse(nodo.func) == "migrations.AddConstraint"
            trozo = ast.get_source_segment(texto, nodo) or ""
            nombre = re.findall(r"\bname=['\"](\w+)['\"]", trozo.replace("model_name=", ""))[0]
            if sola or nombre not in mutantes:  # else it is the one inside an AddConstraint already met
                antes, despues = (trozo + ",", "") if sola else (trozo, "*[]")
                mutantes[nombre] = Mutante(str(archivo.relative_to(RAIZ)), nombre, antes, despues, _pruebas_de(nombre))
    return list(mutantes.values())


def _pruebas_de(nombre: str) -> str:
    """The test files that name the constraint, in any app."""
    pruebas = (p for app in APPS for p in sorted((RAIZ / app / "tests").glob("test_*.py")))
    return " ".join(str(p.relative_to(RAIZ)) for p in pruebas if nombre in p.read_text())


def _archivos() -> list[str]:
    texto = subprocess.run(["git", "ls-files", "-z"], cwd=RAIZ, capture_output=True, check=True, text=True).stdout
    return [nombre for nombre in filter(None, texto.split("\0")) if (RAIZ / nombre).is_file()]


def _defectos(m: Mutante, archivos: list[str]) -> str:
    """Why the mutant cannot be tried, with where its text is now; empty if it can."""
    if m.archivo not in archivos or m.antes not in (RAIZ / m.archivo).read_text():
        fuentes = (x for x in archivos if re.fullmatch(r"(?!benchmarks/|.*/tests/).*\.(py|html)", x))
        ahora = [x for x in fuentes if m.antes in (RAIZ / x).read_text()]
        return f"{m.archivo} has no {m.antes!r}" + (f" (it is in {', '.join(ahora)})" if ahora else "")
    perdidas = [p for p in m.pruebas.split() if not (RAIZ / p).exists()]
    return f"no {', '.join(perdidas)}" if perdidas else "" if m.pruebas else "no test names it"


def _copiar(archivos: list[str], destino: Path) -> None:
    for nombre in archivos:
        (destino / nombre).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(RAIZ / nombre, destino / nombre)


def _probar(m: Mutante, copia: Path) -> tuple[bool, str]:
    """Whether a test failed with the mutant in place, and which."""
    archivo = copia / m.archivo
    texto = archivo.read_text()
    archivo.write_text(texto.replace(m.antes, m.despues))
    orden = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-m", "not navegador", *m.pruebas.split()]
    if m.servidor:
        orden = [sys.executable, "-m", "herramientas.servidores", m.servidor, "redis", "--", *orden]
    proceso = subprocess.Popen(
        orden, cwd=copia, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        dicho, _ = proceso.communicate(timeout=MAXIMO)
    except subprocess.TimeoutExpired:
        os.killpg(proceso.pid, signal.SIGINT)  # so that it stops its servers
        dicho, _ = proceso.communicate()
    finally:
        archivo.write_text(texto)
    fallo = re.search(r"^(?:FAILED|ERROR) (\S+)", dicho, re.MULTILINE)
    if proceso.returncode == 1 and fallo:
        return True, fallo[1]
    return False, "survived" if proceso.returncode == 0 else f"pytest exit {proceso.returncode}: {dicho[-300:]}"


def main(palabras: list[str]) -> int:
    guardas = [Mutante(archivo, *fila) for archivo, filas in (GUARDAS | COMUNES).items() for fila in filas]
    todos = guardas + _restricciones()
    elegidos = [m for m in todos if all(p.casefold() in f"{m.nombre} {m.archivo}".casefold() for p in palabras)]
    archivos = _archivos()
    defectos = {m.nombre: defecto for m in elegidos if (defecto := _defectos(m, archivos))}
    if defectos or not elegidos:
        print("\n".join(f"✘ {x}: {y}" for x, y in defectos.items()) or "no mutant has that word", file=sys.stderr)
        return 2
    notados = 0
    with tempfile.TemporaryDirectory(prefix="mutantes-") as carpeta:
        _copiar(archivos, Path(carpeta))
        for m in elegidos:
            inicio = time.monotonic()
            bien, detalle = _probar(m, Path(carpeta))
            notados += bien
            print(f"{'✔' if bien else '✘'} {m.nombre:<36} {time.monotonic() - inicio:5.0f} s  {detalle}", flush=True)
    print(f"\n{notados} passed, {len(elegidos) - notados} failed")
    return 0 if notados == len(elegidos) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
