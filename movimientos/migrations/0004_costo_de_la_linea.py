"""Each ledger line keeps its cost and the state of its lot. Lines that are there are of version 1.

Nothing says what an old line cost but the cost of its lot, which is what every report took until now. So theirs is that, derived:
their hash does not cover it, and the reports say of the past what they said the day before.

Undone, the lines of version 2 are hashed again as version 1 hashed them, so that the version before can verify them. Then their
costs are gone, and doing this once more derives them.
"""

import hashlib
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import migrations, models
from django.db.models.functions.comparison import Cast

import inventario.dominio.dinero

MAXIMO = Decimal("999999999999.999999")
ENTERO = models.BigIntegerField()
ESTADOS = ["disponible", "cuarentena", "retirado"]
DERIVAR = {
    "postgresql": """
UPDATE movimientos_movimiento m SET costo_unitario = l.costo_unitario, con_costo = m.cantidad
FROM lotes_lote l WHERE l.id = m.lote_id AND l.costo_unitario IS NOT NULL
""",
    "sqlite": """
UPDATE movimientos_movimiento
SET costo_unitario = (SELECT l.costo_unitario FROM lotes_lote l WHERE l.id = lote_id), con_costo = cantidad
WHERE lote_id IN (SELECT id FROM lotes_lote WHERE costo_unitario IS NOT NULL)
""",
}
DE_LA_VERSION_2 = """
SELECT m.lote_id, m.almacen_id, m.id, o.sello, m.tipo, m.producto_id, m.lote_id, m.almacen_id, m.fecha_efectiva, m.cantidad,
    m.saldo, m.secuencia, m.fecha_caducidad, m.vida_minima, m.excepcion_fefo
FROM movimientos_movimiento m JOIN movimientos_operacion o ON o.id = m.operacion_id
WHERE m.version = 2 ORDER BY m.lote_id, m.almacen_id, m.secuencia
"""
LA_ANTERIOR = "SELECT huella FROM movimientos_movimiento WHERE lote_id = %s AND almacen_id = %s AND secuencia = %s"


def derivar(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(DERIVAR[schema_editor.connection.vendor])


def volver_a_la_version_1(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as lector, schema_editor.connection.cursor() as escritor:
        lector.execute(DE_LA_VERSION_2)
        for (lote, almacen), lineas in groupby(_filas(lector), key=lambda fila: fila[:2]):
            cambios, huella = [], None
            for _lote, _almacen, pk, sello, *valores in lineas:
                if huella is None:
                    escritor.execute(LA_ANTERIOR, [lote, almacen, valores[7] - 1])
                    fila = escritor.fetchone()
                    huella = fila[0] if fila else ""
                valores[-1] = int(valores[-1])
                huella = hashlib.sha256("|".join(map(str, [huella, sello, *valores])).encode()).hexdigest()
                cambios.append((huella, pk))
            escritor.executemany("UPDATE movimientos_movimiento SET huella = %s WHERE id = %s", cambios)
            escritor.execute(
                "UPDATE lotes_existencia SET huella = %s WHERE lote_id = %s AND almacen_id = %s", [huella, lote, almacen]
            )


def _filas(cursor: Any) -> Any:
    while filas := cursor.fetchmany(10_000):
        yield from filas


class Migration(migrations.Migration):
    dependencies = [("movimientos", "0003_texto"), ("lotes", "0005_dinero")]

    operations = [
        migrations.AddField(
            "movimiento",
            "version",
            models.PositiveSmallIntegerField(db_default=1, default=1, editable=False, verbose_name="versión"),
        ),
        migrations.AddField(
            "movimiento",
            "estado_lote",
            models.CharField(
                blank=True,
                choices=[("disponible", "Disponible"), ("cuarentena", "En cuarentena"), ("retirado", "Retirado")],
                db_default="",
                default="",
                max_length=12,
                verbose_name="estado del lote",
            ),
        ),
        migrations.AddField(
            "movimiento",
            "costo_unitario",
            inventario.dominio.dinero.DineroField(blank=True, null=True, verbose_name="costo unitario"),
        ),
        migrations.AddField(
            "movimiento",
            "con_costo",
            models.BigIntegerField(db_default=0, default=0, verbose_name="unidades con costo"),
        ),
        migrations.AddField(
            "movimiento",
            "revaluo",
            inventario.dominio.dinero.DineroField(
                db_default=Decimal(0), default=Decimal(0), verbose_name="ajuste de valor"
            ),
        ),
        migrations.RunPython(derivar, volver_a_la_version_1),
        migrations.AddConstraint(
            "movimiento",
            models.CheckConstraint(
                condition=models.Q(estado_lote="", version=1) | models.Q(estado_lote__in=ESTADOS, version=2),
                name="movimiento_version_conocida",
            ),
        ),
        migrations.AddConstraint(
            "movimiento",
            models.CheckConstraint(
                condition=models.Q(con_costo=0, costo_unitario__isnull=True)
                | (
                    models.Q(costo_unitario__isnull=False, costo_unitario__gte=0, costo_unitario__lte=MAXIMO)
                    & models.Q(costo_unitario=Cast(models.F("costo_unitario"), ENTERO))
                    & ~models.Q(con_costo=0)
                ),
                name="movimiento_costo_de_lo_conocido",
            ),
        ),
        migrations.AddConstraint(
            "movimiento",
            models.CheckConstraint(
                condition=(
                    models.Q(con_costo__gte=0, con_costo__lte=models.F("cantidad"))
                    | models.Q(con_costo__gte=models.F("cantidad"), con_costo__lte=0)
                )
                & models.Q(con_costo=Cast(models.F("con_costo"), ENTERO)),
                name="movimiento_con_costo_cabe",
            ),
        ),
        migrations.AddConstraint(
            "movimiento",
            models.CheckConstraint(
                condition=models.Q(revaluo=Cast(models.F("revaluo"), ENTERO)), name="movimiento_revaluo_exacto"
            ),
        ),
    ]
