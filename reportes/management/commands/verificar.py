import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from alertas.verificacion import verificar as verificar_alertas
from inventario.dominio.texto import normalizar_codigo
from inventario.dominio.transacciones import instantanea
from movimientos.verificacion import Hallazgo
from movimientos.verificacion import verificar as verificar_libro
from productos.models import Producto


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
        parser.add_argument("--producto", metavar="SKU", help="only this product")

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

    def _hallazgos(self, sku: str | None) -> Iterator[Hallazgo]:
        producto = None
        if sku is not None:
            producto = Producto.objects.filter(sku=normalizar_codigo(sku)).values_list("pk", flat=True).first()
            if producto is None:
                raise CommandError(f"no product {sku}", returncode=2)
        return chain(verificar_libro(producto=producto), verificar_alertas(hoy=timezone.localdate(), producto=producto))
