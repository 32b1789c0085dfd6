"""How often somebody asks for something: one counter a minute, in the cache. A cache that is down limits nobody."""

import time

from django.core.cache import cache


def en_este_minuto(que: str, quien: int | None) -> int:
    """Count one more, and say how many there are. One round trip to the cache."""
    clave = f"{que}:{quien}:{int(time.time()) // 60}"
    try:
        return cache.incr(clave) or 1
    except ValueError:
        # The first one of this minute, or the cache was just emptied: never count on what was put there a moment ago.
        cache.add(clave, 1, 120)
        return 1


def falta() -> float:
    """Seconds to the next minute."""
    return 60 - time.time() % 60
