"""Codes and names that are stored get the one spelling that they are looked for in."""

from django.db import migrations

from inventario.dominio.texto import con_tinta, normalizar_codigo, normalizar_texto
from inventario.plataforma.unificar import unificar


def _codigo(texto: str) -> str:
    return normalizar_codigo(con_tinta(texto))


CAMBIOS = [
    unificar("productos.Producto", "sku", _codigo),
    unificar("productos.Producto", "nombre", normalizar_texto),
    unificar("productos.Producto", "unidad", normalizar_texto),
    unificar("productos.Categoria", "nombre", normalizar_texto),
]


class Migration(migrations.Migration):
    dependencies = [("productos", "0002_trigramas")]

    operations = [*(migrations.RunPython(cambio, migrations.RunPython.noop) for cambio in CAMBIOS)]
