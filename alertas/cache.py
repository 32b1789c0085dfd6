"""The cache of what is computed from alerts. A key holds the date, the edition of the code and a version, and every commit
that changes an alert starts a new version.

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

from inventario.plataforma.cache import RedisTolerante, edicion

T = TypeVar("T")
VERSION = "alertas:version"
SEGUNDOS = 60


def compartida() -> bool:
    return not isinstance(caches["default"], LocMemCache | DummyCache)


def _version() -> str | None:
    """The version in force, which all editions of the code share: each has to hear of the others' commits."""
    cache = caches["default"]
    for poner in (cache.add, cache.set):  # `set` also over what is no version
        version = cache.get(VERSION)
        if isinstance(version, str):
            return version
        poner(VERSION, uuid.uuid4().hex, None)
    version = cache.get(VERSION)
    return version if isinstance(version, str) else None


def recordar(nombre: str, hoy: date, calcular: Callable[[], T]) -> T:
    """`calcular()`, or the value it gave under the same `nombre`, `hoy` and version.

    What is kept says what it is of: anything else under that key is a miss.
    """
    version = _version() if compartida() else None
    if version is None:  # not shared, or Redis is down
        return calcular()
    clave = f"alertas:{edicion()}:{hoy}:{version}:{nombre}"
    match caches["default"].get(clave):
        case (str(de), valor) if de == clave:
            return valor
    valor = calcular()
    caches["default"].set(clave, (clave, valor), SEGUNDOS)
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
