"""Shared fixtures. Tests marked `postgres` (or `sqlite`) run only on that engine, those marked `necesita` only where the
program they name is installed: the others are left out, not skipped, and what a missing program leaves unchecked is said last.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from herramientas import programas

if TYPE_CHECKING:
    from inventario.cuentas.models import Usuario
    from lotes.models import Almacen

pytest_plugins = ["pruebas.navegador"]
# A loaded machine is slow, not wrong.
hypothesis.settings.register_profile(
    "inventario", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("inventario")


def pytest_configure(config: pytest.Config) -> None:
    """Each xdist worker empties a Redis database of its own, not the others' half way through a test."""
    numero = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if settings.CACHE_URL:
        settings.CACHES["default"]["LOCATION"] = settings.CACHE_URL.replace("?db=0", f"?db={numero}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ajenas = [x for x in ("postgres", "sqlite") if not connection.vendor.startswith(x)]
    faltan = set(programas.ausentes())
    if "chromium" in faltan:
        ajenas.append("navegador")
    fuera = {item for item in items if any(item.get_closest_marker(x) for x in ajenas) or faltan & _necesita(item)}
    config.hook.pytest_deselected(items=fuera)
    items[:] = [item for item in items if item not in fuera]


def _necesita(item: pytest.Item) -> set[str]:
    return {programa for marca in item.iter_markers("necesita") for programa in marca.args}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if texto := programas.aviso():
        terminalreporter.write_line(texto, red=True, bold=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database of an old shop: no id says by chance what another one means."""
    from inventario.demo.numeracion import envejecer
    from inventario.management.commands.inicializar import sembrar

    with django_db_blocker.unblock():
        envejecer()
        sembrar()


@pytest.fixture
def transactional_db(transactional_db: None) -> Iterator[None]:
    """Emptying the tables afterwards needs the ledger's triggers off; post_migrate puts them back."""
    from inventario.management.commands.inicializar import sembrar
    from movimientos import candado

    sembrar()
    yield
    candado.quitar(connection)


@pytest.fixture
def cache_compartida(settings: Settings, tmp_path: Path) -> None:
    """A cache that every process would share, whatever this run uses."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(autouse=True)
def cache_limpia() -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def empresa_sin_describir() -> None:
    """Nobody has described the company, and no test counts the query that would ask."""
    from inventario.empresa import actual
    from inventario.empresa.models import Empresa

    actual.fijar(Empresa())


@pytest.fixture
def almacen(db: None) -> "Almacen":
    from lotes.models import Almacen

    return Almacen.objects.predeterminado()


def _usuario(rol: str) -> "Usuario":
    from pruebas.factories import UsuarioFactory

    usuario = UsuarioFactory.create(username=rol)
    usuario.groups.add(Group.objects.get(name=rol))
    return usuario


@pytest.fixture
def consulta(db: None) -> "Usuario":
    return _usuario("consulta")


@pytest.fixture
def operador(db: None) -> "Usuario":
    return _usuario("operador")


@pytest.fixture
def supervisor(db: None) -> "Usuario":
    return _usuario("supervisor")


@pytest.fixture
def administrador(db: None) -> "Usuario":
    return _usuario("administrador")
