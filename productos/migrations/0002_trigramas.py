from django.db import migrations

from inventario.plataforma import trigramas

# As Django writes `icontains` on PostgreSQL.
INDICES = {"producto_sku_trgm": "upper(sku::text)", "producto_nombre_trgm": "upper(nombre::text)"}


class Migration(migrations.Migration):
    dependencies = [("productos", "0001_initial")]

    operations = [
        migrations.RunPython(trigramas.crear("productos_producto", INDICES), trigramas.quitar(INDICES), elidable=False)
    ]
