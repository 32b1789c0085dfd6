from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventario.cuentas import acceso
from inventario.cuentas.dos_factores import services
from inventario.cuentas.models import Usuario


class Command(BaseCommand):
    help = "Take the second factor off a user who lost both the phone and the recovery codes. It is audited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("usuario")

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            usuario = Usuario.objects.get_by_natural_key(opciones["usuario"])
        except Usuario.DoesNotExist as error:
            raise CommandError("no such user") from error
        services.quitar(usuario)
        acceso.terminar_sesiones(usuario)  # one of them may be on the lost phone
        self.stdout.write(self.style.SUCCESS(f"{usuario} enters with the password alone until a new one is set up."))
