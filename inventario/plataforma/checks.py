"""System checks that find a dangerous deployment. gunicorn.conf.py runs them: errors stop the start, warnings are printed."""

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from .. import entorno
from ..cuentas.roles import ROLES
from . import limites
from .postgres import red


def _produccion() -> bool:
    return not settings.DEBUG and not settings.PRUEBAS


@register(Tags.security)
def clave_y_anfitriones(**kwargs: Any) -> list[CheckMessage]:
    avisos: list[CheckMessage] = []
    if _produccion() and settings.SECRET_KEY == settings.CLAVE_DE_DESARROLLO:
        avisos.append(
            Error(
                "SECRET_KEY is the one of development, which anybody can read.",
                hint='python -c "import secrets; print(secrets.token_urlsafe(50))"',
                id="inventario.E001",
            )
        )
    if _produccion() and "*" in settings.ALLOWED_HOSTS:
        avisos.append(Error("ALLOWED_HOSTS accepts any host.", hint="Name yours.", id="inventario.E002"))
    if settings.DEBUG and int(os.environ.get("WEB_CONCURRENCY", "1")) > 1:
        avisos.append(
            Error("DEBUG is on in a server of several workers: it shows code and settings.", id="inventario.E003")
        )
    if _produccion() and 0 < len(settings.METRICS_TOKEN) < 20:
        avisos.append(Error("METRICS_TOKEN is too short to be a secret.", hint="20 or more.", id="inventario.E004"))
    desconocidos = set(settings.DOS_FACTORES_OBLIGATORIO) - set(ROLES)
    if desconocidos:
        # A misspelt role would silently leave its people without a second factor.
        avisos.append(
            Error(f"DOS_FACTORES_OBLIGATORIO names no role: {', '.join(sorted(desconocidos))}.", id="inventario.E005")
        )
    return avisos


@register(Tags.security, deploy=True)
def web(**kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG or settings.HTTPS:
        return []
    return [
        Warning(
            "HTTPS is off: passwords and sessions travel in the clear.",
            hint="Put a proxy with TLS in front; HTTPS=true and DETRAS_DE_PROXY=1.",
            id="inventario.W001",
        )
    ]


def wal_defectuoso(version: Sequence[int]) -> bool:
    """Whether this SQLite may corrupt a WAL database that several connections write (the WAL-reset bug of 3.7.0 to
    3.51.2, mended also in the lines of 3.44 and 3.50: https://sqlite.org/wal.html#walresetbug).
    """
    v = tuple(version)
    mendada = (3, 44, 6) <= v < (3, 45) or (3, 50, 7) <= v < (3, 51)
    return (3, 7, 0) <= v < (3, 51, 3) and not mendada


@register(Tags.database)
def sqlite(**kwargs: Any) -> list[CheckMessage]:
    if connections["default"].vendor != "sqlite" or not _produccion():
        return []
    avisos: list[CheckMessage] = []
    if wal_defectuoso(sqlite3.sqlite_version_info):
        avisos.append(
            Warning(
                f"SQLite {sqlite3.sqlite_version} has a bug that in rare cases corrupts a database in WAL mode.",
                hint="Use 3.51.3, 3.50.7, 3.44.6 or later of their lines, or PostgreSQL; keep backups (respaldar).",
                id="inventario.W002",
            )
        )
    return avisos


@register(Tags.caches)
def cache(**kwargs: Any) -> list[CheckMessage]:
    compartida = "LocMem" not in settings.CACHES["default"]["BACKEND"]
    if compartida or int(os.environ.get("WEB_CONCURRENCY", "1")) < 2:
        return []
    return [
        Warning(
            "Several workers and a cache that they do not share: alerts are not cached, and throttles count per worker.",
            hint="CACHE_URL=redis://…",
            id="inventario.W003",
        )
    ]


@register(Tags.security, deploy=True)
def base_por_la_red(**kwargs: Any) -> list[CheckMessage]:
    """A database on another machine whose certificate is not verified."""
    avisos: list[CheckMessage] = []
    urls = {n: getattr(settings, n) for n in ("DATABASE_URL", "DATABASE_URL_DIRECTA", "DATABASE_REPLICA_URL")}
    for nombre, url in urls.items():
        if url and not url.startswith("sqlite:") and not red.segura(entorno.base(nombre, url)):
            avisos.append(
                Warning(
                    f"{nombre} does not verify the server's certificate.",
                    hint="Add ?sslmode=verify-full&sslrootcert=… to it.",
                    id="inventario.W004",
                )
            )
    if settings.PGBOUNCER and not settings.DATABASE_URL_DIRECTA:
        avisos.append(
            Warning(
                "PGBOUNCER without DATABASE_URL_DIRECTA: migrations would go through the pooler.", id="inventario.W005"
            )
        )
    return avisos


@register(Tags.database)
def limites_de_sesion(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Behind a pooler the role must carry the limits. Asked only with `check --database`."""
    if "default" not in (databases or ()):
        return []
    if faltan := limites.faltantes(connections["default"]):
        return [
            Warning(
                f"Sessions through the pooler have no {', '.join(faltan)}: a restore does not bring them.",
                hint="Run migrate with PGBOUNCER=true and DATABASE_URL_DIRECTA, then reconnect the pooler.",
                id="inventario.W006",
            )
        ]
    return []
