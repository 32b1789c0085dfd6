"""Production settings, plus the no-op view that the dispatch is compared with."""

import os

from inventario.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = os.environ["BENCH_ESTATICOS"]
