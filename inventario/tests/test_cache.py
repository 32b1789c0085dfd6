"""What is told to Redis without waiting for its answer."""

import signal
import socket
import time

import pytest
from django.core.cache import caches

from herramientas import servidores
from inventario.plataforma import cache as cache_tolerante
from inventario.plataforma.cache import RedisTolerante


def _llega(valor):
    limite = time.monotonic() + 2
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
