"""The function by which searches mind neither case nor accents."""

from django.db import migrations

from inventario.plataforma import busqueda


class Migration(migrations.Migration):
    dependencies = [("inventario", "0002_auditoria")]

    operations = [migrations.RunPython(busqueda.en_postgres, busqueda.sin_postgres)]
