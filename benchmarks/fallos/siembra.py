"""Stock for a fault run, made through the services: `python -m benchmarks.fallos.siembra PRODUCTOS LOTES CANTIDAD`."""

import os
import sys
from datetime import timedelta

import django


def main(productos: int, lotes: int, cantidad: int) -> None:
    """Print the key of an API token, and the ids of the products, separated by commas."""
    from django.utils import timezone

    from herramientas import llamadas
    from inventario.cuentas import tokens
    from inventario.cuentas.models import Usuario
    from productos.models import Producto

    usuario, _nuevo = Usuario.objects.get_or_create(username="fallos", defaults={"is_superuser": True})
    hoy = timezone.localdate()
    filas = Producto.objects.bulk_create(Producto(sku=f"P{i}", nombre=f"Producto {i}") for i in range(productos))
    for producto in filas:
        lineas = [(producto.pk, cantidad, f"L{n:02}", hoy + timedelta(days=30 + n)) for n in range(lotes)]
        llamadas.registrar_entrada(usuario, lineas)
    print(tokens.crear(usuario=usuario, nombre="fallos")[1])
    print(",".join(str(p.pk) for p in filas))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventario.settings")
    django.setup()
    main(*(int(x) for x in sys.argv[1:4]))
