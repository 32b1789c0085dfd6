"""Races, forced: several threads, each with a connection of its own, a way to see that one waits, and a world to race in."""

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from alertas.models import Alerta
from lotes.models import Lote
from pruebas.ayudas import entrar, hoy_mas
from pruebas.clientes import ClienteAPI
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory


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


def salio_bien(resultado: Any) -> None:
    assert not isinstance(resultado, Exception), resultado
    assert getattr(resultado, "status_code", 200) < 400


def recalcular() -> None:
    call_command("recalcular_alertas", stdout=io.StringIO(), stderr=io.StringIO())


class Mundo:
    """A product with a category, an alert, a lot that moved and one that has not; and a superuser at every door. Each race has
    one of its own: emptying the tables costs more than filling them.
    """

    def __init__(self) -> None:
        self.categoria = CategoriaFactory.create()
        self.producto = ProductoFactory.create(categoria=self.categoria, stock_minimo=500)
        self.entrada = entrar(self.producto, "A", 50, 5)
        self.lote = Lote.objects.get(producto=self.producto)
        self.quieto = Lote.objects.create(producto=self.producto, codigo="QUIETO", fecha_caducidad=hoy_mas(20))
        self.otro = AlmacenFactory.create()
        self.solo = ProductoFactory.create(stock_minimo=5)  # with an alert and no lot: it may be deleted
        recalcular()
        self.alerta = Alerta.objects.filter(producto=self.producto)[0]
        jefe = UsuarioFactory.create(is_superuser=True, is_staff=True)
        self.api = ClienteAPI(jefe)
        self.web = Client(raise_request_exception=False)
        self.web.force_login(jefe)

    def pagina(self, nombre: str, /, *args: Any, **datos: Any) -> Any:
        return self.web.post(reverse(nombre, args=args), datos)

    def admin(self, modelo: type[Model], pagina: str, /, *args: Any, **datos: Any) -> Any:
        return self.pagina(f"admin:{modelo._meta.label_lower.replace('.', '_')}_{pagina}", *args, **datos)

    def ficha(self, **otros: Any) -> dict[str, Any]:
        """What the forms of a product send."""
        p = self.producto
        datos: dict[str, Any] = {
            "sku": p.sku,
            "nombre": "otro",
            "unidad": "caja",
            "stock_minimo": 9,
            "vida_minima_despacho": 0,
        }
        return datos | {"categoria": p.categoria_id, "controla_caducidad": "on", "activo": "on"} | otros
