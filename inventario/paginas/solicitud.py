"""The request of a page, as types see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ..cuentas.models import Usuario


class Solicitud(HttpRequest):
    """What reaches a view: AccesoMiddleware lets nobody in without a login, and htmx's middleware has read its headers."""

    user: Usuario
    htmx: HtmxDetails
