import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from alertas.verificacion import verificar as verificar_alertas
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.transacciones import instantanea
from movimientos.verificacion import Hallazgo
from movimientos.verificacion import verificar as verificar_libro
from reportes.management.nombrado import hallar


class Command(BaseCommand):
    help = (
        "Prove that the ledger, the balances and the alerts agree, and that the database still refuses to rewrite "
        "history. Reads one snapshot and writes nothing. Exit code: 0 all is well, 1 something was found (each line "
        "names what and which row), 2 it could not run."
    )
    # A system check fails when a trigger is missing. Here that is a finding, and must not stop the command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object per finding, one per line")
        parser.add_argument(
            "--producto", metavar="PRODUCT", help="only this product: its id, SKU, GTIN or part of its name"
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        hallados = 0
        try:
            with instantanea():
                for hallazgo in self._hallazgos(opciones["producto"]):
                    hallados += 1
                    linea = json.dumps(hallazgo.datos(), ensure_ascii=False) if opciones["json"] else str(hallazgo)
                    self.stdout.write(linea)
        except DatabaseError as error:
            raise CommandError(f"could not run: {error}", returncode=2) from error
        if hallados:
            raise CommandError(f"{hallados} found", returncode=1)
        if not opciones["json"]:
            self.stdout.write(self.style.SUCCESS("OK"))

    def _hallazgos(self, dicho: str | None) -> Iterator[Hallazgo]:
        try:
            producto = None if dicho is None else hallar("producto", dicho)
        except DatosInvalidos as error:
            raise CommandError(" ".join(error.errores["producto"]), returncode=2) from error
        return chain(verificar_libro(producto=producto), verificar_alertas(hoy=timezone.localdate(), producto=producto))
