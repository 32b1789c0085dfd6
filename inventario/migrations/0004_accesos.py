import django.db.models.deletion
from django.db import migrations, models

# What each role of version 1.0 was given; every one also what those before it were.
PERMISOS = {
    "consulta": (
        "alertas.view_alerta alertas.view_eventoalerta lotes.view_almacen lotes.view_cambiodelote lotes.view_existencia "
        "lotes.view_lote movimientos.view_motivo movimientos.view_movimiento movimientos.view_operacion "
        "productos.view_categoria productos.view_producto"
    ),
    "operador": (
        "alertas.atender_alerta movimientos.despachar movimientos.registrar_entrada movimientos.registrar_salida "
        "movimientos.trasladar"
    ),
    "supervisor": (
        "inventario.exportar lotes.change_lote lotes.corregir_lote lotes.liberar_lote lotes.retener_lote "
        "lotes.retirar_lote movimientos.ajustar movimientos.retroactivo movimientos.revertir productos.add_categoria "
        "productos.add_producto productos.change_categoria productos.change_producto productos.delete_producto"
    ),
    "administrador": (
        "inventario.add_token inventario.add_usuario inventario.change_token inventario.change_usuario "
        "inventario.delete_token inventario.delete_usuario inventario.view_auditoria inventario.view_token "
        "inventario.view_usuario lotes.add_almacen lotes.change_almacen lotes.delete_almacen movimientos.add_motivo "
        "movimientos.change_motivo movimientos.delete_motivo productos.delete_categoria"
    ),
}


def adoptar(apps, schema_editor):
    """Remember the roles of version 1.0. One that is not there by its name was renamed or deleted: it is not made again."""
    alias = schema_editor.connection.alias
    Group, RolSembrado = apps.get_model("auth", "Group"), apps.get_model("inventario", "RolSembrado")
    grupos = {g.name: g for g in Group.objects.using(alias).filter(name__in=PERMISOS)}
    if not grupos:
        return
    dados = []
    for codigo, suyos in PERMISOS.items():
        dados += suyos.split()
        RolSembrado.objects.using(alias).create(codigo=codigo, grupo=grupos.get(codigo), permisos=sorted(dados))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("inventario", "0003_plegar"),
    ]

    operations = [
        migrations.AddField("usuario", "epoca", models.PositiveIntegerField(default=0, editable=False)),
        migrations.CreateModel(
            name="RolSembrado",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("codigo", models.CharField(max_length=40, unique=True)),
                ("permisos", models.JSONField(default=list)),
                (
                    "grupo",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="auth.group"
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(adoptar, migrations.RunPython.noop),
    ]
