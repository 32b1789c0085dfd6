"""The files of a deployment say what the code does: nothing but them is read when there is no Docker at hand."""

import json
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from herramientas.servidor_web import RAIZ
from inventario import tareas
from inventario.plataforma import salud

COMPOSE = yaml.safe_load((RAIZ / "compose.yaml").read_text())
RENDER = yaml.safe_load((RAIZ / "render.yaml").read_text())
DOCKERFILE = (RAIZ / "Dockerfile").read_text()
TABLA = set(re.findall(r"^\| `([A-Z0-9_]+)`", (RAIZ / "docs/operating.md").read_text(), re.MULTILINE))


def test_image_runs_as_nobody_special_from_hashed_wheels_with_no_secret_inside():
    assert "--require-hashes" in DOCKERFILE
    ultima = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "USER inventario" in ultima
    assert "pip " not in ultima
    assert not re.search(r"^(ENV|ARG).*(SECRET|PASSWORD|TOKEN)", DOCKERFILE, re.MULTILINE)


def test_image_holds_what_runs_and_nothing_else():
    permitidas = re.findall(r"^!(\S+)", (RAIZ / ".dockerignore").read_text(), re.MULTILINE)

    assert {"manage.py", "gunicorn.conf.py", "requirements.txt", "templates", "static", "locale"} <= set(permitidas)
    for app in {a.split(".")[0] for a in settings.INSTALLED_APPS}:
        assert not (RAIZ / app).is_dir() or app in permitidas, app
    assert not any(fnmatch(".env", ruta) or fnmatch(".git", ruta) for ruta in permitidas)


def test_health_checks_ask_paths_that_exist():
    rutas = set(re.findall(r"/salud/\w+/", DOCKERFILE)) | {
        s["healthCheckPath"] for s in RENDER["services"] if "healthCheckPath" in s
    }

    assert rutas == {"/salud/viva/", "/salud/lista/"}
    assert rutas <= set(salud.VISTAS)


def _ordenes() -> list[str]:
    de_compose = [shlex.join(s["command"]) for s in COMPOSE["services"].values() if "command" in s]
    return de_compose + [s["preDeployCommand"] for s in RENDER["services"] if "preDeployCommand" in s]


def test_every_command_of_a_deployment_exists():
    conocidas = get_commands()
    pedidas = {m for orden in _ordenes() for m in re.findall(r"manage\.py (\w+)", orden)} | {
        o[0] for o in tareas.DIARIAS
    }

    assert {"inicializar", "recalcular_alertas", "enviar_resumen", "clearsessions"} <= pedidas
    assert pedidas <= set(conocidas)


def test_every_variable_that_a_deployment_sets_is_one_the_code_reads():
    de_compose = {
        k for s in COMPOSE["services"].values() for k in s.get("environment", {}) if not k.startswith("POSTGRES_")
    }
    de_render = {v["key"] for g in RENDER["envVarGroups"] for v in g["envVars"]}
    de_render |= {v["key"] for s in RENDER["services"] for v in s.get("envVars", []) if "key" in v}

    assert {k for k in de_compose | de_render if not k.startswith("DJANGO_SUPERUSER_")} <= TABLA


def test_the_web_starts_only_after_a_release_that_ended_well():
    servicios = COMPOSE["services"]

    for nombre in ("web", "tareas"):
        assert servicios[nombre]["depends_on"]["release"]["condition"] == "service_completed_successfully"
    assert servicios["release"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert servicios["web"]["read_only"]
    assert int(servicios["web"]["stop_grace_period"].rstrip("s")) > 30 + 5


def _expuestas() -> set[str]:
    fuentes = [*(RAIZ / "inventario/plataforma").glob("metricas.py"), *(RAIZ / "alertas").glob("metricas.py")]
    return {n for f in fuentes for n in re.findall(r'"(inventario_\w+)"', Path(f).read_text())}


def test_the_dashboard_draws_only_what_is_exposed():
    tablero = json.loads((RAIZ / "docs/grafana.json").read_text())
    usadas = {m for p in tablero["panels"] for t in p["targets"] for m in re.findall(r"inventario_\w+", t["expr"])}

    assert usadas
    for metrica in usadas:
        assert re.sub(r"_(total|count|bucket|sum)$", "", metrica) in _expuestas(), metrica


@pytest.mark.parametrize("ruta", ["docs/operating.md", "docs/security.md"])
def test_guides_name_files_that_exist(ruta):
    for nombre in re.findall(r"`((?:inventario|herramientas)/[\w/]+\.\w+)`", (RAIZ / ruta).read_text()):
        assert (RAIZ / nombre).exists(), nombre
