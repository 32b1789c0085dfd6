"""What a backup and a restore must not lose: the host that was asked for, and the time limits of a session."""

import pytest
from django.db import connection

from herramientas import servidores
from herramientas.servidor_web import entorno, manage
from inventario.plataforma import checks, limites
from inventario.plataforma.postgres.base import DatabaseWrapper
from movimientos.verificacion.esquema import comprobar_esquema

pytestmark = pytest.mark.postgres


@pytest.mark.lento
def test_a_backup_of_several_hosts_is_of_the_one_that_was_asked_for(tmp_path):
    """One server that refuses to write, as a standby does, and one that does not; each with a table that tells it."""
    with servidores.postgres("default_transaction_read_only=on") as solo, servidores.postgres() as otro:
        solo.psql("BEGIN READ WRITE; CREATE TABLE de_solo (x int); COMMIT")
        otro.psql("CREATE TABLE de_otro (x int)")
        url = f"postgres://postgres@/postgres?host={solo.base},{otro.base}&port={solo.puerto},{otro.puerto}"
        variables = entorno(url + "&target_session_attrs=read-write", PG_BINDIR=str(otro.bindir))
        for opciones, tabla in (([], b"de_otro"), (["--de-replica"], b"de_solo")):
            archivo = tmp_path / tabla.decode()
            manage(variables, "respaldar", str(archivo), *opciones, "--skip-checks")
            assert tabla in archivo.read_bytes()


def test_a_program_of_postgresql_gets_every_parameter_and_the_password_apart():
    dicho = connection.settings_dict | {
        "PASSWORD": "a b'c",
        "OPTIONS": {"target_session_attrs": "read-write", "sslmode": "prefer"},
    }

    orden, secreto = DatabaseWrapper(dicho, "default").client.settings_to_cmd_args_env(dicho, ["-c", "SELECT 1"])

    assert secreto == {"PGPASSWORD": "a b'c"}
    assert "target_session_attrs=read-write" in orden[-1]
    assert "a b" not in " ".join(orden)


def test_limits_that_a_restore_did_not_bring_are_said_by_every_door(transactional_db, client, settings):
    settings.PGBOUNCER, settings.ORDEN = True, True
    nombre = connection.ops.quote_name(connection.settings_dict["NAME"])
    assert {h.codigo for h in comprobar_esquema()} == {"limite_ausente"}
    assert {a.id for a in checks.limites_de_sesion(databases=["default"])} == {"inventario.W006"}

    limites.fijar(connection)  # as migrate does

    try:
        assert limites.faltantes(connection) == []
        assert list(comprobar_esquema()) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {nombre} RESET ALL")

    settings.ORDEN = False
    assert "avisos" not in client.get("/salud/lista/").json()  # this session has them
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
    assert client.get("/salud/lista/").json()["avisos"] == [
        "session without lock_timeout: run migrate, then reconnect the pooler"
    ]
