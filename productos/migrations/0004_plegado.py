"""Searches compare folded text: the indexes hold that, in place of what they compared before."""

from django.db import migrations

from inventario.plataforma import trigramas

TABLA = "productos_producto"
ANTES = {"producto_sku_trgm": "upper(sku::text)", "producto_nombre_trgm": "upper(nombre::text)"}
AHORA = {"producto_sku_plegado": "inventario_plegar(sku::text)", "producto_nombre_plegado": "inventario_plegar(nombre::text)"}


class Migration(migrations.Migration):
    dependencies = [("productos", "0003_texto"), ("inventario", "0003_plegar")]

    operations = [
        migrations.RunPython(trigramas.quitar(ANTES), trigramas.crear(TABLA, ANTES), elidable=False),
        migrations.RunPython(trigramas.crear(TABLA, AHORA), trigramas.quitar(AHORA), elidable=False),
    ]
