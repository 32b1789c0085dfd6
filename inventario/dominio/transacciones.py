"""Transactions: tried again when a busy database breaks them off, and what it refuses told in the words of the domain."""

import contextlib
import functools
import random
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Model, ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from .exceptions import BaseOcupada, Conflicto, DatosInvalidos, EnUso

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


def traducir(error: Exception) -> Exception:
    """`error` in the words that every door knows: what the database or the ORM raises becomes the refusal it means."""
    propio: Exception
    if isinstance(error, ProtectedError | RestrictedError):
        propio = EnUso()
    elif isinstance(error, IntegrityError):  # the rules had let it through: somebody else wrote at the same moment
        propio = Conflicto()
    elif isinstance(error, DataError):
        propio = DatosInvalidos({"cuerpo": [_("Hay un valor que no se puede guardar.")]})
    elif isinstance(error, OperationalError | InterfaceError):
        propio = BaseOcupada()
    else:
        return error
    propio.__cause__ = error
    return propio


def atomica(funcion: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction, again from the start (at most 5 times) when the database asks for it.

    No error of the database leaves it: each is told as `traducir` does.
    Raises BaseOcupada when a lock did not come within `lock_timeout`, or the conflicts did not end. Inside an outer
    transaction it is tried once: only the outer one can be repeated, and the error that says so goes on to it.
    """

    @functools.wraps(funcion)
    def envoltura(*args: P.args, **kwargs: P.kwargs) -> R:
        exterior = transaction.get_connection().in_atomic_block
        for intento in range(1 if exterior else INTENTOS):
            try:
                with transaction.atomic():
                    return funcion(*args, **kwargs)
            except (OperationalError, IntegrityError, DataError) as error:
                if not _repetible(error):
                    ocupada = sqlstate(error) in OCUPADA or "database is locked" in str(error)
                    raise BaseOcupada if ocupada else traducir(error) from error
                if exterior:
                    raise
                ultimo = error
            time.sleep(random.uniform(0, 0.01 * 2**intento))  # noqa: S311  spreads the contenders, guards nothing
        raise BaseOcupada from ultimo

    return envoltura


def insistir(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call an `atomica` function that validates and writes; once more when what somebody else wrote meanwhile stood in its
    way, for now its rules see it.
    """
    try:
        return funcion(*args, **kwargs)
    except Conflicto:
        return funcion(*args, **kwargs)


def bloquear(modelo: type[Model], ids: Collection[Any]) -> None:
    """Lock the rows `ids` of `modelo` for a change, in the one order of every door: the products that they touch (what the
    model's `bloquear_productos` says) in primary key order, then themselves. What is decided must be read afterwards.
    """
    if (productos := getattr(modelo, "bloquear_productos", None)) is not None:
        productos(ids)
    filas = modelo._base_manager.filter(pk__in=ids).order_by("pk")
    list(filas.select_for_update(no_key=True).values_list("pk"))


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
