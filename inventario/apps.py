import gc
from typing import Any

from django.apps import AppConfig
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


def al_acabar_de_migrar(*, using: str, **kwargs: Any) -> None:
    from .plataforma import limites

    limites.fijar(connections[using])


def al_entrar(*, request: Any, user: Any, **kwargs: Any) -> None:
    from .cuentas.dos_factores import services

    services.abrir(request.session)
    user.refresh_from_db(fields=["epoca"])  # as it is now, not as it was when the user was read
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()


class InventarioConfig(AppConfig):
    name = "inventario"

    def ready(self) -> None:
        from .cuentas import acceso, admin, auditoria  # noqa: F401  importing admin registers it
        from .plataforma import busqueda, checks  # noqa: F401  registers them

        # What was loaded lives as long as the process, and an operation of a hundred lines makes thousands of short-lived
        # tuples. With its defaults the collector would walk all of them again and again.
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

        auditoria.conectar()
        acceso.conectar()
        connection_created.connect(busqueda.en_sqlite)
        user_logged_in.connect(al_entrar)
        post_migrate.connect(al_acabar_de_migrar, sender=self)
