"""A database of version 1.0, made by its own code (pruebas/datos): it migrates, proves itself, and serves its clients."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from pruebas.ayudas import hoy_mas

DATOS = Path(settings.BASE_DIR) / "pruebas" / "datos"
BASE = "version_1_0"
# What clients of then do now: a token, an open session, two requests sent again with their keys, and addresses.
CLIENTES = """
import json, sys
from django.test import Client
entrada = json.load(sys.stdin)
api = Client(headers={"Authorization": "Token " + entrada["token"]})
web = Client(); web.cookies["sessionid"] = entrada["sesion"]
def repetir(ruta, clave, cuerpo):
    r = api.post(ruta, cuerpo, content_type="application/json", headers={"Idempotency-Key": clave})
    return [r.status_code, r.headers.get("Idempotency-Replayed"), r.json()]
rutas = "/ /productos/ /productos/1/ /lotes/1/ /operaciones/1/ /alertas/ /reportes/kardex/ /despacho/".split()
json.dump({
    "api": api.get("/api/v1/productos/").status_code,
    "web": {ruta: web.get(ruta).status_code for ruta in rutas},
    "repetidas": [repetir(*p[:3]) for p in entrada["peticiones"]],
}, sys.stdout)
"""


@pytest.fixture
def url(tmp_path, db):
    """A fresh copy of that database on the engine of this run."""
    guion = (DATOS / f"{BASE}_{connection.vendor}.sql").read_text()
    if connection.vendor == "sqlite":
        with sqlite3.connect(tmp_path / "base.sqlite3") as base:
            base.executescript(guion)
        yield f"sqlite:///{tmp_path}/base.sqlite3"
        return
    s = connection.settings_dict
    donde = {"host": s["HOST"] or s["OPTIONS"].get("host"), "port": s["PORT"], "user": s["USER"]}
    nombre = f"{BASE}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    with psycopg.connect(dbname="postgres", autocommit=True, **donde) as servidor:
        servidor.execute(f"DROP DATABASE IF EXISTS {nombre}")
        servidor.execute(f"CREATE DATABASE {nombre}")
        with psycopg.connect(dbname=nombre, autocommit=True, **donde) as base:
            base.execute(guion)
        yield f"postgres://{donde['user']}@:{donde['port']}/{nombre}?host={donde['host']}"
        servidor.execute(f"DROP DATABASE {nombre} WITH (FORCE)")


@pytest.fixture
def manage(url):
    def _manage(*orden, entrada=""):
        entorno = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "DEBUG": "true", "LOG_LEVEL": "ERROR"}
        hecho = subprocess.run(
            [sys.executable, "manage.py", *orden], cwd=settings.BASE_DIR, input=entrada, capture_output=True, text=True,
            check=False, env=entorno | {"ALLOWED_HOSTS": "testserver"},
        )  # fmt: skip
        assert hecho.returncode == 0, hecho.stdout + hecho.stderr
        return hecho.stdout

    return _manage


@pytest.mark.lento
def test_it_migrates_there_and_back_verifies_and_serves_its_clients(manage):
    for orden in (["migrate"], ["verificar"], ["migrate", "movimientos", "0001"], ["migrate"], ["verificar"]):
        manage(*orden, *(["--verbosity", "0"] if orden[0] == "migrate" else []))
    datos = json.loads((DATOS / f"{BASE}_{connection.vendor}.json").read_text())
    # The session would have ended by itself twelve hours after it was opened.
    sesion = (
        f"from django.contrib.sessions.models import Session; Session.objects.update(expire_date='{hoy_mas(2)}T00:00Z')"
    )
    manage("shell", "-v0", "-c", sesion)

    visto = json.loads(manage("shell", "-v0", "-c", CLIENTES, entrada=json.dumps(datos)))

    assert visto["api"] == 200
    assert set(visto["web"].values()) == {200}
    assert visto["repetidas"] == [[201, "true", respuesta] for _r, _k, _c, respuesta in datos["peticiones"]]
    manage("verificar")


def test_a_migration_writes_only_in_the_database_that_it_migrates():
    """`mudar` migrates a second database: a manager that does not say which one would write in the first."""
    sin_decir = re.compile(r"\.(?:objects|_base_manager|_default_manager)\b(?!\.using\(|\.db_manager\()")
    raiz = Path(settings.BASE_DIR)
    mal = [
        f"{f.relative_to(raiz)}: {m[0]}"
        for f in raiz.glob("*/migrations/*.py")
        for m in sin_decir.finditer(f.read_text())
    ]
    assert not mal
