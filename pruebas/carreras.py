"""Races, forced: several threads, each with a connection of its own, and a way to see that one waits."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections


def a_la_vez(*tareas: Callable[[], Any]) -> list[Any]:
    """Run each in a thread and connection of its own; what each returned or raised, in order."""

    def envuelta(tarea: Callable[[], Any]) -> Any:
        try:
            return tarea()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tareas)) as hilos:
        return list(hilos.map(envuelta, tareas))


def hasta_que_alguien_espere() -> None:
    """Return once a transaction of this database waits for a lock."""
    consulta = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(250):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(consulta)
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.02)
    raise AssertionError("nobody waited")
