"""A product that is discontinued has no minimum any more: what was announced of it ends. (`recalcular_alertas` brings it back
for who returns to the version before.)
"""

from django.db import migrations
from django.utils import timezone


def resolver(apps, schema_editor):
    Alerta, EventoAlerta = (apps.get_model("alertas", m) for m in ("Alerta", "EventoAlerta"))
    alias, hoy, ahora = schema_editor.connection.alias, timezone.localdate(), timezone.now()
    suyas = Alerta.objects.using(alias).filter(resuelta_en=None, lote=None, producto__activo=False)
    empezadas = list(suyas.filter(activa_desde__lte=hoy).values_list("pk", flat=True))
    suyas.filter(activa_desde__gt=hoy).delete()
    suyas.update(resuelta_en=ahora)
    EventoAlerta.objects.using(alias).bulk_create([EventoAlerta(alerta_id=pk, tipo="resuelta") for pk in empezadas], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("alertas", "0004_dinero"), ("productos", "0002_trigramas")]

    operations = [migrations.RunPython(resolver, migrations.RunPython.noop)]
