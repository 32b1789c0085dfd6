"""Transactions that are tried again when a busy database breaks them off."""

import contextlib
import functools
import random
import time
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from .exceptions import BaseOcupada

P = ParamSpec("P")
R = TypeVar("R")

INTENTOS = 5
REPETIBLES = {"40001", "40P01"}  # serialization failure, deadlock: PostgreSQL says try again
OCUPADA = {"55P03", "57014"}  # lock_timeout, statement_timeout
CLAVE_REPETIDA = "operacion_clave_unica"


def sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _repetible(error: DatabaseError) -> bool:
    # Two requests with one idempotency key met: the second must read what the first wrote.
    return sqlstate(error) in REPETIBLES or (
        isinstance(error, IntegrityError)
        and any(marca in str(error) for marca in (CLAVE_REPETIDA, "clave_idempotencia"))
    )


def atomica(funcion: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction, again from the start (at most 5 times) when the database asks for it.

    Raises BaseOcupada when a lock did not come within `lock_timeout`, or the conflicts did not end. Inside an outer
    transaction it is tried once: only the outer one can be repeated.
    """

    @functools.wraps(funcion)
    def envoltura(*args: P.args, **kwargs: P.kwargs) -> R:
        exterior = transaction.get_connection().in_atomic_block
        for intento in range(1 if exterior else INTENTOS):
            try:
                with transaction.atomic():
                    return funcion(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                if exterior:
                    raise
                if sqlstate(error) in OCUPADA or "database is locked" in str(error):
                    raise BaseOcupada from error
                if not _repetible(error):
                    raise
                ultimo = error
            time.sleep(random.uniform(0, 0.01 * 2**intento))  # noqa: S311  spreads the contenders, guards nothing
        raise BaseOcupada from ultimo

    return envoltura


@contextlib.contextmanager
def instantanea() -> Iterator[None]:
    """Inside, all reads see one moment, nothing can be written, and long reads are not cut off.

    REPEATABLE READ READ ONLY on PostgreSQL; on SQLite one deferred transaction, which under WAL blocks nobody. Inside
    an outer transaction it only reads: the snapshot is whatever that one has.
    """
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        yield
        return
    sqlite = connection.vendor == "sqlite"
    modo = getattr(connection, "transaction_mode", None)
    try:
        if sqlite:
            connection.ensure_connection()
            connection.transaction_mode = "DEFERRED"  # IMMEDIATE would take the writers' lock
        with transaction.atomic(), connection.cursor() as cursor:
            if sqlite:
                cursor.execute("PRAGMA query_only = ON")
            else:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield
    finally:
        if sqlite:
            connection.transaction_mode = modo
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")
