"""Which pages may use the camera: those that say so. Everywhere else the browser refuses it to any script."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse


def con_camara(vista: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(vista)
    def envoltura(*args: Any, **kwargs: Any) -> HttpResponse:
        respuesta = vista(*args, **kwargs)
        respuesta.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        return respuesta

    return envoltura
