"""docs/api.md runs as it is written."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from inventario.cuentas import tokens
from movimientos.models import Operacion
from pruebas.factories import UsuarioFactory

DOC = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.mark.necesita("curl")
def test_the_tour_runs_as_written(transactional_db, live_server):
    usuario = UsuarioFactory(username="ana")
    usuario.groups.add(Group.objects.get(name="supervisor"))
    bloques = re.findall(r"```sh\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    guion = "set -euo pipefail\n" + "\n".join(bloques).replace("curl -sS", "curl -sS -w '\\n%{stderr}%{http_code}\\n'")
    entorno = {"PATH": os.environ["PATH"], "BASE": live_server.url, "TOKEN": tokens.crear(usuario=usuario)[1]}

    r = subprocess.run(["bash", "-c", guion], env=entorno, capture_output=True, text=True, timeout=60, check=False)  # noqa: S607

    assert r.returncode == 0, r.stderr
    assert r.stderr.split() == ["200", "201", "201", "200", "200", "201", "409", *["200"] * 6, "201"]
    assert "409 stock_insuficiente" in r.stdout
    assert list(Operacion.objects.order_by("pk").values_list("tipo", flat=True)) == ["entrada", "despacho", "reverso"]
