"""The types, severities and states of an alert. Not in `models`, so that the rules need no database."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tipo(TextChoices):
    SIN_STOCK = "sin_stock", _("Sin stock")
    STOCK_BAJO = "stock_bajo", _("Stock bajo")
    SOBRESTOCK = "sobrestock", _("Sobrestock")
    POR_CADUCAR = "por_caducar", _("Por caducar")
    CADUCADO = "caducado", _("Caducado")


class Severidad(TextChoices):
    AVISO = "aviso", _("Aviso")
    IMPORTANTE = "importante", _("Importante")
    CRITICA = "critica", _("Crítica")


class Estado(TextChoices):
    ABIERTA = "abierta", _("Abierta")
    RECONOCIDA = "reconocida", _("Reconocida")
    POSPUESTA = "pospuesta", _("Pospuesta")
    RESUELTA = "resuelta", _("Resuelta")
