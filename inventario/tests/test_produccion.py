"""The stack as in production: gunicorn, PostgreSQL behind PgBouncer in transaction mode, Redis; whole, and broken."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from herramientas import produccion, simulacro
from inventario import tareas
from inventario.plataforma.obrero import LIMITES

RAIZ = Path(settings.BASE_DIR)
# Set by gunicorn.conf.py itself, by the platform, or only by tests.
AJENAS = {"INVENTARIO_APAGANDO", "INVENTARIO_MAESTRO", "PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE"}


@pytest.mark.lento
@pytest.mark.postgres
def test_the_stack_works_reloads_without_losing_a_request_survives_outages_and_stops_in_order():
    with produccion.levantar() as pila:
        for paso in produccion.PASOS:
            paso(pila)
        registro, entorno = pila.web.registro.read_text(), pila.web.entorno
        limites = pila.postgres.psql("SELECT unnest(setconfig) FROM pg_db_role_setting").stdout.split()

    assert ("lock_timeout=3000" in limites) == (entorno["PGBOUNCER"] == "True")  # start-up options carry them else
    assert entorno["SECRET_KEY"] not in registro
    assert produccion.CONTRASENA not in registro


@pytest.mark.lento
@pytest.mark.sqlite
def test_a_sqlite_backup_made_while_stock_moves_restores_and_verifies(tmp_path):
    assert simulacro.ensayar(f"sqlite:///{tmp_path}/origen.sqlite3", tmp_path, None)


@pytest.mark.lento
@pytest.mark.postgres
def test_a_postgresql_backup_made_while_stock_moves_restores_and_verifies(tmp_path):
    with simulacro.servidores.postgres() as pg:
        assert simulacro.ensayar(pg.url, tmp_path, pg)


def test_a_backup_never_overwrites(tmp_path):
    from django.core.management import CommandError, call_command

    (tmp_path / "x").touch()

    with pytest.raises(CommandError, match="exists already"):
        call_command("respaldar", str(tmp_path / "x"))


@pytest.mark.parametrize(
    ("ahora", "segundos"),
    [
        ("2026-11-24T05:59:00", 60),
        ("2026-11-24T06:00:00", 24 * 3600),
        ("2026-03-28T06:00:00", 23 * 3600),  # Madrid loses an hour that night
        ("2026-10-24T06:00:00", 25 * 3600),
    ],
)
def test_the_clock_of_daily_tasks_knows_daylight_saving(ahora, segundos):
    momento = datetime.fromisoformat(ahora).replace(tzinfo=ZoneInfo("Europe/Madrid"))

    assert tareas.faltan(momento, "06:00") == segundos


def _variables() -> set[str]:
    leidas = set()
    for ruta in (
        "inventario/settings.py",
        "gunicorn.conf.py",
        "inventario/plataforma/checks.py",
        "inventario/tareas.py",
    ):
        texto = (RAIZ / ruta).read_text()
        leidas |= set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)"', texto))
        leidas |= set(re.findall(r'(?:environ\.get\(|environ\[|_entero\()\s*"([A-Z][A-Z0-9_]+)"', texto))
    return (leidas | set(LIMITES)) - AJENAS


def test_every_environment_variable_is_explained_to_the_operator():
    tabla = set(re.findall(r"^\| `([A-Z0-9_]+)`", (RAIZ / "docs/operating.md").read_text(), re.MULTILINE))
    ejemplo = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (RAIZ / ".env.example").read_text(), re.MULTILINE))

    assert len(_variables()) > 25
    assert _variables() - tabla == set()
    assert _variables() - ejemplo == set()
