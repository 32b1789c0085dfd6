import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction

from inventario.cuentas import roles
from inventario.cuentas.models import Usuario
from inventario.plataforma.puesta_a_punto import TurnoOcupado, turno
from lotes.models import Almacen
from movimientos import catalogo


def sembrar() -> Almacen:
    """Add what is missing of the rows that every database needs: roles, reasons, a default warehouse, which it returns."""
    roles.sembrar()
    catalogo.sembrar()
    almacen = Almacen.objects.filter(predeterminado=True).first()
    if almacen is None:
        almacen, _nuevo = Almacen.objects.update_or_create(
            codigo="PRINCIPAL",
            defaults={"activo": True, "predeterminado": True},
            create_defaults={"nombre": "Principal", "predeterminado": True},
        )
    return almacen


class Command(BaseCommand):
    help = (
        "Make the database ready: migrations, roles and their permissions, reasons, the default warehouse and, if "
        "DJANGO_SUPERUSER_USERNAME and DJANGO_SUPERUSER_PASSWORD are set (DJANGO_SUPERUSER_EMAIL too, if wanted), a "
        "superuser. Run it on every deploy: it adds what is missing and leaves the rest as it is (an existing user "
        "keeps its password). Two at once take turns. Exit code: 0 ready, 1 refused, 2 the database could not be reached "
        "or somebody else kept the turn."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--espera", type=float, default=300, metavar="SECONDS", help="how long to wait for another run (300)"
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        superusuario = self._superusuario_pedido()
        try:
            with turno(opciones["espera"]):
                self._migrar(opciones["verbosity"])
                with transaction.atomic():
                    self._sembrar(superusuario)
        except TurnoOcupado as error:
            raise CommandError("another `inicializar` is running and did not end in time", returncode=2) from error
        except DatabaseError as error:
            raise CommandError(f"the database refused: {error}", returncode=2) from error
        self.stdout.write(self.style.SUCCESS("Ready."))

    def _superusuario_pedido(self) -> Usuario | None:
        """The superuser the environment asks for, checked before anything is touched."""
        nombre = os.environ.get("DJANGO_SUPERUSER_USERNAME", "")
        clave = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if not nombre and not clave:
            return None
        if not nombre or not clave:
            raise CommandError("DJANGO_SUPERUSER_USERNAME and DJANGO_SUPERUSER_PASSWORD go together: one is missing")
        usuario = Usuario(
            username=Usuario.normalize_username(nombre),
            email=os.environ.get("DJANGO_SUPERUSER_EMAIL", ""),
            is_staff=True,
            is_superuser=True,
        )
        usuario.set_password(clave)
        try:
            usuario.clean_fields()
            validate_password(clave, usuario)
        except ValidationError as error:
            raise CommandError("DJANGO_SUPERUSER_*: " + " ".join(error.messages)) from error
        return usuario

    def _migrar(self, verbosidad: int) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")  # an index on a large ledger takes its time
        call_command("migrate", interactive=False, verbosity=max(verbosidad - 1, 0))
        self.stdout.write("Migrations: up to date")

    def _sembrar(self, superusuario: Usuario | None) -> None:
        for dicho in roles.sembrar() or ["as they are"]:
            self.stdout.write(f"Roles: {dicho}")
        almacen = sembrar()
        self.stdout.write(f"Reasons: {len(catalogo.MOTIVOS)}")
        self.stdout.write(f"Default warehouse: {almacen}")
        if superusuario is None:
            return
        if Usuario.objects.filter(username=superusuario.username).exists():
            self.stdout.write(f"Superuser: {superusuario.username} exists, left as it is")
        else:
            superusuario.save()
            self.stdout.write(f"Superuser: {superusuario.username} created")
