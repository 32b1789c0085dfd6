"""Failed attempts, counted by name and address in the table of axes: aged out with its cool-off, and never too many.

What a stranger sends is not kept: a name that fails, from where and how often, and nothing else of the request.
"""

import ipaddress
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.db.models import F
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from .auditoria import del_cliente

POR_DIRECCION = 100  # names that fail from one address within the cool-off; the rest are refused without being kept
EN_TOTAL = 20_000  # of all the addresses; then the oldest go


def red_del_cliente(request: HttpRequest) -> str:
    """The address that attempts are counted by. Who has an IPv6 network has more addresses than there are rows: its /64."""
    return _red(del_cliente(request))


def _red(direccion: str) -> str:
    try:
        ip = ipaddress.ip_address(direccion)
    except ValueError:
        return direccion
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def _podar() -> None:
    """Delete what the cool-off has aged out, and the oldest of too many."""
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - (get_cool_off() or timedelta(hours=1))).delete()
    sobran = AccessAttempt.objects.order_by("-attempt_time", "-pk").values("pk")[EN_TOTAL : EN_TOTAL + 1000]
    if sobran:
        AccessAttempt.objects.filter(pk__in=[fila["pk"] for fila in sobran]).delete()


def de(nombre: str, direccion: str) -> AccessAttempt | None:
    """The recent failures of `nombre` from `direccion`."""
    desde = timezone.now() - (get_cool_off() or timedelta(hours=1))
    return AccessAttempt.objects.filter(username=nombre, ip_address=_red(direccion), attempt_time__gte=desde).first()


def sumar(nombre: str, direccion: str) -> None:
    _podar()
    AccessAttempt.objects.get_or_create(
        username=nombre, ip_address=_red(direccion), user_agent="", defaults={"failures_since_start": 0}
    )
    AccessAttempt.objects.filter(username=nombre, ip_address=_red(direccion)).update(
        failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now()
    )


def olvidar(nombre: str, direccion: str) -> None:
    AccessAttempt.objects.filter(username=nombre, ip_address=_red(direccion)).delete()


class Manejador(AxesDatabaseHandler):
    """Axes' own, but a stranger can neither fill the table nor choose what is in it."""

    def user_login_failed(
        self, sender: Any, credentials: dict, request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        _podar()
        nombre = get_client_username(request, credentials)
        de_aqui = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)  # type: ignore[attr-defined]  # axes'
        if not de_aqui.filter(username=nombre).exists() and de_aqui.count() >= POR_DIRECCION:
            vars(request).update({"axes_locked_out": True, "axes_credentials": credentials})
            return
        vars(request).update({"axes_user_agent": "", "axes_http_accept": ""})
        dicho = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = dicho
