"""Take each guard away in turn and see that some test fails: `make mutants` (or `python -m benchmarks.mutaciones NAME …`).

Works on a copy of the tracked files in a temporary folder. A mutant whose text is no longer in its file is an error, not a
pass. Exit 0 when every mutant was noticed.
"""

import ast
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
CONSTRUCTORES = {"migrations.AddConstraint", "models.CheckConstraint", "models.UniqueConstraint"}
APPS = ("inventario", "productos", "lotes", "movimientos", "alertas", "reportes")


@dataclass(frozen=True)
class Mutante:
    """`antes` becomes `despues` in `archivo` (each occurrence); `pruebas` must then fail."""

    nombre: str
    archivo: str
    antes: str
    despues: str
    pruebas: str
    postgres: bool = False


GUARDAS = [
    Mutante(
        "candado", "productos/models.py", '.select_for_update(no_key=True, of=("self",))', "", "movimientos/tests", True
    ),
    Mutante(
        "orden del candado",
        "productos/bloqueo.py",
        "ORDER BY p.id FOR",
        "ORDER BY random() FOR",
        "movimientos/tests",
        True,
    ),
    Mutante(
        "orden del candado (ORM)",
        "productos/models.py",
        'set(ids)).order_by("pk")',
        'set(ids)).order_by("?")',
        "movimientos/tests",
        True,
    ),
    Mutante(
        "candado de lo preparado",
        "productos/bloqueo.py",
        "FOR NO KEY UPDATE OF p",
        "",
        "movimientos/tests/test_concurrencia.py",
        True,
    ),
    Mutante(
        "el saldo no baja de cero",
        "movimientos/libro.py",
        "if x.saldo.cantidad + x.cantidad < 0",
        "if False",
        "movimientos/tests",
    ),
    Mutante(
        "historia de lo retroactivo",
        "movimientos/libro.py",
        "if c.fecha < c.hoy:\n        _comprobar_historia",
        "if False:\n        _comprobar_historia",
        "movimientos/tests",
    ),
    Mutante(
        "límite de lo retroactivo",
        "movimientos/libro.py",
        "if c.fecha < c.hoy - timedelta(days=settings.DIAS_RETROACTIVO)",
        "if False",
        "movimientos/tests",
    ),
    Mutante(
        "fecha futura", "movimientos/libro.py", "if c.fecha > c.hoy", "if False", "movimientos/tests inventario/tests"
    ),
    Mutante(
        "motivo que sirve",
        "movimientos/libro.py",
        "if not motivo.sirve_para(tipo) or not motivo.activo",
        "if False",
        "movimientos/tests",
    ),
    Mutante(
        "almacén activo",
        "movimientos/libro.py",
        "if a is not None and not a.activo and",
        "if False and",
        "movimientos/tests",
    ),
    Mutante(
        "otra petición con la misma clave",
        "movimientos/libro.py",
        "if previa.huella != c.huella",
        "if False",
        "movimientos/tests inventario/tests",
    ),
    Mutante(
        "cadena de huellas",
        "movimientos/libro.py",
        'f"{anterior}|{sello_operacion}',
        'f"{sello_operacion}',
        "movimientos/tests reportes/tests",
    ),
    Mutante(
        "permiso en el servicio",
        "inventario/dominio/permisos.py",
        "if not usuario.has_perm(permiso)",
        "if False",
        "movimientos/tests lotes/tests alertas/tests inventario/tests",
    ),
    Mutante(
        "caduca el día después",
        "lotes/caducidad.py",
        "fecha < hoy",
        "fecha <= hoy",
        "lotes/tests movimientos/tests alertas/tests",
    ),
    Mutante(
        "vida mínima",
        "lotes/caducidad.py",
        "fecha < caducidad_minima(hoy, vida_minima)",
        "False",
        "lotes/tests movimientos/tests",
    ),
    Mutante(
        "lote retenido",
        "lotes/caducidad.py",
        "if estado in _POR_ESTADO",
        "if False",
        "lotes/tests movimientos/tests",
    ),
    Mutante(
        "lote retenido (consulta)",
        "lotes/models.py",
        "Q(cantidad__gt=0, lote__estado=Lote.Estado.DISPONIBLE)",
        "Q(cantidad__gt=0)",
        "lotes/tests movimientos/tests productos/tests",
    ),
    Mutante(
        "FEFO",
        "movimientos/fefo.py",
        "self.fecha_caducidad or date.max, self.creado_en",
        "self.creado_en, self.fecha_caducidad or date.max",
        "movimientos/tests",
    ),
    Mutante(
        "otra caducidad del mismo lote",
        "movimientos/services/entrada.py",
        "x.fecha_caducidad != lote.fecha_caducidad",
        "False",
        "movimientos/tests inventario/tests",
    ),
    Mutante(
        "caducado entra con nota",
        "movimientos/services/entrada.py",
        "if not c.nota.strip() and any(",
        "if False and any(",
        "movimientos/tests inventario/tests",
    ),
    Mutante(
        "solo sale lo despachable",
        "movimientos/services/salida.py",
        "if not c.motivo.admite_no_disponible",
        "if False",
        "movimientos/tests",
    ),
    Mutante(
        "reverso único", "movimientos/services/reverso.py", "if anterior is not None", "if False", "movimientos/tests"
    ),
    Mutante(
        "no se revierte un reverso",
        "movimientos/services/reverso.py",
        "operacion.tipo == Tipo.REVERSO or ",
        "",
        "movimientos/tests",
    ),
    Mutante(
        "disparadores de operaciones",
        "movimientos/candado.py",
        '"movimientos_operacion", ',
        "",
        "movimientos/tests reportes/tests",
    ),
    Mutante(
        "disparadores de líneas",
        "movimientos/candado.py",
        '"movimientos_movimiento", ',
        "",
        "movimientos/tests reportes/tests",
    ),
    Mutante(
        "disparador de TRUNCATE",
        "movimientos/candado.py",
        "FOR EACH STATEMENT EXECUTE",
        "FOR EACH STATEMENT WHEN (false) EXECUTE",
        "movimientos/tests reportes/tests",
        True,
    ),
    Mutante(
        "disparadores tras migrar",
        "movimientos/apps.py",
        "post_migrate.connect(al_acabar_de_migrar, sender=self)",
        "pass",
        "movimientos/tests inventario/tests",
    ),
    Mutante("versión en la clave de la caché", "alertas/cache.py", ":{version}:", ":", "alertas/tests", True),
    Mutante(
        "la fecha en la clave de la caché", "alertas/cache.py", 'f"alertas:{hoy}:', 'f"alertas:', "alertas/tests", True
    ),
    Mutante(
        "invalidar tras confirmar",
        "alertas/services.py",
        "transaction.on_commit(cache.invalidar)",
        "pass",
        "alertas/tests",
        True,
    ),
    Mutante(
        "una severidad peor reabre",
        "alertas/models.py",
        'When(nivel__gt=F("nivel_atendido"), then=Value(Estado.ABIERTA.value)),',
        "",
        "alertas/tests",
    ),
    Mutante(
        "fecha local",
        "movimientos/libro.py",
        "timezone.localdate()",
        "timezone.now().date()",
        "movimientos/tests alertas/tests inventario/tests",
    ),
    Mutante(
        "claves JSON repetidas",
        "inventario/api/analizador.py",
        "object_pairs_hook=_objeto,",
        "",
        "inventario/tests",
    ),
    Mutante(
        "sesión obligatoria",
        "inventario/settings.py",
        '"inventario.paginas.fragmentos.AccesoMiddleware",',
        "",
        "inventario/tests",
    ),
    Mutante(
        "escapar",
        "templates/reportes/fichas/producto.html",
        "{{ producto.nombre }}",
        "{{ producto.nombre|safe }}",
        "productos/tests",
    ),
    Mutante(
        "escapar (lista)", "templates/productos/lista.html", "{{ p.nombre }}", "{{ p.nombre|safe }}", "productos/tests"
    ),
    Mutante("CSV sin fórmulas", "inventario/plataforma/celdas.py", '"=", "+", "-", "@", ', "", "reportes/tests"),
]


def _restricciones() -> list[Mutante]:
    """One mutant per named constraint: out of the migration that adds it, alone or with its table."""
    mutantes = []
    for archivo in sorted(RAIZ.glob("*/migrations/0*.py")):
        texto = archivo.read_text()
        for nodo in ast.walk(ast.parse(texto)):
            if not isinstance(nodo, ast.Call) or ast.unparse(nodo.func) not in CONSTRUCTORES:
                continue
            sola = ast.unparse(nodo.func) == "migrations.AddConstraint"
            trozo = ast.get_source_segment(texto, nodo)
            nombre = re.search(r"\bname=['\"](\w+)['\"]", trozo.replace("model_name=", ""))[1]
            if not sola and any(m.nombre == nombre for m in mutantes):
                continue  # the one inside an AddConstraint already met
            mutantes.append(
                Mutante(
                    nombre,
                    str(archivo.relative_to(RAIZ)),
                    trozo + "," * sola,
                    "" if sola else "*[]",
                    _pruebas_de(nombre),
                )
            )
    return mutantes


def _pruebas_de(nombre: str) -> str:
    """The test files that name the constraint, in any app."""
    return " ".join(
        str(p.relative_to(RAIZ))
        for app in APPS
        for p in sorted((RAIZ / app / "tests").glob("test_*.py"))
        if nombre in p.read_text()
    )


def _copiar(destino: Path) -> None:
    archivos = subprocess.run(["git", "ls-files", "-z"], cwd=RAIZ, capture_output=True, check=True, text=True).stdout
    for nombre in filter(None, archivos.split("\0")):
        origen = RAIZ / nombre
        if origen.is_file():
            (destino / nombre).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origen, destino / nombre)


def _probar(m: Mutante, copia: Path) -> tuple[bool, str]:
    """Whether a test failed with the mutant in place, and which."""
    archivo = copia / m.archivo
    texto = archivo.read_text()
    if m.antes not in texto:
        return False, f"its text is not in {m.archivo}"
    if not m.pruebas:
        return False, "no test names it"
    archivo.write_text(texto.replace(m.antes, m.despues))
    orden = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-m", "not navegador", *m.pruebas.split()]
    if m.postgres:
        orden = [sys.executable, "-m", "herramientas.servidores", "postgres", "redis", "--", *orden]
    try:
        hecho = subprocess.run(orden, cwd=copia, capture_output=True, text=True, check=False, timeout=600)
    finally:
        archivo.write_text(texto)
    fallo = re.search(r"^(?:FAILED|ERROR) (\S+)", hecho.stdout, re.MULTILINE)
    if hecho.returncode == 1 and fallo:
        return True, fallo[1]
    return False, "survived" if hecho.returncode == 0 else f"pytest exit {hecho.returncode}: {hecho.stdout[-300:]}"


def main(nombres: list[str]) -> int:
    todos = GUARDAS + _restricciones()
    elegidos = [m for m in todos if not nombres or m.nombre in nombres]
    if desconocidos := set(nombres) - {m.nombre for m in todos}:
        print("unknown:", ", ".join(sorted(desconocidos)), file=sys.stderr)
        return 2
    notados = 0
    with tempfile.TemporaryDirectory(prefix="mutantes-") as carpeta:
        copia = Path(carpeta)
        _copiar(copia)
        for m in elegidos:
            inicio = time.monotonic()
            bien, detalle = _probar(m, copia)
            notados += bien
            print(f"{'✔' if bien else '✘'} {m.nombre:<36} {time.monotonic() - inicio:5.0f} s  {detalle}", flush=True)
    print(f"\n{notados} passed, {len(elegidos) - notados} failed")
    return 0 if notados == len(elegidos) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
