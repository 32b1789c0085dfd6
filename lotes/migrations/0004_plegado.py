"""Searches compare folded text: the indexes hold that, in place of what they compared before."""

from django.db import migrations

from inventario.plataforma import trigramas

TABLA = "lotes_lote"
ANTES = {"lote_codigo_trgm": "(codigo::text)"}
AHORA = {"lote_codigo_plegado": "inventario_plegar(codigo::text)"}


class Migration(migrations.Migration):
    dependencies = [("lotes", "0003_texto"), ("inventario", "0003_plegar")]

    operations = [
        migrations.RunPython(trigramas.quitar(ANTES), trigramas.crear(TABLA, ANTES), elidable=False),
        migrations.RunPython(trigramas.crear(TABLA, AHORA), trigramas.quitar(AHORA), elidable=False),
    ]
