"""A Redis cache that may be down: a miss, never an error."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

registro = logging.getLogger("inventario.cache")


def _tolerante(nombre: str, al_fallar: Any):
    def metodo(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, nombre)(self, *args, **kwargs)
        except RedisError as error:
            registro.warning("cache %s failed: %s", nombre, type(error).__name__)
            if nombre == "get":
                return kwargs.get("default", args[1] if len(args) > 1 else None)
            return al_fallar() if callable(al_fallar) else al_fallar

    return metodo


class RedisTolerante(RedisCache):
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
