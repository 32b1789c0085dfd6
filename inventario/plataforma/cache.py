"""A Redis cache that may be down, or hold what another program or another version put there: a miss, never an error."""

import hashlib
import logging
import pickle
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient, RedisSerializer
from redis import Connection, ConnectionPool, Redis
from redis.exceptions import RedisError, TimeoutError

registro = logging.getLogger("inventario.cache")
SELLO = b"inventario:1:"  # before every value of ours that is not an integer


@cache
def edicion() -> str:
    """A name for the code that runs. What is kept for later and depends on classes, queries or templates carries it, so that
    of two versions that share a cache during an upgrade neither reads what the other keeps.
    """
    suma = hashlib.sha256(f"{django.VERSION}".encode())
    for carpeta in ("inventario", *settings.DOMINIO, "templates", "locale"):
        for ruta in sorted((settings.BASE_DIR / carpeta).rglob("*.*")):
            if ruta.suffix in {".py", ".html", ".mo"} and "tests" not in ruta.parts:
                suma.update(ruta.read_bytes())
    return suma.hexdigest()[:16]


class Ilegible(RedisError):
    """What Redis holds under a key is not ours: a miss."""


class Sobre(RedisSerializer):
    """Pickle inside an envelope: what has no seal is not even tried. Integers go bare, so that Redis can count with them."""

    def dumps(self, obj: Any) -> Any:
        return obj if type(obj) is int else SELLO + pickle.dumps(obj, pickle.HIGHEST_PROTOCOL)

    def loads(self, data: Any) -> Any:
        if not data.startswith(SELLO):
            return _entero(data)
        try:
            return pickle.loads(data[len(SELLO) :])  # noqa: S301  written by dumps
        except Exception as error:
            raise Ilegible from error


def _entero(data: bytes) -> int:
    try:
        return int(data)
    except ValueError as error:
        raise Ilegible from error


DESCANSO = 2.0  # seconds in which a Redis that did not answer is not asked: each question would wait for its silence
_callada_hasta = float("-inf")


def _fallar(nombre: str, error: RedisError) -> None:
    global _callada_hasta  # noqa: PLW0603  one Redis for a process
    if isinstance(error, TimeoutError):
        _callada_hasta = time.monotonic() + DESCANSO
    registro.warning("cache %s failed: %s", nombre, type(error).__name__)


def _tolerante(nombre: str, al_fallar: object) -> Callable[..., Any]:
    def metodo(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _callada_hasta:
            try:
                return getattr(RedisCache, nombre)(self, *args, **kwargs)
            except RedisError as error:
                _fallar(nombre, error)
        if nombre == "get":
            return kwargs.get("default", args[1] if len(args) > 1 else None)
        return al_fallar() if callable(al_fallar) else al_fallar

    return metodo


class _Cliente(RedisCacheClient):
    """Keeps redis-py's client for each pool. Django builds one for each call, which is nearly half of the call's cost."""

    # Django's own, of which its stubs say nothing.
    _client: type[Redis]
    _serializer: RedisSerializer
    _get_connection_pool: Callable[[bool], ConnectionPool]

    def __init__(self, servers: list[str], **opciones: Any) -> None:
        super().__init__(servers, serializer=Sobre(), **opciones)

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        pool = self._get_connection_pool(write)
        clientes: dict[ConnectionPool, Redis] = self.__dict__.setdefault("clientes", {})
        if pool not in clientes:
            clientes[pool] = self._client(connection_pool=pool)
        return clientes[pool]


class RedisTolerante(RedisCache):
    _cache: _Cliente  # as Django has it, of the class given here

    def __init__(self, servidor: str, parametros: dict[str, Any]) -> None:
        super().__init__(servidor, parametros)
        self._class = _Cliente
        self._avisos: Connection | None = None

    def anunciar(self, clave: str, valor: Any) -> None:
        """`set` without expiry and without waiting: the answer is read before the next one is sent, on a connection of its own.
        Every operation on stock ends with one; waiting took a sixth of its time.
        """
        if time.monotonic() < _callada_hasta:
            return
        orden = ("SET", self.make_and_validate_key(clave), self._cache._serializer.dumps(valor))
        for ultimo in (False, True):
            try:
                if self._avisos is None:
                    self._avisos = self._cache.get_client(write=True).connection_pool.get_connection()
                else:
                    self._avisos.read_response()
                self._avisos.send_command(*orden)
                return
            except RedisError as error:
                if self._avisos is not None:
                    self._avisos.disconnect()
                    self._avisos = None
                if ultimo or isinstance(error, TimeoutError):
                    _fallar("anunciar", error)
                    return

    add = _tolerante("add", False)
    get = _tolerante("get", None)
    set = _tolerante("set", None)
    touch = _tolerante("touch", False)
    delete = _tolerante("delete", False)
    get_many = _tolerante("get_many", dict)
    set_many = _tolerante("set_many", list)
    delete_many = _tolerante("delete_many", None)
    has_key = _tolerante("has_key", False)
    incr = _tolerante("incr", None)
    clear = _tolerante("clear", False)
