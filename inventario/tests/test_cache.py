"""What is told to Redis without waiting for its answer."""

import socket
import time

import pytest
from django.core.cache import caches

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
