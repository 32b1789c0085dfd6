"""Whether what goes to a database by the network goes to that database and to nobody else."""

import configparser
import ipaddress
import os
from pathlib import Path
from typing import Any


def segura(base: dict[str, Any]) -> bool:
    """Whether each host of `base` is this machine, a socket or a container beside it, or must prove who it is."""
    dicho = _del_servicio(base["OPTIONS"].get("service") or os.environ.get("PGSERVICE", "")) | base["OPTIONS"]
    modo = (
        dicho.get("sslmode")
        or os.environ.get("PGSSLMODE")
        or ("verify-full" if dicho.get("sslrootcert") == "system" else "")
    )
    if modo == "verify-full":
        return True
    donde = (
        dicho.get("hostaddr")
        or os.environ.get("PGHOSTADDR")
        or base["HOST"]
        or dicho.get("host")
        or os.environ.get("PGHOST", "")
    )
    return all(_propio(anfitrion) for anfitrion in str(donde).split(","))


def _propio(anfitrion: str) -> bool:
    if anfitrion in {"", "localhost"} or anfitrion.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(anfitrion.strip("[]")).is_loopback
    except ValueError:
        return "." not in anfitrion.rstrip(".")  # the name of a container


def _del_servicio(nombre: str) -> dict[str, str]:
    """What libpq's file of services says of `nombre`; of one that is not there, a host that nobody knows."""
    if not nombre:
        return {}
    leido = configparser.ConfigParser(interpolation=None, strict=False)
    leido.read(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")
    return dict(leido[nombre]) if nombre in leido else {"host": "unknown.service"}
