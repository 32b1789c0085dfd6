from django.apps import AppConfig


class AlertasConfig(AppConfig):
    name = "alertas"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  connects them
