"""What the environment and `.env` say, as it was typed, or refused by the name of its variable. Nothing is guessed."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

SI, NO = {"true", "1", "yes", "y", "on", "t"}, {"false", "0", "no", "n", "off", "f"}
LINEA = re.compile(r"(?:export )?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
ESCAPADA = re.compile(r'\\(["\\$`])')
# django-environ's other names of PostgreSQL, for who used them.
POSTGRES = ("postgres", "postgresql", "pgsql", "psql")
AYUDA_URL = "write what is special in a URL (# ? / @ : % and spaces) as %23, %3F, %2F, %40, %3A, %25, %20"


def _rechazar(nombre: str, por_que: str) -> ImproperlyConfigured:
    """The value itself is not shown: it may be a secret."""
    return ImproperlyConfigured(f"{nombre}: {por_que}.")


def _numero(nombre: str, valor: str) -> int:
    if not re.fullmatch(r"\s*[0-9]{1,18}\s*", valor, re.ASCII):
        raise _rechazar(nombre, "it must be a whole number, 0 or more")
    return int(valor)


def _logico(nombre: str, valor: str) -> bool:
    dicho = valor.strip().lower()
    if dicho not in SI | NO:
        raise _rechazar(nombre, "it must be true or false")
    return dicho in SI


class Entorno(environ.Env):
    """django-environ's reader without what it guesses: `$` at the start of a value names no other variable, a word that is no
    boolean is not false, and what cannot be read is refused by name. An empty number or boolean is one that was not said.
    """

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        valor = self.ENVIRON.get(var)
        if valor is None or (valor.strip() == "" and cast in (int, bool)):
            if default is self.NOTSET:
                raise _rechazar(var, "it is required")
            return default
        if cast is bool:
            return _logico(var, valor)
        if cast is int:
            return _numero(var, valor)
        if cast is list:
            return [x.strip() for x in valor.split(",") if x.strip()]
        return valor

    def correo(self, nombre: str, defecto: str) -> dict[str, Any]:
        """Django's settings of e-mail for the URL in `nombre`."""
        url = self.get_value(nombre, default=defecto) or defecto
        if re.search(r"[\s#]", url):
            raise _rechazar(nombre, AYUDA_URL)
        esquema, _dos_puntos, resto = url.partition("://")
        try:  # django-environ reads + as a space
            return self.email_url_config(f"{esquema}://{resto.replace('+', '%2B')}")
        except (ValueError, KeyError, ImproperlyConfigured):
            raise _rechazar(nombre, f"it is no URL of e-mail; {AYUDA_URL}") from None


def leer_env(archivo: Path) -> None:
    """Set the variables of `archivo` that the environment does not have yet. What programs read in different ways is refused:
    a comment after a value, spaces around it, a quote without its pair, an escape that is none.
    """
    try:
        texto = archivo.read_text("utf-8-sig")
    except OSError:
        return
    for numero, linea in enumerate(texto.split("\n"), 1):
        linea = linea.removesuffix("\r")
        if not linea.strip() or linea.lstrip().startswith("#"):
            continue
        hallada = LINEA.fullmatch(linea)
        if hallada is None:
            raise _rechazar(f"{archivo.name}, line {numero}", "it must be NAME=value, without spaces around the sign")
        nombre, valor = hallada.groups()
        os.environ.setdefault(nombre, _sin_comillas(nombre, valor))


def _sin_comillas(nombre: str, valor: str) -> str:
    comilla = valor[:1]
    if comilla not in {"'", '"'} or not comilla:
        if valor != valor.strip() or re.search(r"\s#", valor):
            raise _rechazar(nombre, "it has a space at an end, or a comment after it: put it between single quotes")
        return valor
    dentro = valor[1:-1]
    if len(valor) < 2 or valor[-1] != comilla:
        raise _rechazar(nombre, "its quote is not closed at the end of the line")
    if comilla == "'":
        if "'" in dentro:
            raise _rechazar(nombre, "it has a single quote inside single quotes")
        return dentro
    if re.search(r'["\\]', ESCAPADA.sub("", dentro)):
        raise _rechazar(
            nombre, 'inside double quotes write \\" and \\\\ for a quote and a backslash, or use single quotes'
        )
    return ESCAPADA.sub(r"\1", dentro)


def base(nombre: str, url: str) -> dict[str, Any]:
    """Django's dict for the database at `url`, which `nombre` says: sqlite, or whatever libpq reads (several hosts, `service`,
    `options`…), with libpq's own reading of it.
    """
    esquema, _dos_puntos, resto = url.partition("://")
    if esquema == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": _archivo(nombre, resto)}
    if esquema not in POSTGRES:
        raise _rechazar(nombre, "it must begin with postgres:// or sqlite:///")
    try:
        dicho = conninfo_to_dict(f"postgresql://{resto}")
    except psycopg.Error:
        raise _rechazar(
            nombre, f"libpq does not understand it; {AYUDA_URL}"
        ) from None  # its words may hold the password
    if _dudosa(dicho):
        raise _rechazar(nombre, f"its host, port or name is none; {AYUDA_URL}")
    propios = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "inventario.plataforma.postgres",
        **{clave: str(dicho.pop(de_libpq, "")) for clave, de_libpq in propios.items()},
        "OPTIONS": dicho,
    }


def _dudosa(dicho: dict[str, Any]) -> bool:
    """Whether a password with a special character was read as part of something else."""
    anfitriones = [h for h in str(dicho.get("host", "")).split(",") if not h.startswith(("/", "@"))]
    puertos = [p for p in str(dicho.get("port", "")).split(",") if p]
    nombre = str(dicho.get("dbname", ""))
    return (
        any(re.search(r"[\s@#/]", h) for h in anfitriones)
        or any(not re.fullmatch(r"[0-9]{1,5}", p) for p in puertos)
        or bool(re.search(r"[@#]", nombre))
    )


def _archivo(nombre: str, resto: str) -> str:
    if resto == ":memory:":
        return resto
    if re.search(r"[#?]", resto) or not resto.startswith("/"):
        raise _rechazar(nombre, f"it must be sqlite:///path; {AYUDA_URL}")
    return unquote(resto[1:]) or ":memory:"
