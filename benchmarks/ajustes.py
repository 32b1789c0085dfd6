"""Production settings, plus the no-op view that the dispatch is compared with."""

from inventario.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
