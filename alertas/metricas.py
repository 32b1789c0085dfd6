"""Alerts that hold today, as figures."""

from collections.abc import Iterable

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from . import cache
from .models import Alerta


def familias() -> Iterable[GaugeMetricFamily]:
    """Alerts by severity and state, from the cache of alerts."""
    hoy = timezone.localdate()

    def contar() -> list[tuple[str, str, int]]:
        vigentes = Alerta.objects.vigentes(hoy).con_derivados(hoy).order_by()
        return list(
            vigentes.values("severidad", "estado").annotate(n=Count("pk")).values_list("severidad", "estado", "n")
        )

    familia = GaugeMetricFamily("inventario_alertas", "Alerts that hold today.", labels=["severidad", "estado"])
    for severidad, estado, cuantas in cache.recordar("metricas", hoy, contar):
        familia.add_metric([severidad, estado], cuantas)
    return [familia]
