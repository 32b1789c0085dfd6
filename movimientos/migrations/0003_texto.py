"""Codes and names that are stored get the one spelling that they are looked for in."""

from django.db import migrations

from inventario.dominio.campos import ClaveField
from inventario.dominio.texto import con_tinta, normalizar_clave, normalizar_texto
from inventario.plataforma.unificar import unificar


def _codigo(texto: str) -> str:
    return normalizar_clave(con_tinta(texto))


CAMBIOS = [
    unificar("movimientos.Motivo", "codigo", _codigo),
    unificar("movimientos.Motivo", "nombre", normalizar_texto),
]


class Migration(migrations.Migration):
    dependencies = [("movimientos", "0002_resumen")]

    operations = [
        migrations.AlterField("motivo", "codigo", ClaveField(max_length=40, unique=True, verbose_name="código")),
        *(migrations.RunPython(cambio, migrations.RunPython.noop) for cambio in CAMBIOS),
    ]
