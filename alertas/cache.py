"""The cache of what is computed from alerts. A key holds the date and a version, and every commit that changes an alert
starts a new version.

A reader takes the version first and computes afterwards. If a commit comes in between, the value is stored under the old
version, which nobody reads any more. If the process dies between the commit and the new version, values live 60 seconds.
Processes must share the cache, or each would go on with a version of its own: with another kind nothing is cached.
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
    """`calcular()`, or the value it gave under the same `nombre`, `hoy` and version. It must not be None."""
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
    """A name for `recordar` made of values that people typed: short, and safe as a key in any cache."""
    return hashlib.sha256(repr(partes).encode()).hexdigest()[:32]


def invalidar() -> None:
    """Start a new version. Call it after the commit."""
    cache = caches["default"]
    if isinstance(cache, RedisTolerante):
        cache.anunciar(VERSION, uuid.uuid4().hex)
    elif compartida():
        cache.set(VERSION, uuid.uuid4().hex, None)
