"""Values of the environment and of `.env`: as they were typed, or refused by name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from inventario import entorno

RAROS = [
    "$q3v",
    "$SECRET_KEY",
    "a$b",
    "a#b",
    "#a",
    "100%",
    "%s",
    "a b",
    'a"b',
    "a'b",
    "a\\b",
    "\\$x",
    "a=b",
    "línea",
    "a\nb",
    " x ",
]


@pytest.fixture
def env(monkeypatch):
    monkeypatch.setattr(entorno.Entorno, "ENVIRON", {})
    return entorno.Entorno()


@pytest.mark.parametrize("valor", RAROS)
def test_a_text_of_the_environment_is_what_was_typed(env, valor):
    env.ENVIRON["X"] = valor

    assert env.str("X", "by default") == valor


@pytest.mark.parametrize("valor", [x for x in RAROS if "\n" not in x])
def test_a_text_between_quotes_in_a_file_is_what_was_typed(tmp_path, monkeypatch, valor):
    archivo = tmp_path / ".env"
    monkeypatch.setattr(os, "environ", {})
    doble = valor.replace("\\", "\\\\").replace('"', '\\"')
    archivo.write_text(f'# comment\n\nexport DOBLE="{doble}"\r\n' + (f"SIMPLE='{valor}'\n" if "'" not in valor else ""))

    entorno.leer_env(archivo)

    assert set(os.environ.values()) == {valor}
    assert "DOBLE" in os.environ


def test_a_file_does_not_change_what_the_environment_says(tmp_path, monkeypatch):
    archivo = tmp_path / ".env"
    archivo.write_text("A=file\nB=a$b#c%d\\e\nC=\n")
    monkeypatch.setattr(os, "environ", {"A": "environment"})

    entorno.leer_env(archivo)
    entorno.leer_env(tmp_path / "none")

    assert os.environ == {"A": "environment", "B": "a$b#c%d\\e", "C": ""}


@pytest.mark.parametrize(
    "linea",
    [
        "CLAVE=a #b",
        "CLAVE= zq",
        "CLAVE=zq ",
        "CLAVE='a",
        'CLAVE="a',
        "CLAVE='a' # b",
        "CLAVE='a'b'",
        'CLAVE="a\\nb"',
        'CLAVE="a"b"',
        "CLAVE='",
    ],
)
def test_what_programs_would_read_differently_is_refused_by_its_name_and_without_its_value(tmp_path, linea):
    archivo = tmp_path / ".env"
    archivo.write_text(f"{linea}\n")

    with pytest.raises(ImproperlyConfigured, match=r"^CLAVE: ") as hecho:
        entorno.leer_env(archivo)
    assert linea.removeprefix("CLAVE=") not in str(hecho.value)


@pytest.mark.parametrize("linea", ["CLAVE = a", "CLAVE", "1A=b", "á=b"])
def test_a_line_that_says_nothing_is_refused_by_its_number(tmp_path, linea):
    archivo = tmp_path / ".env"
    archivo.write_text(f"A=b\n{linea}\n")

    with pytest.raises(ImproperlyConfigured, match=r"^\.env, line 2: "):
        entorno.leer_env(archivo)


def test_an_empty_number_or_boolean_was_not_said(env):
    env.ENVIRON.update(X="", Y=" ")

    assert (env.int("X", 5), env.bool("Y", True), env.list("X", default=["a"]), env.str("X", "a")) == (5, True, [], "")


URLS = {
    "postgres://u:$p%23+'x@h/db": {"PASSWORD": "$p#+'x", "HOST": "h", "NAME": "db", "OPTIONS": {}},
    "postgres://u@h1:5432,h2:5433/db?target_session_attrs=read-write": {
        "HOST": "h1,h2", "PORT": "5432,5433", "OPTIONS": {"target_session_attrs": "read-write"},
    },
    "postgresql:///db?host=a,b&sslmode=require": {"HOST": "a,b", "OPTIONS": {"sslmode": "require"}},
    "postgres:///?service=tienda": {"HOST": "", "NAME": "", "OPTIONS": {"service": "tienda"}},
    "postgres://u@[2001:db8::1]:5432/db": {"HOST": "2001:db8::1", "PORT": "5432"},
    "sqlite:///a+b%20c": {"NAME": "a+b c"},
    "sqlite:////x/y.sqlite3": {"NAME": "/x/y.sqlite3"},
    "sqlite://:memory:": {"NAME": ":memory:"},
}  # fmt: skip


@pytest.mark.parametrize("url", URLS)
def test_the_url_of_a_database_is_read_as_libpq_does(url):
    leida = entorno.base("X", url)

    assert {clave: leida[clave] for clave in URLS[url]} == URLS[url]


@pytest.mark.parametrize(
    "url",
    ["postgres://u:a@b@h/db", "postgres://u:a/b@h/db", "postgres://u:100%@h/db", "postgres://u:a b@h/db", "postgres://u@h/db?no_such=1",
     "postgres://u@h:port/db", "postgres://u@h/db#x", "mysql://h/db", "", "sqlite:///a?b", "sqlite://a"],
)  # fmt: skip
def test_a_url_that_could_be_read_otherwise_is_refused_by_name_and_its_password_is_not_shown(url):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL: ") as hecho:
        entorno.base("DATABASE_URL", url)
    assert hecho.value.__cause__ is None
    assert "100%@" not in str(hecho.value)


def test_the_url_of_the_mail_server_is_as_typed_or_refused(env):
    env.ENVIRON["EMAIL_URL"] = "smtp+tls://a%40b.example:x+$y%23@mail.example:587"

    leida = env.correo("EMAIL_URL", "consolemail://")
    assert (leida["EMAIL_HOST_USER"], leida["EMAIL_HOST_PASSWORD"], leida["EMAIL_PORT"]) == (
        "a@b.example",
        "x+$y#",
        587,
    )
    for mala in ("smtp://a:b#c@h", "nada://h", "smtp://a:b@h:puerto"):
        env.ENVIRON["EMAIL_URL"] = mala
        with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL: "):
            env.correo("EMAIL_URL", "consolemail://")


def _leidas(metodo: str) -> list[str]:
    return re.findall(
        rf'env\.{metodo}\(\s*"([A-Z0-9_]+)"', (Path(settings.BASE_DIR) / "inventario/settings.py").read_text()
    )


@pytest.mark.parametrize("nombre", [*_leidas("int"), *_leidas("bool")])
def test_each_number_and_boolean_of_the_settings_refuses_what_is_none_by_its_name(env, nombre):
    for malo in ("$5", "abc", "-1", "1.5", "٥", "5 #", "sí"):
        env.ENVIRON[nombre] = malo
        leer = env.int if nombre in _leidas("int") else env.bool
        with pytest.raises(ImproperlyConfigured, match=f"^{nombre}: "):
            leer(nombre, 1)


def test_the_settings_start_with_strange_values_and_keep_them():
    limpio = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    valores = {
        "SECRET_KEY": "$q#% \"'\\" + "x" * 50,
        "METRICS_TOKEN": "$token",
        "MONEDA": "$",
        "OTP_TOTP_ISSUER": "#1 %",
    }
    texto = f"import os; from inventario import settings as s; assert all(getattr(s, k) == os.environ[k] for k in {[*valores]})"
    hecho = subprocess.run(
        [sys.executable, "-c", texto], cwd=settings.BASE_DIR, env=limpio | valores | {"ALLOWED_HOSTS": "x.example"}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip

    assert hecho.returncode == 0, hecho.stderr


def test_there_are_numbers_and_booleans_to_walk_through():
    assert len(_leidas("int")) > 8
    assert len(_leidas("bool")) > 4
