import contextlib
import logging
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from inventario.cuentas.models import Usuario
from inventario.demo import final, tienda, vaciar
from inventario.demo.historia import Historia
from inventario.demo.numeracion import envejecer
from inventario.demo.personas import CLAVE, PERSONAS
from inventario.demo.ritmo import APERTURA
from inventario.empresa.models import Empresa
from inventario.plataforma.progreso import Progreso
from lotes.models import Lote
from movimientos.models import Movimiento, Operacion
from productos.models import Producto

SEMILLA = 20


@contextlib.contextmanager
def _en_silencio() -> Iterator[None]:
    """Write no log line for each of thousands of operations, nor Django's record of each query (a fifth of the time)."""
    registro = logging.getLogger("inventario.operacion")
    nivel, depurar = registro.level, settings.DEBUG
    registro.setLevel(logging.WARNING)
    settings.DEBUG = False
    try:
        yield
    finally:
        registro.setLevel(nivel)
        settings.DEBUG = depurar


class Command(BaseCommand):
    help = (
        "Fill an empty database with a believable pharmacy: about 200 products, 3 warehouses, 900 lots and a year of "
        "movements up to today, all made through the services, the same every time but for the date. Creates one user "
        "per role with a public password, which it prints. All or nothing. Run `inicializar` before. Exit code: 0 done, "
        "1 refused (the database has products, or DEBUG is off)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--usuarios", action="store_true", help="only print the users of the demo")
        parser.add_argument("--vaciar", action="store_true", help="take the demo away and start empty")
        parser.add_argument(
            "--si-vacia", action="store_true", help="nothing, with exit code 0, if it has products or left the demo"
        )
        parser.add_argument("--forzar", action="store_true", help="also with DEBUG off: the passwords are public")
        parser.add_argument("--escala", type=float, default=1, help="part of the catalogue, from 0 to 1 (1)")
        parser.add_argument("--dias", type=int, default=365, help="length of the history, from 70 to 730 days (365)")

    def handle(self, *args: Any, **opciones: Any) -> None:
        if opciones["usuarios"]:
            self._usuarios()
            return
        if opciones["vaciar"]:
            self._vaciar()
            return
        if not 0 < opciones["escala"] <= 1 or not 70 <= opciones["dias"] <= 730:
            raise CommandError("--escala goes from 0 to 1, --dias from 70 to 730")
        if opciones["si_vacia"] and (Producto.objects.exists() or Empresa.objects.exists()):
            return
        if Producto.objects.exists():
            raise CommandError("the database already has products: the demo only fills an empty one")
        if not settings.DEBUG and not opciones["forzar"]:
            raise CommandError("DEBUG is off and the demo's passwords are public: --forzar if you are sure")
        with _en_silencio(), transaction.atomic():
            self._llenar(timezone.localdate(), opciones["dias"], opciones["escala"])
        self.stdout.write(
            self.style.SUCCESS(
                f"Demo ready: {Producto.objects.count()} products, {Lote.objects.count()} lots, "
                f"{Operacion.objects.count()} operations, {Movimiento.objects.count()} ledger lines."
            )
        )
        if not opciones["si_vacia"]:
            self._usuarios()

    def _vaciar(self) -> None:
        try:
            vaciar.vaciar()
        except vaciar.HayDatos as error:
            raise CommandError(
                "this is no demo, or somebody who is not of it recorded something: nothing was deleted"
            ) from error
        self.stdout.write(self.style.SUCCESS("The demo is gone, and its users with it."))
        self.stdout.write(
            "Make yours: DJANGO_SUPERUSER_USERNAME=... DJANGO_SUPERUSER_PASSWORD=... manage.py inicializar"
        )

    def _llenar(self, hoy: date, dias: int, escala: float) -> None:
        envejecer()
        azar = random.Random(SEMILLA)  # noqa: S311  the same pharmacy every time
        arranque = timezone.now()
        inicio = hoy - timedelta(days=dias)
        historia = Historia(tienda.abrir(escala, azar), azar, inicio, hoy)
        with Progreso("demo", dias + 1) as progreso:
            for n in range(dias + 1):
                historia.jugar(inicio + timedelta(days=n))
                final.fechar_alertas(arranque, historia.reloj.momento)
                progreso.avanzar()
        vaciar.marcar()
        apertura = datetime.combine(inicio, APERTURA, timezone.get_current_timezone())
        final.cerrar(historia.tienda, azar, hoy, apertura)

    def _usuarios(self) -> None:
        faltan = {p.usuario for p in PERSONAS} - set(
            Usuario.objects.filter(username__in=[p.usuario for p in PERSONAS]).values_list("username", flat=True)
        )
        if faltan:
            self.stdout.write("This database was not filled by the demo: use your own users.")
            return
        self.stdout.write(f"\nUsers of the demo (password of all: {CLAVE})")
        for p in PERSONAS:
            self.stdout.write(f"  {p.usuario:<14} {p.grupo or 'superuser'}")
        self.stdout.write("")
