"""A shop moves from one engine to the other, and back: all of it, once, also when the move is killed half way."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from herramientas import servidores
from herramientas.servidor_web import RAIZ, entorno, manage, python

pytestmark = [pytest.mark.lento, pytest.mark.sqlite]  # each test has both engines: once is enough

TIENDA = """
from django.contrib.auth.models import Group
from herramientas import llamadas
from inventario.cuentas import tokens
from inventario.cuentas.models import Usuario
from datetime import date, timedelta
from lotes.models import Almacen
from productos.models import Categoria, Producto
quien = Usuario.objects.create_user("ana", password="una-clave-larga", is_superuser=True)
quien.groups.add(*Group.objects.all())
tokens.crear(usuario=quien, nombre="caja")
p = Producto.objects.create(sku="Ñ-1", nombre="Ácido fólico 'x' $", stock_minimo=5)
otro = Almacen.objects.create(codigo="OTRO", nombre="Otro")
for n in range(12):
    e = llamadas.registrar_entrada(quien, [(p.pk, 10, f"L{n}", date.today() + timedelta(days=3 + n))])
    llamadas.despachar(quien, [(p.pk, 4)], contraparte="Piso 3")
Categoria.objects.create(nombre="breve").delete()
"""


@pytest.fixture(scope="module")
def pg() -> Iterator[servidores.Postgres]:
    with servidores.postgres() as servidor:
        yield servidor


@pytest.fixture(scope="module")
def tienda(tmp_path_factory) -> str:
    """The URL of a shop on SQLite."""
    url = f"sqlite:///{tmp_path_factory.mktemp('tienda')}/tienda.sqlite3"
    variables = entorno(url, LOG_LEVEL="ERROR")
    manage(variables, "inicializar")
    python(variables, "manage.py", "shell", "-v0", "-c", TIENDA)
    return url


def _mudar(origen: str, destino: str) -> str:
    return manage(entorno(origen, LOG_LEVEL="ERROR"), "mudar", "--a", destino)


def _volcado(url: str) -> Any:
    """Every row of every model, and the next id of a category."""
    variables = entorno(url, LOG_LEVEL="ERROR")
    texto = manage(variables, "dumpdata", "--all", "--exclude", "sessions")
    siguiente = python(
        variables, "manage.py", "shell", "-v0", "-c",
        "from productos.models import Categoria; c = Categoria.objects.create(nombre='x'); print(c.pk); c.delete()",
    )  # fmt: skip
    return json.loads(texto), siguiente


def _nueva(pg: servidores.Postgres, nombre: str) -> str:
    pg.psql(f"CREATE DATABASE {nombre}")
    return pg.url_de(nombre)


def test_a_shop_moves_to_postgresql_and_back_and_nothing_is_other(pg, tienda, tmp_path):
    en_postgres, de_vuelta = _nueva(pg, "ida"), f"sqlite:///{tmp_path}/vuelta.sqlite3"

    assert "rows of" in _mudar(tienda, en_postgres)
    assert "rows of" in _mudar(en_postgres, de_vuelta)

    antes = _volcado(tienda)
    assert "Ñ-1" in {fila["fields"].get("sku") for fila in antes[0]}
    assert _volcado(en_postgres) == antes
    assert _volcado(de_vuelta) == antes
    with pytest.raises(RuntimeError, match="not empty"):
        _mudar(tienda, en_postgres)
    with pytest.raises(RuntimeError, match="the same database"):
        _mudar(tienda, tienda)


def test_a_move_that_was_killed_goes_on(pg, tienda):
    destino = _nueva(pg, "matada")
    orden = [sys.executable, "manage.py", "mudar", "--a", destino]
    for filas in (1, 24):  # killed twice: once some lines have arrived, once more of them have
        with subprocess.Popen(orden, cwd=RAIZ, env=entorno(tienda, LOG_LEVEL="ERROR")) as proceso:
            limite = time.monotonic() + 120
            while proceso.poll() is None and time.monotonic() < limite and _lineas(pg, "matada") < filas:
                time.sleep(0.01)
            proceso.send_signal(signal.SIGKILL)

    assert "rows of" in _mudar(tienda, destino)
    assert _volcado(destino) == _volcado(tienda)
    assert "inventario_mudanza" not in pg.psql("SELECT relname FROM pg_class", "matada").stdout


def _lineas(pg: servidores.Postgres, base: str) -> int:
    hecho = pg.psql("SELECT count(*) FROM movimientos_operacion", base, comprobar=False)
    return int(hecho.stdout or 0)


def test_a_target_of_another_version_is_refused_and_nobody_writes_meanwhile(pg, tienda, tmp_path):
    destino = _nueva(pg, "otra")
    manage(entorno(destino, LOG_LEVEL="ERROR"), "migrate", "-v0")
    pg.psql("DELETE FROM django_migrations WHERE app = 'alertas'", "otra")

    with pytest.raises(RuntimeError, match="other migrations"):
        _mudar(tienda, destino)


def test_a_writer_in_the_source_is_waited_for_or_the_move_is_refused(pg):
    origen, destino = _nueva(pg, "ocupada"), _nueva(pg, "ocupada_destino")
    manage(entorno(origen, LOG_LEVEL="ERROR"), "inicializar")

    with psycopg.connect(host=str(pg.base), port=pg.puerto, user="postgres", dbname="ocupada") as otra:
        otra.execute("UPDATE lotes_almacen SET nombre = nombre")
        with pytest.raises(RuntimeError, match="lock timeout"):
            _mudar(origen, destino)
    assert "rows of" in _mudar(origen, destino)
