"""A durable PostgreSQL, Redis, the databases to measure on, Django in this process and gunicorn in front."""

import contextlib
import io
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from herramientas.cliente import DE_PROXY
from herramientas.servidor_web import Web, entorno, manage, web
from herramientas.servidores import Postgres, postgres, redis

from . import datos

if TYPE_CHECKING:
    from django.test import Client

    from inventario.cuentas.models import Usuario

PEQUENA, GRANDE, SUELO = "pequena", "grande", "suelo"
# What no measured page shows takes most of the time that compressing takes.
AJENOS = ["drf_spectacular_sidecar", "admin", "rest_framework"]


@dataclass(slots=True)
class Entorno:
    servidor: Postgres
    carpeta: Path
    llave: str  # an API token of the user who measures, valid in every database
    hoy: date
    rapido: bool
    segundos_de_carga: dict[str, float]

    def usar(self, base: str) -> None:
        """From now on this process's Django works on `base`."""
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = base

    def variables(self, base: str) -> dict[str, str]:
        """The environment of another process that works on `base`."""
        return {**os.environ, "DATABASE_URL": self.servidor.url_de(base)}

    def web(self, base: str) -> contextlib.AbstractContextManager[Web]:
        """gunicorn as in production on `base`."""
        return web(self.variables(base) | {"LOG_LEVEL": "INFO"}, self.carpeta / "gunicorn.log")

    def navegador(self, base: str) -> "Client":
        """Django's test client on `base`, where it has logged in: a request without the network."""
        from django.conf import settings
        from django.test import Client

        self.usar(base)
        cliente = Client(headers=DE_PROXY)
        cliente.force_login(usuario(), settings.AUTHENTICATION_BACKENDS[-1])
        return cliente

    def conninfo(self, base: str) -> str:
        return f"host={self.servidor.base} port={self.servidor.puerto} user=postgres dbname={base}"

    def filas(self, base: str, tabla: str) -> int:
        return int(self.servidor.psql(f"SELECT count(*) FROM {tabla}", base).stdout)


@contextlib.contextmanager
def preparar(tamano: str, bases: set[str]) -> Iterator[Entorno]:
    """Everything started and `bases` loaded (PEQUENA always)."""
    with contextlib.ExitStack() as pila:
        carpeta = Path(pila.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        servidor = pila.enter_context(postgres("max_wal_size=4GB", duradero=True))
        cache, _proceso = pila.enter_context(redis())
        os.environ |= entorno(
            servidor.url,
            CACHE_URL=cache,
            DJANGO_SETTINGS_MODULE="benchmarks.ajustes",
            API_LIMITE_POR_MINUTO="0",
            LOG_LEVEL="WARNING",
            STATIC_ROOT=str(carpeta / "estaticos"),
            GUNICORN_THREADS="4",
        )
        import django
        from django.core.management import call_command
        from django.utils import timezone

        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=AJENOS)
        preparado = Entorno(servidor, carpeta, sembrar(), timezone.localdate(), tamano == "quick", {})
        _llenar(preparado, datos.GRANDE[tamano], bases)
        yield preparado
        preparado.usar("postgres")


def sembrar() -> str:
    """Make the database ready, with a supervisor called `medidor`, and return the key of an API token of theirs."""
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from inventario.cuentas import tokens
    from inventario.cuentas.models import Usuario

    call_command("inicializar", stdout=io.StringIO())
    medidor = Usuario.objects.create(username="medidor")
    medidor.groups.add(Group.objects.get(name="supervisor"))
    return tokens.crear(usuario=medidor)[1]


def _llenar(entorno: Entorno, grande: datos.Tamano, bases: set[str]) -> None:
    from django.db import connection

    connection.close()
    for base, tamano in ((PEQUENA, datos.PEQUENA), (GRANDE, grande)):
        if base not in {PEQUENA, *bases}:
            continue
        print(f"loading {base}: {tamano.productos:,} products, {tamano.lotes:,} lots, {tamano.movimientos:,} movements")
        entorno.servidor.psql(f"CREATE DATABASE {base} TEMPLATE postgres", "template1")
        segundos = datos.cargar(entorno.conninfo(base), tamano, entorno.hoy)
        inicio = time.perf_counter()
        manage(entorno.variables(base), "recalcular_alertas")
        entorno.segundos_de_carga[base] = segundos
        entorno.segundos_de_carga[f"{base}: recalcular_alertas"] = time.perf_counter() - inicio
        entorno.servidor.psql("VACUUM ANALYZE", base)
        print(f"  {segundos:.0f} s, and {time.perf_counter() - inicio:.0f} s for its alerts")
    entorno.servidor.psql(f"CREATE DATABASE {SUELO} TEMPLATE {PEQUENA}", "template1")


def usuario() -> "Usuario":
    """The user who measures, as a door hands it to a service: read in this request, its permissions already asked."""
    from inventario.cuentas.models import Usuario

    medidor = Usuario.objects.get(username="medidor")
    medidor.has_perm("movimientos.despachar")
    return medidor
