"""What is told to Redis without waiting for its answer."""

import pickle
import signal
import socket
import time
from datetime import date

import pytest
from django.core.cache import caches

from alertas import cache as alertas
from herramientas import servidores
from inventario.plataforma import cache as cache_tolerante
from inventario.plataforma.cache import SELLO, RedisTolerante


def _llega(valor):
    limite = time.monotonic() + 60
    while caches["default"].get("aviso") != valor:
        assert time.monotonic() < limite
        time.sleep(0.001)


@pytest.mark.postgres
def test_an_announcement_arrives_also_after_the_connection_was_lost():
    cache = caches["default"]
    for valor in ("uno", "dos"):
        cache.anunciar("aviso", valor)
        _llega(valor)

    cache._avisos._sock.shutdown(socket.SHUT_RDWR)
    cache.anunciar("aviso", "tres")

    _llega("tres")


def test_without_redis_an_announcement_is_only_a_warning(caplog):
    with socket.socket() as nadie:
        nadie.bind(("127.0.0.1", 0))  # taken, and nobody listens
        cache = RedisTolerante(f"redis://127.0.0.1:{nadie.getsockname()[1]}/0", {})

        cache.anunciar("aviso", "uno")

    assert [r.getMessage() for r in caplog.records] == ["cache anunciar failed: ConnectionError"]


@pytest.mark.postgres
def test_a_frozen_redis_is_a_miss_that_is_waited_for_once(monkeypatch):
    monkeypatch.setattr(cache_tolerante, "_callada_hasta", float("-inf"))
    with servidores.redis() as (url, proceso):
        congelada = RedisTolerante(url, {"OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}})
        congelada.set("a", 1)
        proceso.send_signal(signal.SIGSTOP)
        inicio = time.monotonic()
        try:
            assert [congelada.get("a", "miss") for _ in range(50)] == ["miss"] * 50
            congelada.anunciar("a", 2)
            segundos = time.monotonic() - inicio
        finally:
            proceso.send_signal(signal.SIGCONT)
        assert segundos < 2

        monkeypatch.setattr(cache_tolerante, "_callada_hasta", float("-inf"))
        assert congelada.get("a") == 1


BASURA = [b"basura", b"7", pickle.dumps({"x": 1}), SELLO + b"x", SELLO + pickle.dumps(["de", "otros"])]


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("basura", BASURA)
def test_whatever_every_key_holds_is_a_miss(client, operador, basura):
    client.force_login(operador)
    rutas = ["/", "/alertas/", "/alertas/contador/", "/api/v1/alertas/resumen/", "/lotes/", "/movimientos/"]
    redis = caches["default"]._cache.get_client(write=True)
    antes = [client.get(ruta).status_code for ruta in rutas]
    claves = redis.keys("*")

    for ruta in rutas:
        for clave in claves:
            redis.set(clave, basura)
        assert client.get(ruta).status_code == 200, ruta

    assert set(antes) == {200}
    assert any(b"sesion:" in clave for clave in claves)
    assert any(b"alertas:" in clave for clave in claves)


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_another_edition_keeps_is_not_read_but_its_commits_are_heard(monkeypatch):
    hoy = date(2026, 5, 10)
    assert alertas.recordar("x", hoy, lambda: 1) == alertas.recordar("x", hoy, lambda: 2) == 1

    monkeypatch.setattr(alertas, "edicion", lambda: "otra")
    assert alertas.recordar("x", hoy, lambda: 2) == 2
    antes = caches["default"].get(alertas.VERSION)
    alertas.invalidar()
    while caches["default"].get(alertas.VERSION) in (antes, None):
        time.sleep(0.01)
    monkeypatch.undo()
    assert alertas.recordar("x", hoy, lambda: 3) == 3
