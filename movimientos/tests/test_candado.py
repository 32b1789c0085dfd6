"""History cannot be rewritten, by whatever road; and a migration does not open one."""

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, ProtectedError

from inventario.dominio.exceptions import EnUso
from lotes import services as lotes
from lotes.models import CambioDeLote
from movimientos import candado
from movimientos.models import Movimiento, Operacion
from pruebas.ayudas import nuevo_lote
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db
TABLAS = {Operacion: "nota", Movimiento: "cantidad", CambioDeLote: "nota"}


@pytest.fixture
def stock(supervisor):
    return lotes.retener(lote=nuevo_lote(ProductoFactory()), usuario=supervisor, nota="x")


def sql(texto):
    with connection.cursor() as cursor:
        cursor.execute(texto)


def actualizar(modelo):
    modelo.objects.update(**{TABLAS[modelo]: F(TABLAS[modelo])})


def bulk_update(modelo):
    modelo.objects.bulk_update(modelo.objects.all(), [TABLAS[modelo]])


def guardar(modelo):
    modelo.objects.get().save()


def reinsertar(modelo):
    modelo.objects.bulk_create(
        modelo.objects.all(), update_conflicts=True, unique_fields=["pk"], update_fields=[TABLAS[modelo]]
    )


def borrar_en_bruto(modelo):
    modelo.objects.all()._raw_delete("default")


def sql_update(modelo):
    sql(f"UPDATE {modelo._meta.db_table} SET {TABLAS[modelo]} = {TABLAS[modelo]}")


def sql_delete(modelo):
    sql(f"DELETE FROM {modelo._meta.db_table}")


CAMINOS = [actualizar, bulk_update, guardar, reinsertar, borrar_en_bruto, sql_update, sql_delete]


@pytest.mark.parametrize("modelo", TABLAS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("camino", CAMINOS, ids=lambda f: f.__name__)
def test_history_refuses_every_road(stock, modelo, camino):
    antes = list(modelo.objects.values())

    with pytest.raises(DatabaseError, match="libro es inmutable"), transaction.atomic():
        camino(modelo)

    assert list(modelo.objects.values()) == antes


@pytest.mark.postgres
@pytest.mark.parametrize("modelo", TABLAS, ids=lambda m: m.__name__)
def test_history_refuses_truncate(stock, modelo):
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # checks still pending would refuse it before the trigger does

    with pytest.raises(DatabaseError, match="libro es inmutable"), transaction.atomic():
        sql(f"TRUNCATE {modelo._meta.db_table} CASCADE")

    assert modelo.objects.count() == 1


@pytest.mark.sqlite
@pytest.mark.parametrize("modelo", TABLAS, ids=lambda m: m.__name__)
def test_history_refuses_insert_or_replace(stock, modelo):
    tabla = modelo._meta.db_table

    with pytest.raises(DatabaseError, match="libro es inmutable"), transaction.atomic():
        sql(f"INSERT OR REPLACE INTO {tabla} SELECT * FROM {tabla}")

    assert modelo.objects.count() == 1


@pytest.mark.parametrize("padre", ["operacion", "lote", "producto", "almacen", "usuario", "motivo"])
def test_nothing_that_history_names_can_be_deleted(stock, supervisor, padre):
    operacion = Operacion.objects.get()
    objetos = {
        "operacion": operacion,
        "lote": stock,
        "producto": stock.producto,
        "almacen": operacion.almacen,
        "usuario": supervisor,
        "motivo": operacion.motivo,
    }

    with pytest.raises((ProtectedError, EnUso)):
        objetos[padre].delete()

    assert (Operacion.objects.count(), Movimiento.objects.count()) == (1, 1)


def avisos():
    return [m.id for m in checks.run_checks(tags=["database"], databases=["default"])]


def test_a_check_says_when_a_trigger_is_missing():
    assert "movimientos.W001" not in avisos()

    candado.quitar(connection)

    assert "movimientos.W001" in avisos()


@pytest.mark.parametrize("modelo", TABLAS, ids=lambda m: m.__name__)
def test_a_migration_that_rebuilds_a_table_does_not_lose_its_triggers(transactional_db, modelo):
    _avisar(models.signals.pre_migrate)
    campo = modelo._meta.get_field(TABLAS[modelo])
    otro = campo.clone()
    otro.set_attributes_from_name(campo.name)
    otro.null = True
    with connection.schema_editor() as editor:
        editor.alter_field(modelo, campo, otro)
    with connection.schema_editor() as editor:
        editor.alter_field(modelo, otro, campo)
    if connection.vendor == "sqlite":
        assert candado.faltantes(connection)  # what would happen without the lock being put back

    _avisar(models.signals.post_migrate)

    assert candado.faltantes(connection) == set()


def _avisar(senal):
    """What `migrate` announces before and after it works."""
    from django.apps import apps

    app = apps.get_app_config("movimientos")
    senal.send(sender=app, app_config=app, verbosity=0, interactive=False, using="default", plan=[], apps=apps)


def test_migrate_puts_back_a_trigger_that_somebody_dropped(transactional_db):
    candado.quitar(connection)

    call_command("migrate", verbosity=0)

    assert candado.faltantes(connection) == set()
