from django.apps import AppConfig


class LotesConfig(AppConfig):
    name = "lotes"
    auditados = ("almacen", "lote")

    def ready(self) -> None:
        from productos.models import ProductoQuerySet

        from .models import Existencia

        ProductoQuerySet.existencias = Existencia.objects
