"""Sessions in the database, read through the cache."""

from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as EnCacheYBase


class SessionStore(EnCacheYBase):
    cache_key_prefix = "sesion:"

    def load(self) -> dict[str, Any]:
        """What the cache holds of the session if that is a session, else what the database does."""
        datos = super().load()
        if not isinstance(datos, dict):
            self._cache.delete(self.cache_key)
            datos = super().load()
        return datos
