from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("movimientos", "0004_costo_de_la_linea")]

    operations = [
        migrations.AddField(
            "operacion",
            "dicho",
            models.JSONField(null=True, blank=True, editable=False),
        )
    ]
