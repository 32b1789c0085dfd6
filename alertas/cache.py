"""The cache of alerts. Its keys hold today's date and a version that every commit which changes an alert replaces.

A reader takes the version before it computes: if a commit comes in between, what it stores lies under the old version,
which nobody asks for again. A short life covers a crash between the commit and the new version. With a cache that the
processes do not share every process would keep its own version and serve stale alerts: then nothing is cached.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from inventario.plataforma.cache import RedisTolerante

T = TypeVar("T")
VERSION = "alertas:version"
SEGUNDOS = 60


def compartida() -> bool:
    return not isinstance(caches["default"], LocMemCache | DummyCache)


def _version() -> str | None:
    cache = caches["default"]
    version = cache.get(VERSION)
    if version is None:
        cache.add(VERSION, uuid.uuid4().hex, None)
        version = cache.get(VERSION)
    return version


def recordar(nombre: str, hoy: date, calcular: Callable[[], T]) -> T:
    """`calcular()`, or what it gave before under the same `nombre`, `hoy` and version. Values must not be None."""
    version = _version() if compartida() else None
    if version is None:  # not shared, or Redis is down
        return calcular()
    clave = f"alertas:{hoy}:{version}:{nombre}"
    valor = caches["default"].get(clave)
    if valor is None:
        valor = calcular()
        caches["default"].set(clave, valor, SEGUNDOS)
    return valor


def clave_de(*partes: object) -> str:
    """A name for `recordar` out of what a person may have typed: short, and safe in any cache."""
    return hashlib.sha256(repr(partes).encode()).hexdigest()[:32]


def invalidar() -> None:
    """Start a new version. Call it after the commit."""
    cache = caches["default"]
    if isinstance(cache, RedisTolerante):
        cache.anunciar(VERSION, uuid.uuid4().hex)
    elif compartida():
        cache.set(VERSION, uuid.uuid4().hex, None)
