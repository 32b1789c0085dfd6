from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alertas import services
from alertas.verificacion import tandas
from inventario.dominio.transacciones import atomica
from inventario.plataforma.progreso import Progreso
from productos.models import Producto


class Command(BaseCommand):
    help = (
        "Rebuild the alerts of every product from its stock, and say what changed. Idempotent, and safe while people "
        "work and beside another run: each batch locks its products in a short transaction of its own."
    )

    def handle(self, *args: Any, **opciones: Any) -> None:
        hoy = timezone.localdate()
        recalcular = atomica(services.recalcular)
        total = dict.fromkeys(("nuevas", "modificadas", "resueltas", "borradas"), 0)
        with Progreso("productos", Producto.objects.count()) as progreso:
            for tanda in tandas():
                cambios = recalcular([p.pk for p in tanda], hoy)
                for clase in total:
                    total[clase] += len(getattr(cambios, clase))
                progreso.avanzar(len(tanda))
        self.stdout.write(
            "{nuevas} new, {modificadas} changed, {resueltas} resolved, {borradas} dropped".format(**total)
        )
