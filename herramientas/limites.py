"""What `make lint` checks and no tool of others does: lengths, and what looks up the ladder without an import.

    python -m herramientas.limites

A function has at most 40 lines and a Python file 300; a line of a template, 120 columns. An app names nothing of an app above
it: by import (import-linter sees to that), by string, by URL name, by template tag or by permission. A template spells for
people only what people read (`inventario/paginas/plantillas.py`). Tests may be long and may name anything. Exit code: 0 all
within the limits, 1 something is not.
"""

import ast
import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

RAIZ = Path(__file__).parent.parent
ESCALERA = ("inventario", "productos", "lotes", "movimientos", "alertas", "reportes")
LINEAS_FUNCION, LINEAS_FICHERO, COLUMNAS_PLANTILLA = 40, 300, 120
DE_PRUEBAS = ("*/tests/*", "pruebas/*", "conftest.py")

# Where everything meets, and what names everything there is.
DONDE_TODO_SE_JUNTA = (
    "inventario/settings.py",  # the apps themselves
    "inventario/urls.py",
    "inventario/api_urls.py",
    "inventario/management/*",
    "inventario/demo/*",
    "inventario/menu.py",
    "inventario/cuentas/roles.py",  # what each role may do
    "templates/base.html",  # the frame: it holds the menu and the counter of alerts
    "templates/ayuda.html",  # explains every page
)
# What writes a number or a date for people, whatever says so, and what is not one of ours.
_DE_PERSONAS = (
    r"\|\s*(?:numero|dinero|costo|contar|time)\b|{%\s*(?:cantidad|momento|caducidad)\b"
    r"""|\|\s*date\b(?!:["'](?:Y-m-d|c)["'])"""
)
_AJENOS = r"\b(?:load\s[^%]*\b(?:l10n|humanize)\b)|\|\s*(?:intcomma|floatformat|localize|unlocalize|stringformat)\b"
_PARA_MAQUINAS = r"(?!title|alt|placeholder|content|aria-|data-titulo|data-confirmar|data-eco|data-llenar)[\w:-]+"
MAL_ESCRITO = re.compile(rf"""\s{_PARA_MAQUINAS}="[^"]*(?:{_DE_PERSONAS})|{_AJENOS}""")
LARGOS = ("inventario/settings.py",)  # one settings file, read from top to bottom


class Queja(NamedTuple):
    fichero: str
    linea: int
    regla: str
    dice: str


def _encaja(fichero: str, patrones: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(fichero, p) for p in patrones)


def _mas_altas(fichero: str) -> tuple[str, ...]:
    """The apps above the one that `fichero` belongs to. A template belongs to the app of its folder, or to the lowest."""
    partes = PurePosixPath(fichero).parts
    app = partes[1] if partes[0] == "templates" else partes[0]
    return ESCALERA[ESCALERA.index(app) + 1 :] if app in ESCALERA else ESCALERA[1:]


# Python -------------------------------------------------------------------------------------------


def de_python(fichero: str, texto: str) -> Iterator[Queja]:
    lineas = texto.count("\n")
    if lineas > LINEAS_FICHERO and fichero not in LARGOS:
        yield Queja(fichero, 1, "fichero", f"{lineas} lines, at most {LINEAS_FICHERO}")
    if _encaja(fichero, DE_PRUEBAS):
        return
    arbol = ast.parse(texto)
    for nodo in ast.walk(arbol):
        if isinstance(nodo, ast.FunctionDef | ast.AsyncFunctionDef):
            lineas = (nodo.end_lineno or nodo.lineno) - nodo.lineno + 1
            if lineas > LINEAS_FUNCION:
                yield Queja(fichero, nodo.lineno, "funcion", f"{nodo.name}: {lineas} lines, at most {LINEAS_FUNCION}")
    if fichero.split("/", maxsplit=1)[0] in ESCALERA and not _encaja(fichero, DONDE_TODO_SE_JUNTA):
        yield from _nombra_python(fichero, arbol)


def _nombra_python(fichero: str, arbol: ast.AST) -> Iterator[Queja]:
    altas = _mas_altas(fichero)
    de_arriba = re.compile(rf"({'|'.join(altas) or '(?!)'})[.:](\w|$)")
    for nodo in ast.walk(arbol):
        hallado = ""
        match nodo:
            case ast.Constant(value=str(texto)) if de_arriba.match(texto):
                hallado = repr(texto)
            case ast.Tuple(elts=partes) | ast.List(elts=partes) | ast.Set(elts=partes):
                nombres = [x.value for x in partes if isinstance(x, ast.Constant)]
                if len(nombres) > 1 and set(nombres) <= set(ESCALERA) and set(nombres) & set(altas):
                    hallado = f"a list of apps: {', '.join(map(str, nombres))}"
            case ast.Call(func=ast.Attribute(attr="get_model" | "get_app_config"), args=[ast.Constant(value=app), *_]):
                hallado = f"the app {app!r}" if app in altas else ""
            case ast.Attribute(attr="related_model", value=ast.Call(func=ast.Attribute(attr="get_field"))):
                hallado = "a model through _meta.get_field(...).related_model"
        if hallado and isinstance(nodo, ast.expr):
            yield Queja(fichero, nodo.lineno, "arriba", hallado)


# Templates ----------------------------------------------------------------------------------------


def de_plantilla(fichero: str, texto: str, etiquetas: dict[str, str]) -> Iterator[Queja]:
    """`etiquetas`: the library of tags → the app that defines it."""
    altas = () if _encaja(fichero, DONDE_TODO_SE_JUNTA) else _mas_altas(fichero)
    una = "|".join(altas) or "(?!)"
    por_nombre = re.compile(
        rf"""\b(?:url|include|extends)\s+["'](?:{una})[:/][^"']*|\bperms\.(?:{una})\b|"""
        rf"""{{%\s*load\s[^%]*?\b(?:{"|".join(x for x, app in etiquetas.items() if app in altas) or "(?!)"})\b"""
    )
    for n, linea in enumerate(texto.splitlines(), start=1):
        if len(linea) > COLUMNAS_PLANTILLA:
            yield Queja(fichero, n, "ancho", f"{len(linea)} columns, at most {COLUMNAS_PLANTILLA}")
        if hallado := MAL_ESCRITO.search(linea):
            yield Queja(fichero, n, "maquina", f"spelled for people, or by no filter of ours: {hallado[0].strip()}")
        for nombrado in por_nombre.finditer(linea):
            yield Queja(fichero, n, "arriba", nombrado[0])


# All of it ----------------------------------------------------------------------------------------


def todas() -> Iterator[Queja]:
    orden = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py", "templates/*"]
    ficheros = subprocess.run(orden, cwd=RAIZ, capture_output=True, text=True, check=True).stdout.split("\0")
    ficheros = sorted(f for f in ficheros if f and "/migrations/" not in f and (RAIZ / f).is_file())
    etiquetas = {PurePosixPath(f).stem: f.split("/")[0] for f in ficheros if "/templatetags/" in f}
    for fichero in ficheros:
        texto = (RAIZ / fichero).read_text(encoding="utf-8")
        if fichero.endswith(".py"):
            yield from de_python(fichero, texto)
        else:
            yield from de_plantilla(fichero, texto, etiquetas)


def main() -> None:
    quejas = list(todas())
    for q in quejas:
        print(f"{q.fichero}:{q.linea}: {q.regla}: {q.dice}")
    sys.exit(bool(quejas))


if __name__ == "__main__":
    main()
