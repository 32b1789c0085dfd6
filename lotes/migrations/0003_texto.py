"""Codes and names that are stored get the one spelling that they are looked for in."""

from django.db import migrations

from inventario.dominio.texto import con_tinta, normalizar_codigo, normalizar_texto
from inventario.plataforma.unificar import unificar


def _codigo(texto: str) -> str:
    return normalizar_codigo(con_tinta(texto))


CAMBIOS = [
    unificar("lotes.Almacen", "codigo", _codigo),
    unificar("lotes.Almacen", "nombre", normalizar_texto),
    unificar("lotes.Lote", "codigo", _codigo, unico_con=("producto",)),
]


class Migration(migrations.Migration):
    dependencies = [("lotes", "0002_trigramas")]

    operations = [*(migrations.RunPython(cambio, migrations.RunPython.noop) for cambio in CAMBIOS)]
