from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def al_acabar_de_migrar(*, using: str, **kwargs: Any) -> None:
    from . import limites

    limites.fijar(connections[using])


class InventarioConfig(AppConfig):
    name = "inventario"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers them

        post_migrate.connect(al_acabar_de_migrar, sender=self)
