from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


def al_empezar_a_migrar(*, using: str, **kwargs: Any) -> None:
    from . import candado

    candado.quitar(connections[using])


def al_acabar_de_migrar(*, using: str, **kwargs: Any) -> None:
    from . import candado

    candado.instalar(connections[using])


class MovimientosConfig(AppConfig):
    name = "movimientos"
    auditados = ("motivo", "conteo")

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers them

        pre_migrate.connect(al_empezar_a_migrar, sender=self)
        post_migrate.connect(al_acabar_de_migrar, sender=self)
