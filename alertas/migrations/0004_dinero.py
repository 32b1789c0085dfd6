"""The value of an alert, in millionths."""

from django.db import migrations

import inventario.dominio.dinero
from inventario.plataforma.migracion import DeDecimalADinero


class Migration(migrations.Migration):
    dependencies = [("alertas", "0003_orden_de_unicidad")]

    operations = [
        DeDecimalADinero(
            "alerta", "valor", inventario.dominio.dinero.DineroField(null=True, verbose_name="valor")
        )
    ]
