"""What Prometheus reads. Counters live in each worker (and in PROMETHEUS_MULTIPROC_DIR, which sums them). Figures of the
database are asked at each scrape; a database that is down is a figure too, never an error.
"""

import os
import time
from collections.abc import Iterable, Iterator

from django.db import DatabaseError, connection
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

# Higher apps answer with an iterable of metric families. It is sent with send_robust: one that fails is left out.
metricas_pedidas = Signal()

SOLICITUDES = Histogram(
    "inventario_solicitud_segundos",
    "Time to answer a request, by view, method and status.",
    ["vista", "metodo", "estado"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OPERACIONES = Counter("inventario_operaciones", "Stock operations committed, by type.", ["tipo"])
RECHAZOS = Counter("inventario_rechazos", "Refusals of the domain, by code.", ["codigo"])
SESIONES = Counter("inventario_sesiones", "Logins: correct, failed, locked out.", ["resultado"])

METODOS = {
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
}  # clients may invent methods; labels must stay few


def medir(request: HttpRequest, respuesta: HttpResponse, segundos: float) -> None:
    hallada = request.resolver_match
    SOLICITUDES.labels(
        hallada.view_name or hallada.func.__name__ if hallada else "ninguna",
        request.method if request.method in METODOS else "otro",
        respuesta.status_code,
    ).observe(segundos)


def exposicion() -> bytes:
    """Everything, in the text format of Prometheus."""
    propias = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        propias = CollectorRegistry()
        MultiProcessCollector(propias)
    al_pedir = CollectorRegistry()
    al_pedir.register(_AlPedir())
    return generate_latest(propias) + generate_latest(al_pedir)


class _AlPedir:
    def describe(self) -> Iterable[Metric]:
        return ()  # so that registering it queries nothing

    def collect(self) -> Iterator[Metric]:
        disponible = GaugeMetricFamily("inventario_base_disponible", "Whether the database answers.")
        try:
            de_la_base = list(_base())
        except DatabaseError:
            disponible.add_metric([], 0)
            yield disponible
            return
        disponible.add_metric([], 1)
        yield disponible
        yield from de_la_base
        for _receptor, familias in metricas_pedidas.send_robust(sender=None):
            if not isinstance(familias, Exception):
                yield from familias


def _base() -> Iterator[Metric]:
    inicio = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        latencia = time.perf_counter() - inicio
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_database_size(current_database()), numbackends, deadlocks FROM pg_stat_database "
                "WHERE datname = current_database()"
            )
            tamano, conexiones, bloqueos = cursor.fetchone()
            yield GaugeMetricFamily("inventario_base_conexiones", "Open connections to the database.", conexiones)
            yield GaugeMetricFamily("inventario_base_interbloqueos", "Deadlocks since the last reset.", bloqueos)
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            (tamano,) = cursor.fetchone()
    yield GaugeMetricFamily("inventario_base_segundos", "Round trip of SELECT 1.", latencia)
    yield GaugeMetricFamily("inventario_base_bytes", "Size of the database.", tamano)
