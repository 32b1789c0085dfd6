from django.db import migrations

from inventario.plataforma import trigramas

# As Django writes `contains` on PostgreSQL: codes are kept in capitals.
INDICES = {"lote_codigo_trgm": "(codigo::text)"}


class Migration(migrations.Migration):
    dependencies = [("lotes", "0001_initial")]

    operations = [
        migrations.RunPython(trigramas.crear("lotes_lote", INDICES), trigramas.quitar(INDICES), elidable=False)
    ]
