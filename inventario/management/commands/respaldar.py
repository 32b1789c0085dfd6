import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection


class Command(BaseCommand):
    help = (
        "Write a consistent backup of the database to FILE while everything goes on: VACUUM INTO on SQLite, pg_dump "
        "(custom format) on PostgreSQL, over DATABASE_URL_DIRECTA when there is one. It never overwrites a file and "
        "leaves none that is incomplete. Exit code: 0 written, 1 refused or failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archivo", type=Path)

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
                self._postgres(parcial)
            parcial.replace(destino)
        finally:
            parcial.unlink(missing_ok=True)
        self.stdout.write(self.style.SUCCESS(f"{destino}: {destino.stat().st_size} bytes"))

    def _sqlite(self, parcial: Path) -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(parcial)])

    def _postgres(self, parcial: Path) -> None:
        carpeta = os.environ.get("PG_BINDIR", "")
        programa = shutil.which("pg_dump", path=carpeta or None)
        if programa is None:
            raise CommandError("no pg_dump: install postgresql-client, or say where it is in PG_BINDIR")
        p = connection.get_connection_params()
        datos = {
            "PGHOST": p.get("host"),
            "PGPORT": p.get("port"),
            "PGUSER": p.get("user"),
            "PGPASSWORD": p.get("password"),
        }
        datos |= {"PGDATABASE": p.get("dbname"), "PGSSLMODE": p.get("sslmode"), "PGSSLROOTCERT": p.get("sslrootcert")}
        entorno = {"PATH": os.defpath} | {k: str(v) for k, v in datos.items() if v}
        orden = [programa, "--format=custom", "--no-owner", "--no-privileges", f"--file={parcial}"]
        hecho = subprocess.run(orden, env=entorno, capture_output=True, text=True, check=False)
        if hecho.returncode:
            raise CommandError(f"pg_dump: {hecho.stderr.strip()}")
