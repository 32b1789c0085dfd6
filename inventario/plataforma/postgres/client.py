"""What a program of PostgreSQL needs to reach the database as Django does: every parameter of libpq, the password apart."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.backends.postgresql import client
from psycopg.conninfo import make_conninfo

# Of Django and psycopg, which libpq does not know.
AJENOS = {
    "autocommit",
    "prepare_threshold",
    "context",
    "row_factory",
    "cursor_factory",
    "assume_role",
    "isolation_level",
    "pool",
}
AJENOS |= {"server_side_binding", "client_encoding"}


def para_programas(parametros: Mapping[str, Any], **otros: str) -> tuple[str, dict[str, str]]:
    """A connection string, which anybody may see among the processes, and the environment with what nobody may."""
    de_libpq = {k: v for k, v in parametros.items() if k not in AJENOS and v is not None} | otros
    secreto = {"PGPASSWORD": str(de_libpq.pop("password"))} if "password" in de_libpq else {}
    return make_conninfo("", **de_libpq), secreto


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`. Django's loses `target_session_attrs`, with several hosts, and what else it does not know."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        propios = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        de_django = {v: settings_dict[k] for k, v in propios.items() if settings_dict.get(k)}
        cadena, secreto = para_programas({**settings_dict["OPTIONS"], **de_django})
        return [cls.executable_name, *parameters, cadena], secreto or None
