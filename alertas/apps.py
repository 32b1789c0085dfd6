from django.apps import AppConfig


class AlertasConfig(AppConfig):
    name = "alertas"

    def ready(self) -> None:
        from productos.models import ProductoQuerySet

        from . import receivers  # noqa: F401  connects them
        from .models import Alerta

        ProductoQuerySet.avisos = Alerta.objects
