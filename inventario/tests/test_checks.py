"""Dangerous configurations: what refuses to start and what warns."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as ajustes

from inventario.cuentas import auditoria
from inventario.plataforma import checks


def _ids(avisos: list[Any]) -> set[str]:
    return {aviso.id for aviso in avisos}


@pytest.fixture
def produccion(settings):
    settings.PRUEBAS = settings.DEBUG = False
    return settings


def _manage(*orden: str, **entorno: str) -> subprocess.CompletedProcess[str]:
    limpio = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *orden],
        cwd=ajustes.BASE_DIR,
        env=limpio | entorno,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("falta", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_does_not_start_without(falta):
    entorno = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "x.example", "DATABASE_URL": "sqlite://:memory:"}
    del entorno[falta]

    hecho = _manage("check", **entorno)

    assert hecho.returncode == 1
    assert f"{falta} is required" in hecho.stderr


def test_deploy_checks_are_clean_in_a_production_configuration():
    hecho = _manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SECRET_KEY="Zq3v9LkT0pXw7sYb2nRf5uHc8mJd1gAe4iVoQxPzKtBwNyMs6lDhFaGrEjCu",
        ALLOWED_HOSTS="inventario.example",
        DETRAS_DE_PROXY="1",
        DATABASE_URL="postgres://u:p@db/inventario",
        CACHE_URL="redis://cache:6379/0",
    )

    assert hecho.returncode == 0, hecho.stderr


def test_development_key_and_open_hosts_are_refused_in_production(produccion):
    produccion.SECRET_KEY = produccion.CLAVE_DE_DESARROLLO
    produccion.ALLOWED_HOSTS = ["*"]
    produccion.METRICS_TOKEN = "corto"

    assert _ids(checks.clave_y_anfitriones()) == {"inventario.E001", "inventario.E002", "inventario.E004"}


def test_a_role_misspelt_for_the_second_factor_is_refused(settings):
    settings.DOS_FACTORES_OBLIGATORIO = ["administradores"]

    assert _ids(checks.clave_y_anfitriones()) == {"inventario.E005"}


def test_debug_under_several_workers_is_refused(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setenv("WEB_CONCURRENCY", "4")

    assert _ids(checks.clave_y_anfitriones()) == {"inventario.E003"}


def test_a_cache_of_each_worker_is_announced(settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    assert _ids(checks.cache()) == {"inventario.W003"}

    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    assert checks.cache() == []


@pytest.mark.parametrize(
    ("url", "avisa"),
    [
        ("postgres://u:p@db.example.com/x", True),
        ("postgres://u:p@db.example.com/x?sslmode=require", True),
        ("postgres://u:p@db.example.com/x?sslmode=verify-full", False),
        ("postgres://u:p@db.example.com/x?sslmode=verify-ca", True),
        ("postgres://u:p@db.example.com/x?sslrootcert=system", False),
        ("postgres://u:p@db,db.example.com/x", True),
        ("postgres://u:p@/x?host=a,db.example.com", True),
        ("postgres://u:p@/x?host=a,b", False),
        ("postgres://u:p@/x?host=/run,localhost", False),
        ("postgres://u:p@db/x?hostaddr=203.0.113.9", True),
        ("postgres://u:p@203.0.113.9/x", True),
        ("postgres://u:p@[2001:db8::1]/x", True),
        ("postgres://u:p@[::1]/x", False),
        ("postgres:///?service=fuera", True),
        ("postgres:///?service=dentro", False),
        ("postgres:///?service=probada", False),
        ("postgres:///?service=nobody", True),
        ("postgres://u:p@db/x", False),
        ("postgres://u:p@127.0.0.1/x", False),
        ("sqlite:///x", False),
    ],
)
def test_a_database_on_the_network_must_prove_who_it_is(settings, monkeypatch, tmp_path, url, avisa):
    servicios = (
        "[fuera]\nhost=db.example.com\n[dentro]\nhost=/run\n[probada]\nhost=db.example.com\nsslmode=verify-full\n"
    )
    (tmp_path / "servicios").write_text(servicios)
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "servicios"))
    settings.DATABASE_URL = url
    settings.DATABASE_URL_DIRECTA = settings.DATABASE_REPLICA_URL = ""

    assert _ids(checks.base_por_la_red()) == ({"inventario.W004"} if avisa else set())


def test_pooler_without_direct_connection_is_announced(settings):
    settings.DATABASE_URL, settings.DATABASE_URL_DIRECTA, settings.PGBOUNCER = "postgres://u:p@db/x", "", True

    assert _ids(checks.base_por_la_red()) == {"inventario.W005"}


@pytest.mark.parametrize(
    ("version", "defectuosa"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_sqlite_versions_with_the_wal_reset_bug_are_known(version, defectuosa):
    assert checks.wal_defectuoso(version) is defectuosa


@pytest.mark.parametrize(
    ("proxies", "cadena", "esperada"),
    [
        (0, "203.0.113.1", "127.0.0.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 10.0.0.1", "203.0.113.1"),
        (2, "203.0.113.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_client_cannot_invent_its_address(rf, settings, proxies, cadena, esperada):
    settings.DETRAS_DE_PROXY = proxies

    assert auditoria.del_cliente(rf.get("/", headers={"x-forwarded-for": cadena})) == esperada
