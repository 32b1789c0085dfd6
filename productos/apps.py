from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


def al_empezar_a_migrar(*, using: str, **kwargs: Any) -> None:
    from . import gtines

    gtines.quitar(connections[using])


def al_acabar_de_migrar(*, using: str, **kwargs: Any) -> None:
    from . import gtines

    gtines.instalar(connections[using])


class ProductosConfig(AppConfig):
    name = "productos"
    auditados = ("categoria", "producto", "empaque")

    def ready(self) -> None:
        pre_migrate.connect(al_empezar_a_migrar, sender=self)
        post_migrate.connect(al_acabar_de_migrar, sender=self)
