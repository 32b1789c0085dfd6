import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from inventario.plataforma.postgres.client import para_programas


class Command(BaseCommand):
    help = (
        "Write a consistent backup of the database to FILE while everything goes on: VACUUM INTO on SQLite, pg_dump "
        "(custom format) on PostgreSQL, over DATABASE_URL_DIRECTA when there is one, from the host that its target_session_attrs "
        "asks for. It never overwrites a file and leaves none that is incomplete. Exit code: 0 written, 1 refused or failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archivo", type=Path)
        parser.add_argument(
            "--de-replica",
            action="store_true",
            help="of several hosts, dump a standby if there is one, to spare the primary",
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        destino: Path = opciones["archivo"]
        if destino.exists():
            raise CommandError(f"{destino} exists already")
        parcial = destino.with_name(destino.name + ".parcial")
        parcial.unlink(missing_ok=True)
        os.close(os.open(parcial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds everybody's data
        try:
            if connection.vendor == "sqlite":
                self._sqlite(parcial)
            else:
                self._postgres(
                    parcial, **({"target_session_attrs": "prefer-standby"} if opciones["de_replica"] else {})
                )
            parcial.replace(destino)
        finally:
            parcial.unlink(missing_ok=True)
        self.stdout.write(self.style.SUCCESS(f"{destino}: {destino.stat().st_size} bytes"))

    def _sqlite(self, parcial: Path) -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(parcial)])

    def _postgres(self, parcial: Path, **otros: str) -> None:
        carpeta = os.environ.get("PG_BINDIR", "")
        programa = shutil.which("pg_dump", path=carpeta or None)
        if programa is None:
            raise CommandError("no pg_dump: install postgresql-client, or say where it is in PG_BINDIR")
        cadena, secreto = para_programas(connection.get_connection_params(), **otros)
        entorno = {k: os.environ[k] for k in os.environ if k.startswith("PG")} | {"PATH": os.defpath, **secreto}
        entorno |= {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}  # ~/.pgpass and ~/.pg_service.conf
        orden = [
            programa,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={parcial}",
            f"--dbname={cadena}",
        ]
        try:
            hecho = subprocess.run(
                orden, env=entorno, capture_output=True, text=True, check=False, timeout=settings.DB_PLAZO_ORDENES
            )
        except subprocess.TimeoutExpired as error:
            raise CommandError(f"pg_dump did not end in {settings.DB_PLAZO_ORDENES} s (DB_PLAZO_ORDENES)") from error
        if hecho.returncode:
            raise CommandError(f"pg_dump: {hecho.stderr.strip()}")
