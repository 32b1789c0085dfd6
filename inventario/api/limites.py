"""So many requests a minute for each user (API_LIMITE_POR_MINUTO; 0, no limit)."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle


class LimitePorUsuario(BaseThrottle):
    """A counter per user and minute: one round trip to the cache. A cache that is down limits nobody."""

    def allow_request(self, request: Request, view: Any) -> bool:
        limite = settings.API_LIMITE_POR_MINUTO
        if not limite:
            return True
        clave = f"api:limite:{request.user.pk}:{int(time.time()) // 60}"
        try:
            cuenta = cache.incr(clave)
        except ValueError:
            # The first one of this minute, or the cache was just emptied: never count on what was put there a moment ago.
            cache.add(clave, 1, 120)
            return True
        return cuenta is None or cuenta <= limite

    def wait(self) -> float:
        return 60 - time.time() % 60
