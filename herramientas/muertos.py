"""Code that nobody calls: vulture, told what Django finds by itself.

    python -m herramientas.muertos

Tests do not count as callers. In use are also: what a template, a dotted path, a keyword (`method="filtrar"`) or the value of
a dictionary names; methods that a base class has too; what the body of a class with bases declares (fields, options), and
the `get_` of a field. Exit code: 0 nothing dead, 1 something is.
"""

import ast
import importlib
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vulture import Vulture

RAIZ = Path(__file__).parent.parent
CARPETAS = ("inventario", "productos", "lotes", "movimientos", "alertas", "reportes", "herramientas", "benchmarks")
# Found by name or by place: by Django, by the schema, by who reads metrics, by the code of a change, by migrations; and what we
# set on objects of others.
POR_NOMBRE = [
    "en_postgres", "sin_postgres",
    "Command", "*Config", "app_name", "clean_*", "urlpatterns", "handler4??", "handler500", "process_view", "process_exception",
    "db_for_*", "allow_relation", "allow_migrate", "has_*_permission", "EsquemaDe*",
    "from_db_value", "as_postgresql", "as_sqlite", "DeDecimalADinero",
    "describe", "collect", "corregir_caducidad", "confirmed", "_class", "_has_been_logged", "_stream", "autocommit",
    "nr_conns", "isolation_level", "errors_occurred", "_body", "recibe_archivo", "data_ready",
]  # fmt: skip
AJUSTES = {
    RAIZ / "inventario/settings.py",
    RAIZ / "benchmarks/ajustes.py",
    *RAIZ.glob("inventario/formats/*/formats.py"),
}
DECORADORES = [
    "@receiver",
    "@register*",
    "@checks.register",
    "@action",
    "@admin.*",
    "@*.tag",
    "@*.filter",
    "@*.register_lookup",
]


def _nombrados(arboles: dict[Path, ast.Module]) -> set[str]:
    """What templates, dotted paths, types in quotes, keywords and dictionaries name."""
    nombres: set[str] = set()
    for plantilla in (RAIZ / "templates").rglob("*.*"):
        nombres |= set(re.findall(r"\.(\w+)", plantilla.read_text(encoding="utf-8")))
    for nodo in (n for arbol in arboles.values() for n in ast.walk(arbol)):
        match nodo:
            case ast.Constant(value=str(texto)) if re.fullmatch(r"\w+(\.\w+)+", texto):
                nombres.add(texto.rpartition(".")[2])
            case (
                ast.arg(annotation=ast.Constant(value=str(texto)))
                | ast.AnnAssign(annotation=ast.Constant(value=str(texto)))
                | ast.FunctionDef(returns=ast.Constant(value=str(texto)))
            ):  # a type in quotes
                nombres |= set(re.findall(r"\w+", texto))
            case ast.keyword(value=ast.Constant(value=str(texto))):
                nombres.add(texto)
            case ast.Dict(values=valores):  # the verbs of a route
                nombres |= {v.value for v in valores if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return nombres


def _clases(arbol: ast.AST, dentro: str = "") -> Iterator[tuple[str, ast.ClassDef]]:
    """Every class with its dotted name in the module."""
    for nodo in ast.iter_child_nodes(arbol):
        if isinstance(nodo, ast.ClassDef):
            yield dentro + nodo.name, nodo
            yield from _clases(nodo, f"{dentro}{nodo.name}.")


def _declarado(clase: ast.ClassDef) -> set[str]:
    """What the body of a class assigns, when the class is of a kind that somebody else reads."""
    lectores = {ast.unparse(b) for b in clase.bases} - {"NamedTuple", "Protocol"}
    if not lectores and clase.name != "Meta":
        return set()
    metas = [m for n in clase.body for m in (n.targets if isinstance(n, ast.Assign) else [getattr(n, "target", None)])]
    return {m.id for m in metas if isinstance(m, ast.Name)}


def _redefinido(modulo: str, nombre: str) -> set[str]:
    """What two classes of the ancestry of this one have: one of them, ours or not, calls it and the other answers."""
    clase: Any = importlib.import_module(modulo)
    for parte in nombre.split("."):
        clase = getattr(clase, parte)
    veces = Counter(x for antecesor in clase.__mro__ for x in vars(antecesor))
    return {x for x, n in veces.items() if n > 1}


def muertos() -> Iterator[str]:
    todos = [f for carpeta in CARPETAS for f in sorted((RAIZ / carpeta).rglob("*.py"))]
    ficheros = [f for f in todos if not {"tests", "migrations"} & set(f.relative_to(RAIZ).parts)]
    arboles = {f: ast.parse(f.read_text(encoding="utf-8")) for f in (*ficheros, RAIZ / "gunicorn.conf.py")}
    usados = _nombrados(arboles)
    for fichero in ficheros:
        modulo = ".".join(fichero.relative_to(RAIZ).with_suffix("").parts)
        for nombre, clase in _clases(arboles[fichero]):
            usados |= _declarado(clase)
            if clase.bases:
                usados |= _redefinido(modulo, nombre)
    vulture = Vulture(ignore_names=POR_NOMBRE, ignore_decorators=DECORADORES)
    vulture.scavenge([str(f) for f in ficheros])
    for x in vulture.get_unused_code(min_confidence=60):
        argumento = x.typ == "variable" and x.confidence == 100
        if not argumento and x.filename not in AJUSTES and not {x.name, x.name.removeprefix("get_")} & usados:
            yield f"{x.filename.relative_to(RAIZ)}:{x.first_lineno}: {x.message}"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
    os.environ.setdefault("DEBUG", "true")
    import django

    django.setup()
    dicho = list(muertos())
    for linea in dicho:
        print(linea)
    sys.exit(bool(dicho))


if __name__ == "__main__":
    main()
