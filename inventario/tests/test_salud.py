"""Probes and metrics: what a balancer, an orchestrator and Prometheus see."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from inventario.plataforma import esquema
from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory


def test_liveness_needs_neither_database_nor_known_host(client: Client):
    respuesta = client.get("/salud/viva/", headers={"host": "10.1.2.3"})  # no `db` fixture: a query would fail the test

    assert respuesta.status_code == 200
    assert respuesta.json() == {"estado": "viva"}


def test_readiness_says_ready_when_database_answers_and_migrations_are_applied(client: Client, db):
    assert client.get("/salud/lista/").json() == {"estado": "lista"}


def test_readiness_names_the_migrations_that_are_missing(client: Client, db):
    assert client.get("/salud/lista/").status_code == 200
    ((app, ultima),) = MigrationLoader(connection).graph.leaf_nodes("alertas")
    MigrationRecorder(connection).record_unapplied(app, ultima)

    respuesta = client.get("/salud/lista/")

    assert respuesta.status_code == 503
    assert respuesta.json()["migraciones"] == [f"alertas.{ultima}"]


def test_readiness_says_which_migrations_it_does_not_know_and_serves_while_they_do_no_harm(client: Client, db):
    MigrationRecorder(connection).record_applied("alertas", "9999_del_futuro")

    respuesta = client.get("/salud/lista/")

    assert respuesta.status_code == 200
    assert respuesta.json()["avisos"] == ["unknown migration: alertas.9999_del_futuro"]


@pytest.mark.parametrize(
    ("cambio", "impide"),
    [
        ("ALTER TABLE productos_producto ADD COLUMN nueva integer NULL", []),
        ("ALTER TABLE productos_producto ADD COLUMN nueva integer NOT NULL DEFAULT 0", []),
        (
            "ALTER TABLE productos_producto RENAME COLUMN nombre TO otro",
            ["productos_producto.nombre", "productos_producto.otro"],
        ),
    ],
)
def test_an_old_server_on_a_newer_database_serves_only_what_it_can_serve_rightly(
    client: Client, db, monkeypatch, cambio, impide
):
    monkeypatch.setattr(esquema, "_sabido", {})
    MigrationRecorder(connection).record_applied("productos", "9999_del_futuro")
    with connection.cursor() as cursor:
        cursor.execute(cambio)

    respuesta = client.get("/salud/lista/")

    assert respuesta.json().get("columnas", []) == impide
    assert respuesta.status_code == (503 if impide else 200)


def test_readiness_turns_away_traffic_once_the_server_is_stopping(client: Client, monkeypatch, tmp_path):
    marca = tmp_path / "apagando"
    marca.touch()
    monkeypatch.setenv("INVENTARIO_APAGANDO", str(marca))

    assert client.get("/salud/lista/").status_code == 503
    assert client.get("/salud/viva/").status_code == 200


def test_probes_refuse_other_methods(client: Client):
    assert client.post("/salud/viva/").status_code == 405


@pytest.mark.parametrize(
    ("cabeceras", "direccion", "estado"),
    [
        ({}, "127.0.0.1", 200),
        ({"x-forwarded-for": "203.0.113.9"}, "127.0.0.1", 401),
        ({}, "203.0.113.9", 401),
        ({"authorization": "Bearer correcto-y-largo"}, "203.0.113.9", 200),
        ({"authorization": "Bearer otro"}, "203.0.113.9", 401),
        ({"authorization": "Bearer ñ"}, "203.0.113.9", 401),
    ],
)
def test_metrics_are_for_the_token_or_this_machine(client: Client, db, settings, cabeceras, direccion, estado):
    settings.METRICS_TOKEN = "correcto-y-largo"

    assert client.get("/metrics", headers=cabeceras, REMOTE_ADDR=direccion).status_code == estado


def test_without_a_configured_token_an_empty_bearer_opens_nothing(client: Client, db, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"authorization": "Bearer "}, REMOTE_ADDR="203.0.113.9").status_code == 401


def _valor(texto: str, serie: str) -> float:
    return sum(float(linea.rpartition(" ")[2]) for linea in texto.splitlines() if linea.startswith(serie))


def test_metrics_count_operations_requests_and_alerts(client: Client, transactional_db):
    antes = client.get("/metrics").content.decode()
    entrar(ProductoFactory(stock_minimo=50, controla_caducidad=False), caduca=None)
    client.get("/admin/login/")

    despues = client.get("/metrics").content.decode()

    entradas = 'inventario_operaciones_total{tipo="entrada"}'
    assert _valor(despues, entradas) == _valor(antes, entradas) + 1
    assert _valor(despues, "inventario_solicitud_segundos_count") > _valor(antes, "inventario_solicitud_segundos_count")
    assert _valor(despues, 'inventario_alertas{estado="abierta",severidad="importante"}') == 1
    assert _valor(despues, "inventario_base_disponible") == 1
    assert _valor(despues, "inventario_base_bytes") > 0
