"""Without arguments, it makes some history to tamper with; with SQL statements, it says of each whether `verificar` finds it."""

import os
import sys

import django


def historia() -> None:
    from herramientas import llamadas
    from inventario.cuentas.models import Usuario
    from lotes.models import Almacen, Lote
    from productos.models import Producto

    quien = Usuario.objects.get(username="fallos")
    otro = Almacen.objects.create(codigo="OTRO", nombre="Otro")
    for p in Producto.objects.all():
        llamadas.despachar(quien, [(p.pk, 60)], contraparte="Piso 3")
        *_otros, lote = Lote.objects.filter(producto=p)
        llamadas.trasladar(quien, [(lote.pk, 5)], almacen_destino=otro.pk)
        operacion = llamadas.registrar_salida(quien, [(lote.pk, 2)], motivo="merma")
        llamadas.revertir(quien, operacion, nota="error")


def buscar(sentencia: str) -> bool:
    """Whether `verificar` finds what `sentencia` changes, with the triggers off, all of it rolled back."""
    from itertools import chain

    from django.db import connection, transaction
    from django.utils import timezone

    from alertas import verificacion as alertas
    from movimientos import candado
    from movimientos import verificacion as movimientos

    with transaction.atomic():
        candado.quitar(connection)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(sentencia)
            if cursor.rowcount != 1:
                raise RuntimeError(f"{cursor.rowcount} rows: {sentencia}")
        candado.instalar(connection)
        hallado = next(iter(chain(movimientos.verificar(), alertas.verificar(hoy=timezone.localdate()))), None)
        transaction.set_rollback(True)
    return hallado is not None


def main(sentencias: list[str]) -> None:
    from django.db import IntegrityError

    if not sentencias:
        historia()
    for sentencia in sentencias:
        try:
            print("hallada" if buscar(sentencia) else "NO hallada", sentencia)
        except IntegrityError as error:  # a constraint refused it before there was anything to find
            print("hallada", type(error).__name__, sentencia)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
    django.setup()
    main(sys.argv[1:])
