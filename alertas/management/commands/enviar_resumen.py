from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alertas import resumen
from inventario.plataforma.progreso import Progreso


class Command(BaseCommand):
    help = (
        "E-mail each subscriber the alerts that are new, or got worse, since their last digest, with a CSV. Sends "
        "nothing when nothing is new, and at most one e-mail a day each: run it as often as you like. Exit code: 0 "
        "done, 1 some could not be sent (the log says which)."
    )

    def handle(self, *args: Any, **opciones: Any) -> None:
        with Progreso("correos", len(resumen.suscriptores())) as progreso:
            r = resumen.enviar(hoy=timezone.localdate(), avanzar=progreso.avanzar)
        self.stdout.write(f"{r.enviados} sent, {r.sin_novedad} without news, {r.fallidos} failed")
        if r.fallidos:
            raise CommandError("some digests could not be sent", returncode=1)
