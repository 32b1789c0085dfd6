import os
import subprocess
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections

from inventario.management import mudanza


class Command(BaseCommand):
    help = (
        "Copy the whole database to another one, of either engine: from SQLite to PostgreSQL when a shop outgrows it, or back. "
        "The target is made if it has no tables; it must be empty and of the same version. Nobody can write in the source "
        "meanwhile: stop the service. Run again after an interruption, it goes on. It ends when `verificar` finds nothing in "
        "both. Exit code: 0 copied and verified, 1 refused or something was found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--a", required=True, metavar="URL", help="the target, written as DATABASE_URL")

    def handle(self, *args: Any, **opciones: Any) -> None:
        url = opciones["a"]
        self._conectar(url)
        self._verificar("source", {})
        try:
            if not connections[mudanza.DESTINO].introspection.table_names():
                call_command("migrate", database=mudanza.DESTINO, verbosity=0)
            with mudanza.quieta():
                mudanza.preparar(self._identidad())
                cuentas = mudanza.copiar()
        except mudanza.Imposible as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"{error}. What arrived stays: run it again to go on.") from error
        finally:
            connections[mudanza.DESTINO].close()
        self._verificar("target", {"DATABASE_URL": url, "DATABASE_URL_DIRECTA": "", "PGBOUNCER": "false"})
        filas = sum(cuentas.values())
        self.stdout.write(
            self.style.SUCCESS(f"{filas} rows of {len(cuentas)} tables. Now point DATABASE_URL to the target.")
        )

    def _conectar(self, url: str) -> None:
        try:
            base = import_module(settings.SETTINGS_MODULE).base_de_datos("--a", url, pooler=False, orden=True)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        connections.settings[mudanza.DESTINO] = connections.configure_settings({"default": base})["default"]
        propia, otra = connection.settings_dict, connections.settings[mudanza.DESTINO]
        if all(propia[x] == otra[x] for x in ("ENGINE", "NAME", "HOST", "PORT")):
            raise CommandError("source and target are the same database")

    def _identidad(self) -> str:
        propia = connection.settings_dict
        return f"{connection.vendor}:{propia['HOST']}:{propia['PORT']}:{propia['NAME']}"[:500]

    def _verificar(self, cual: str, otras: dict[str, str]) -> None:
        hecho = subprocess.run(
            [sys.executable, "manage.py", "verificar"], cwd=settings.BASE_DIR, env=os.environ | otras, capture_output=True,
            text=True, check=False, timeout=settings.DB_PLAZO_ORDENES,
        )  # fmt: skip
        if hecho.returncode:
            raise CommandError(f"verificar says of the {cual}: {hecho.stdout[-2000:]}{hecho.stderr[-2000:]}")
