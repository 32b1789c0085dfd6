"""Reports on a real streaming replica: used when good, left alone when behind or away, and never for anything else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse

from herramientas import servidores
from inventario.plataforma import replica
from productos.models import Producto
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.postgres


@pytest.fixture
def servidor(transactional_db, settings, monkeypatch) -> Iterator[servidores.Postgres]:
    propia = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")  # a commit that is not written yet cannot be replayed
    with servidores.replica(Path(propia["HOST"]), int(propia["PORT"] or 5432)) as copia:
        otra = {**propia, "HOST": str(copia.base)}
        monkeypatch.setitem(connections.settings, replica.ALIAS, otra)
        monkeypatch.setattr(replica, "salud", replica._Salud())
        settings.DATABASE_ROUTERS = ["inventario.plataforma.replica.Enrutador"]
        connections[replica.ALIAS] = connections.create_connection(replica.ALIAS)
        _admitir(connections[replica.ALIAS])
        yield copia
        connections[replica.ALIAS].close()


def _admitir(conexion: BaseDatabaseWrapper) -> None:
    """Django's tests refuse connections to a database that was not there when they began."""

    def conectar() -> None:
        if conexion.connection is None:
            with conexion.wrap_database_errors:
                conexion.connect()

    conexion.ensure_connection = conectar


def _al_dia(servidor: servidores.Postgres) -> None:
    """Wait until the replica has replayed what the primary wrote."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_flush_lsn()::text")
            (lsn,) = cursor.fetchone()
        if servidor.psql(f"SELECT pg_last_wal_replay_lsn() >= '{lsn}'").stdout.strip() == "t":
            return


def _contar(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"productos": Producto.objects.count(), "alias": Producto.objects.all().db})


def _pedir(rf: Any, vista: Any = _contar, ruta: str = "/reportes/existencias/") -> dict[str, Any]:
    """The answer as the stack gives it: the middleware's, else the view's own."""
    request = rf.get(ruta)
    respuesta = replica.ReplicaMiddleware(vista).process_view(request, vista, (), {}) or vista(request)
    return json.loads(b"".join(respuesta) if respuesta.streaming else respuesta.content)


def test_a_report_reads_from_the_replica_and_nothing_else_does(servidor, rf):
    ProductoFactory()
    _al_dia(servidor)

    assert _pedir(rf) == {"productos": 1, "alias": "replica"}
    assert _pedir(rf, ruta="/despacho/") == {"productos": 1, "alias": "default"}
    assert Producto.objects.all().db == "default"


def test_a_streamed_report_stays_on_the_replica_to_its_end(servidor, rf):
    _al_dia(servidor)

    def vista(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter_alias())

    def iter_alias() -> Iterator[str]:
        yield '["x"'
        yield f',"{Producto.objects.all().db}"]'

    assert _pedir(rf, vista) == ["x", "replica"]


def test_a_replica_that_lags_beyond_the_limit_is_not_read(servidor, rf, settings):
    settings.REPLICA_RETRASO_MAXIMO = 0
    _al_dia(servidor)
    servidor.psql("SELECT pg_wal_replay_pause()")
    ProductoFactory()

    assert _pedir(rf) == {"productos": 1, "alias": "default"}


def test_a_replica_within_the_limit_may_be_behind(servidor, rf, settings):
    settings.REPLICA_RETRASO_MAXIMO = 3600
    ProductoFactory()
    _al_dia(servidor)
    servidor.psql("SELECT pg_wal_replay_pause()")
    ProductoFactory()

    assert _pedir(rf) == {"productos": 1, "alias": "replica"}
    assert Producto.objects.count() == 2


def test_a_replica_that_was_promoted_is_not_read(servidor, rf):
    servidor.psql("SELECT pg_promote()")

    assert _pedir(rf)["alias"] == "default"


def test_a_report_survives_a_replica_that_dies_under_it(servidor, rf):
    ProductoFactory()
    _al_dia(servidor)
    assert _pedir(rf)["alias"] == "replica"
    servidor.parar()

    assert _pedir(rf) == {"productos": 1, "alias": "default"}
    assert not replica.salud.utilizable()


def test_a_view_that_answers_503_itself_is_asked_again_on_the_primary(servidor, rf):
    _al_dia(servidor)

    def vista(request: HttpRequest) -> JsonResponse:
        alias = Producto.objects.all().db
        return JsonResponse({"alias": alias}, status=503 if alias == "replica" else 200)

    assert _pedir(rf, vista) == {"alias": "default"}


def test_without_a_replica_reports_use_the_primary(rf, db):
    assert _pedir(rf)["alias"] == "default"
    with pytest.raises(OperationalError), replica.leyendo():
        raise OperationalError
    assert not replica._leyendo.get()
