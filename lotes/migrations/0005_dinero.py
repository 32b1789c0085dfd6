"""Money in millionths; how many units of each balance have a known cost; corrections of a cost.

Until now a cost was known of a whole lot or not at all, and so it stays for what is there.
"""

import django.core.validators
from decimal import Decimal
from django.db import migrations, models
from django.db.models.functions.comparison import Cast

import inventario.dominio.dinero
from inventario.plataforma.migracion import DeDecimalADinero

MAXIMO = Decimal("999999999999.999999")
ENTERO = models.BigIntegerField()
CONOCIDAS = """
UPDATE lotes_existencia SET con_costo = cantidad
WHERE lote_id IN (SELECT id FROM lotes_lote WHERE costo_unitario IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("lotes", "0004_plegado")]

    operations = [
        migrations.RemoveConstraint("lote", "lote_costo_no_negativo"),
        DeDecimalADinero(
            "lote",
            "costo_unitario",
            inventario.dominio.dinero.DineroField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(MAXIMO),
                ],
                verbose_name="costo unitario",
            ),
        ),
        migrations.AddConstraint(
            "lote",
            models.CheckConstraint(
                condition=models.Q(costo_unitario__isnull=True) | models.Q(costo_unitario__gte=0),
                name="lote_costo_no_negativo",
                violation_error_message="El costo no puede ser negativo.",
            ),
        ),
        migrations.AddConstraint(
            "lote",
            models.CheckConstraint(
                condition=models.Q(costo_unitario__isnull=True)
                | (
                    models.Q(costo_unitario__lte=MAXIMO)
                    & models.Q(costo_unitario=Cast(models.F("costo_unitario"), ENTERO))
                ),
                name="lote_costo_con_limite",
            ),
        ),
        migrations.AddField(
            "existencia",
            "con_costo",
            models.BigIntegerField(db_default=0, default=0, editable=False, verbose_name="unidades con costo"),
        ),
        migrations.RunSQL(CONOCIDAS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "existencia",
            models.CheckConstraint(
                condition=models.Q(con_costo__gte=0, con_costo__lte=models.F("cantidad"))
                & models.Q(con_costo=Cast(models.F("con_costo"), ENTERO)),
                name="existencia_con_costo_cabe",
            ),
        ),
        migrations.AddField(
            "cambiodelote",
            "costo_anterior",
            inventario.dominio.dinero.DineroField(null=True, verbose_name="costo anterior"),
        ),
        migrations.AddField(
            "cambiodelote",
            "costo_nuevo",
            inventario.dominio.dinero.DineroField(null=True, verbose_name="costo nuevo"),
        ),
        migrations.AddField(
            "cambiodelote",
            "conocidas",
            models.JSONField(editable=False, null=True, verbose_name="unidades con costo"),
        ),
        migrations.AlterField(
            "cambiodelote",
            "tipo",
            models.CharField(
                choices=[
                    ("retener", "Retención"),
                    ("liberar", "Liberación"),
                    ("retirar", "Retiro del mercado"),
                    ("corregir_caducidad", "Corrección de caducidad"),
                    ("corregir_costo", "Corrección de costo"),
                ],
                max_length=20,
                verbose_name="tipo",
            ),
        ),
    ]
