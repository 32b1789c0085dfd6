"""Statements that wait for company, on PostgreSQL."""

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.pq import TransactionStatus

from inventario.plataforma.sql import consultar_juntas, en_cola, encolar
from lotes.models import Almacen

pytestmark = pytest.mark.postgres
ALTA = (
    "INSERT INTO lotes_almacen (codigo, nombre, activo, predeterminado) VALUES (%s, %s, true, false) RETURNING codigo"
)


@pytest.fixture(autouse=True)
def _base(transactional_db):
    return transactional_db


@pytest.fixture
def enviadas():
    """What reaches the database, in order: the first word of each statement."""
    palabras: list[str] = []

    def anotar(execute, sql, params, many, context):
        resultado = execute(sql, params, many, context)
        palabras.append(sql.split()[0])
        return resultado

    with connection.execute_wrapper(anotar):
        yield palabras


def test_what_waits_travels_with_the_commit(enviadas):
    llegadas = []
    with transaction.atomic():
        with en_cola():
            encolar(ALTA, ["A", "a"], llegadas.append)
            encolar("UPDATE lotes_almacen SET nombre = %s WHERE codigo = 'A'", ["otro"])
            assert (enviadas, llegadas) == (["INSERT", "UPDATE"], [])  # sent, and not waited for

        assert connection.connection.info.transaction_status == TransactionStatus.IDLE  # committed already
        assert llegadas == [[("A",)]]

    assert Almacen.objects.get(codigo="A").nombre == "otro"


def test_the_same_statement_may_wait_twice_and_run_again_later():
    llegadas = []
    for codigos in (("A", "B"), ("C", "D")):
        with transaction.atomic(), en_cola():
            for codigo in codigos:
                encolar(ALTA, [codigo, "x"], llegadas.append)

    assert llegadas == [[("A",)], [("B",)], [("C",)], [("D",)]]


def test_it_is_a_transaction_from_its_first_statement_even_when_nothing_waits():
    """psycopg is told that it is in autocommit, so the BEGIN must have come from the queue."""
    with transaction.atomic(), en_cola():
        Almacen.objects.create(codigo="A", nombre="a")
        transaction.set_rollback(True)

    assert not Almacen.objects.filter(codigo="A").exists()


def test_a_connection_opened_again_runs_the_same_statements():
    dar_de_alta("A")
    connection.close()
    dar_de_alta("B")

    assert Almacen.objects.filter(codigo__in="AB").count() == 2


def test_what_waits_goes_before_whatever_is_asked_next(enviadas):
    with transaction.atomic(), en_cola():
        encolar(ALTA, ["A", "a"])
        assert Almacen.objects.filter(codigo="A").exists()
        encolar(ALTA, ["B", "b"])
        assert consultar_juntas(("SELECT count(*) FROM lotes_almacen WHERE codigo IN ('A', 'B')", [])) == [[(2,)]]

    assert enviadas == ["INSERT", "SELECT", "INSERT", "SELECT"]
    assert Almacen.objects.filter(codigo__in="AB").count() == 2


def dar_de_alta(*codigos):
    with transaction.atomic(), en_cola():
        for codigo in codigos:
            encolar(ALTA, [codigo, "x"])
        if "MAL" in codigos:
            raise ZeroDivisionError
        transaction.set_rollback("NO" in codigos)


def test_an_error_that_comes_with_the_commit_undoes_everything():
    with pytest.raises(IntegrityError, match="codigo"):
        dar_de_alta("A", "A", "B")

    assert not Almacen.objects.filter(codigo__in="AB").exists()


def test_what_waits_when_something_else_fails_is_forgotten():
    with pytest.raises(ZeroDivisionError):
        dar_de_alta("A", "MAL")
    dar_de_alta("B", "NO")

    assert not Almacen.objects.filter(codigo__in=["A", "B", "MAL", "NO"]).exists()


def test_without_a_queue_it_runs_at_once():
    with transaction.atomic():
        encolar(ALTA, ["A", "a"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT nombre FROM lotes_almacen WHERE codigo = 'A'")
            assert cursor.fetchall() == [("a",)]
