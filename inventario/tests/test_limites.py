"""The limits of `make lint` complain of what they must, and of nothing else."""

import pytest

from benchmarks import mutaciones
from herramientas import muertos
from herramientas.limites import de_plantilla, de_python

LARGA = "def larga():\n" + "    x = 1\n" * 40


@pytest.mark.parametrize(
    ("fichero", "texto", "regla"),
    [
        ("alertas/x.py", LARGA, "funcion"),
        ("alertas/x.py", "x = 1\n" * 301, "fichero"),
        ("alertas/tests/test_x.py", "x = 1\n" * 301, "fichero"),
        ("lotes/x.py", 'reverse("movimientos:lista")', "arriba"),
        ("lotes/x.py", 'apps.get_model("movimientos.Movimiento")', "arriba"),
        ("lotes/x.py", 'apps.get_model("movimientos", "Movimiento")', "arriba"),
        ("lotes/x.py", 'apps.get_app_config("alertas")', "arriba"),
        ("lotes/x.py", 'models.ForeignKey("movimientos.Operacion", models.CASCADE)', "arriba"),
        ("lotes/x.py", 'usuario.has_perm("movimientos.despachar")', "arriba"),
        ("lotes/x.py", 'usuario.has_perm(f"movimientos.{verbo}")', "arriba"),
        ("lotes/x.py", 'Producto._meta.get_field("existencias").related_model', "arriba"),
        ("inventario/x.py", 'APPS = {"productos", "lotes"}', "arriba"),
    ],
)
def test_python_that_is_too_long_or_looks_up_is_found(fichero, texto, regla):
    assert [q.regla for q in de_python(fichero, texto)] == [regla]


@pytest.mark.parametrize(
    ("fichero", "texto"),
    [
        ("alertas/x.py", LARGA.replace("    x = 1\n", "", 1)),
        ("alertas/tests/test_x.py", LARGA),
        ("alertas/x.py", 'reverse("movimientos:lista"), apps.get_model("lotes.Lote"), ("lotes", "alertas")'),
        ("lotes/x.py", 'datos = {"lotes": [], "movimientos": []}, "movimientos: ninguno"'),
        ("lotes/tests/test_x.py", 'reverse("movimientos:lista")'),
        ("inventario/demo/x.py", 'apps.get_model("lotes.Lote")'),
    ],
)
def test_python_within_the_limits_passes(fichero, texto):
    assert list(de_python(fichero, texto)) == []


@pytest.mark.parametrize(
    ("linea", "regla"),
    [
        ("x" * 121, "ancho"),
        ("{% load i18n caducidad %}", "arriba"),
        ("{% url 'movimientos:lista' %}", "arriba"),
        ('<a href="{% url "movimientos:lista" %}">', "arriba"),
        ('{% include "alertas/_texto.html" with a=1 %}', "arriba"),
        ("{% if perms.movimientos.despachar %}", "arriba"),
        ('<input value="{{ n|numero }}">', "maquina"),
        ('<a href="/x/?dia={{ dia|date:"SHORT_DATE_FORMAT" }}">', "maquina"),
        ("<p data-desde=\"{{ dia|date:'d/m/Y' }}\">", "maquina"),
        ('<rect x="{{ x|floatformat:1 }}">', "maquina"),
        ("{% load l10n %}", "maquina"),
        ("{{ n|intcomma }}", "maquina"),
    ],
)
def test_a_template_that_is_too_wide_or_looks_up_is_found(linea, regla):
    quejas = de_plantilla(
        "templates/lotes/x.html", f"<p>\n{linea}\n", {"caducidad": "alertas", "interfaz": "inventario"}
    )

    assert [(q.linea, q.regla) for q in quejas] == [(2, regla)]


def test_a_template_within_the_limits_passes():
    texto = (
        "{% load i18n interfaz %}" + "x" * 90 + "\n{% url 'lotes:lista' %}{% if perms.productos.x %}{% url 'panel' %}\n"
    )

    assert list(de_plantilla("templates/lotes/x.html", texto, {"interfaz": "inventario", "caducidad": "alertas"})) == []


def test_code_that_only_a_test_calls_is_dead_and_what_a_path_or_a_template_names_is_not(tmp_path, monkeypatch):
    ficheros = {
        "app/x.py": "def muerta(): pass\ndef llamada(): pass\ndef por_ruta(): pass\nclass A:\n    def en_plantilla(self): pass\n",
        "app/y.py": 'from app import x\nx.llamada(), x.A()\nRUTA = "app.x.por_ruta"\nprint(RUTA)\n',
        "app/tests/test_x.py": "from app.x import muerta\nmuerta()\n",
        "templates/x.html": "{{ a.en_plantilla }}",
        "gunicorn.conf.py": "",
    }
    for nombre, texto in ficheros.items():
        (tmp_path / nombre).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / nombre).write_text(texto)
    monkeypatch.setattr(muertos, "RAIZ", tmp_path)
    monkeypatch.setattr(muertos, "CARPETAS", ("app",))

    assert list(muertos.muertos()) == ["app/x.py:1: unused function 'muerta'"]


def test_every_guard_is_where_the_table_of_mutants_says_and_some_test_names_it():
    guardas = [
        mutaciones.Mutante(x, *fila) for x, filas in (mutaciones.GUARDAS | mutaciones.COMUNES).items() for fila in filas
    ]
    archivos = mutaciones._archivos()

    todas = guardas + mutaciones._restricciones()
    assert len(todas) > 100
    assert [(m.nombre, mal) for m in todas if (mal := mutaciones._defectos(m, archivos))] == []
