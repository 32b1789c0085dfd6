"""Packs of products, with GTINs of their own."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import inventario.dominio.campos
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('productos', '0004_plegado'),
    ]

    operations = [
        migrations.CreateModel(
            name='Empaque',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nombre', inventario.dominio.campos.TextoField(help_text='Caja, blíster, tarima…', max_length=40, verbose_name='nombre')),
                ('gtin', inventario.dominio.campos.GTINField(blank=True, help_text='El del código de barras del empaque.', max_length=14, null=True, unique=True, verbose_name='GTIN')),
                ('unidades', models.PositiveIntegerField(help_text='Cuántas unidades del producto trae.', validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(1000000000)], verbose_name='unidades')),
                ('usado', models.BooleanField(default=False, editable=False, verbose_name='usado')),
                ('producto', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='empaques', to='productos.producto', verbose_name='producto')),
            ],
            options={
                'verbose_name': 'empaque',
                'verbose_name_plural': 'empaques',
                'ordering': ['unidades', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('producto', 'nombre'), name='empaque_nombre_unico', violation_error_message='El producto ya tiene un empaque con ese nombre.'), models.CheckConstraint(condition=models.Q(('unidades__gt', 1), ('unidades', django.db.models.functions.comparison.Cast(models.F('unidades'), models.BigIntegerField()))), name='empaque_de_varias_unidades', violation_error_message='Un empaque trae al menos 2 unidades.'), models.CheckConstraint(condition=models.Q(('nombre', ''), _negated=True), name='empaque_nombre_no_vacio', violation_error_message='Falta el nombre.')],
            },
        ),
    ]
