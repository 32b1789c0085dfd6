"""A request has a `resumen`; `huella` is the hash of a ledger line. The column keeps its name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("movimientos", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("operacion", "huella", "resumen"),
                migrations.AlterField(
                    "operacion",
                    "resumen",
                    models.CharField(
                        blank=True,
                        db_column="huella",
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="resumen de la petición",
                    ),
                ),
            ]
        )
    ]
