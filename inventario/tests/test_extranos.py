"""A stranger at every route, with every method, invented names, huge values and wrong codes: nothing is left of it in any table,
and the few rows that are, have a bound.
"""

import itertools
import json
import uuid

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from inventario.cuentas import intentos
from inventario.cuentas.models import Auditoria
from pruebas.ayudas import nuevo_lote
from pruebas.factories import ProductoFactory, UsuarioFactory

from .test_cabeceras import LUGARES

METODOS = ("GET", "POST", "PATCH", "DELETE")
FALLOS_AL_DIA = 20  # of each known user, in the audit
# What a stranger may leave, and how much of it.
ACOTADAS = {AccessAttempt: intentos.POR_DIRECCION, Auditoria: 2 * FALLOS_AL_DIA}


def filas():
    """How many rows each table has, those between models too."""
    return {m: m._default_manager.count() for m in apps.get_models(include_auto_created=True) if m._meta.managed}


def campos(n):
    """A body with the names that some door reads, and values that none expects."""
    nombre, inmenso = f"nadie-{n}-{uuid.uuid4().hex}", "9" * 30
    return {
        "username": nombre,
        "password": "x" * 5000,
        "otp_token": "000000",
        "codigo": nombre,
        "nombre": nombre * 50,
        "sku": nombre,
        "clave": uuid.uuid4().hex,
        "id": inmenso,
        "producto": inmenso,
        "cantidad": inmenso,
        "language": nombre,
        "tema": nombre,
        "next": "//otro.example",
        "lineas": [{"producto": 1, "lote": nombre, "fecha_caducidad": "2099-01-01", "cantidad": 1}],
    }


def pedir(cliente, metodo, lugar, n):
    datos = campos(n)
    cabeceras = {"idempotency-key": datos["clave"]}
    if n % 5 == 0:
        cabeceras["authorization"] = f"Token {uuid.uuid4().hex}"
    if metodo == "GET":
        ruta = f"/{lugar}?q={datos['nombre'][:300]}&page={'9' * 20}&next=//otro.example"
        return cliente.generic(metodo, ruta, headers=cabeceras)
    if lugar.startswith("api/"):
        return cliente.generic(
            metodo, f"/{lugar}", json.dumps(datos), content_type="application/json", headers=cabeceras
        )
    plano = {**datos, "lineas": ""}
    return getattr(cliente, metodo.lower())(f"/{lugar}", plano if metodo == "POST" else {}, headers=cabeceras)


@pytest.fixture
def mundo(db, settings):
    """Something of everything a stranger could touch."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of wrong ones are tried
    nuevo_lote(ProductoFactory())
    return UsuarioFactory(username="conocida")


@pytest.mark.lento
def test_a_stranger_leaves_nothing_anywhere(mundo):
    antes, malos = filas(), []
    for n, (lugar, metodo) in enumerate(itertools.product(LUGARES, METODOS)):
        cliente = Client(raise_request_exception=False)  # no cookie of before: each is somebody else
        cliente.cookies["sessionid"] = uuid.uuid4().hex
        r = pedir(cliente, metodo, lugar, n)
        malos += [f"{metodo} {lugar}: {r.status_code}"] if r.status_code >= 500 else []

    assert not malos, malos
    despues = filas()
    quedan = {m.__name__: despues[m] - antes[m] for m in antes if despues[m] != antes[m] and m not in ACOTADAS}
    assert quedan == {}
    assert len(antes) > 30
    for modelo, cota in ACOTADAS.items():
        assert despues[modelo] - antes[modelo] <= cota


@pytest.mark.lento
def test_what_a_stranger_may_leave_has_a_bound(mundo, monkeypatch):
    """More attempts than the bounds allow: with invented names, and with one that exists."""
    monkeypatch.setattr(intentos, "POR_DIRECCION", 10)
    antes = filas()
    for n in range(15):
        Client().post("/entrar/", {"username": f"nadie-{n}", "password": "x"})
    for n in range(FALLOS_AL_DIA + 10):
        Client().post("/entrar/", {"username": "conocida", "password": "x"}, REMOTE_ADDR=f"203.0.113.{n}")

    despues = filas()
    assert AccessAttempt.objects.exclude(username="conocida").count() == 10
    assert 0 < despues[Auditoria] - antes[Auditoria] <= 2 * FALLOS_AL_DIA  # failures, and lock-outs
    assert [despues[m] for m in (Session, AccessLog, AccessFailureLog)] == [
        antes[m] for m in (Session, AccessLog, AccessFailureLog)
    ]
