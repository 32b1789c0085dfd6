from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inventario.cuentas.models import Token, Usuario

DIAS_MAXIMOS = 3650


class Command(BaseCommand):
    help = (
        "Create a key to the API for USUARIO and print it, alone, on standard output. It is stored only as its hash: this "
        "is the one time it can be read. The key can do what the user can. Exit code: 0 created, 1 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("usuario", help="name of an active user")
        parser.add_argument("--nombre", default="API", help="what its owner will recognise it by (API)")
        parser.add_argument("--caduca", type=int, metavar="DIAS", help="days it works for; left out, until deleted")

    def handle(self, *args: Any, **opciones: Any) -> None:
        dias = opciones["caduca"]
        if dias is not None and not 1 <= dias <= DIAS_MAXIMOS:
            raise CommandError(f"--caduca is a number of days from 1 to {DIAS_MAXIMOS}")
        usuario = Usuario.objects.filter(username=opciones["usuario"]).first()
        if usuario is None:
            raise CommandError(f"no user {opciones['usuario']}")
        if not usuario.is_active:
            raise CommandError(f"{usuario} is disabled: its key would not work")
        try:
            nombre = Token._meta.get_field("nombre").clean(opciones["nombre"], None)
        except ValidationError as error:
            raise CommandError("--nombre: " + " ".join(error.messages)) from error
        token, clave = Token.objects.create(usuario, expiry=dias and timedelta(days=dias), nombre=nombre)
        hasta = f"until {timezone.localtime(token.expiry):%Y-%m-%d %H:%M}" if token.expiry else "until it is deleted"
        self.stderr.write(f"Key {nombre} of {usuario}, good {hasta}. Keep it: it cannot be shown again.")
        self.stdout.write(clave)
