"""History cannot be rewritten, by whatever road; and a migration does not open one."""

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, ProtectedError

from inventario.cuentas.models import Auditoria
from inventario.dominio.exceptions import EnUso
from lotes import services as lotes
from lotes.models import CambioDeLote
from movimientos import candado
from movimientos.models import Movimiento, Operacion
from pruebas.ayudas import entrar, nuevo_lote, revertir
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


@pytest.fixture
def cliente_ajeno(stock):
    """The connection as a plain client has it: no pragma of ours. `stock`, so that there is history to rewrite."""
    sql("PRAGMA recursive_triggers = OFF")
    yield connection
    sql("PRAGMA recursive_triggers = ON")


REEMPLAZOS = {
    "por su id": "INSERT OR REPLACE INTO {tabla} SELECT * FROM {tabla}",
    "por su id, de otro modo": "REPLACE INTO {tabla} SELECT * FROM {tabla}",
    "por id con UPSERT": "INSERT INTO {tabla} SELECT * FROM {tabla} WHERE true ON CONFLICT (id) DO UPDATE SET id = id",
    "con UPDATE OR REPLACE": "UPDATE OR REPLACE {tabla} SET id = id + 1",
}
POR_OTRA_CLAVE = "INSERT OR REPLACE INTO {tabla} ({otras}) SELECT {otras} FROM {tabla}"


def _se_niega_a_reemplazar(modelo, sentencia):
    antes = list(modelo.objects.values())
    tabla = modelo._meta.db_table
    otras = ", ".join(f.column for f in modelo._meta.concrete_fields if not f.primary_key)
    with pytest.raises(DatabaseError, match="libro es inmutable"), transaction.atomic():
        sql(sentencia.format(tabla=tabla, otras=otras))
    return antes and list(modelo.objects.values()) == antes


@pytest.mark.sqlite
@pytest.mark.parametrize("reemplazo", REEMPLAZOS)
@pytest.mark.parametrize("modelo", [*TABLAS, Auditoria], ids=lambda m: m.__name__)
def test_no_pragma_of_the_client_lets_history_be_replaced(cliente_ajeno, modelo, reemplazo):
    assert _se_niega_a_reemplazar(modelo, REEMPLAZOS[reemplazo])


@pytest.mark.sqlite
def test_no_other_unique_key_lets_history_be_replaced(cliente_ajeno):
    operacion = entrar(ProductoFactory(), "K", 3, clave="la-clave-de-la-entrada")
    revertir(operacion)

    assert _se_niega_a_reemplazar(Movimiento, POR_OTRA_CLAVE)
    for unica in ("clave_idempotencia", "revierte_id"):
        assert _se_niega_a_reemplazar(Operacion, POR_OTRA_CLAVE + f" WHERE {unica} IS NOT NULL")


@pytest.mark.postgres
@pytest.mark.parametrize("modelo", TABLAS, ids=lambda m: m.__name__)
def test_a_session_that_plays_the_replica_is_refused_too(stock, modelo):
    sql("SET LOCAL session_replication_role = replica")

    with pytest.raises(DatabaseError, match="libro es inmutable"), transaction.atomic():
        sql_update(modelo)
    with pytest.raises(DatabaseError, match="libro es inmutable"), transaction.atomic():
        sql_delete(modelo)


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


T = "movimientos_movimiento"
D = f"{T}_sin_cambios"
DE_POSTGRES = {
    "apagado": [f"ALTER TABLE {T} DISABLE TRIGGER {D}"],
    "que se salta una réplica": [f"ALTER TABLE {T} ENABLE TRIGGER {D}"],
    "con una función que no hace nada": [
        "CREATE OR REPLACE FUNCTION inventario_inmutable() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
    ],
    "con una condición": [
        f"DROP TRIGGER {D} ON {T}",
        f"CREATE TRIGGER {D} BEFORE UPDATE OR DELETE ON {T} FOR EACH ROW WHEN (false) "
        "EXECUTE FUNCTION inventario_inmutable()",
        f"ALTER TABLE {T} ENABLE ALWAYS TRIGGER {D}",
    ],
    "de una columna": [
        f"DROP TRIGGER {D} ON {T}",
        f"CREATE TRIGGER {D} BEFORE UPDATE OF tipo OR DELETE ON {T} FOR EACH ROW EXECUTE FUNCTION inventario_inmutable()",
        f"ALTER TABLE {T} ENABLE ALWAYS TRIGGER {D}",
    ],
    "de una tabla igual en otro esquema": [
        f"DROP TRIGGER {D} ON {T}",
        "CREATE SCHEMA ajeno",
        f"CREATE TABLE ajeno.{T} (id int)",
        f"CREATE TRIGGER {D} BEFORE UPDATE OR DELETE ON ajeno.{T} FOR EACH ROW EXECUTE FUNCTION inventario_inmutable()",
        f"ALTER TABLE ajeno.{T} ENABLE ALWAYS TRIGGER {D}",
    ],
}
DE_SQLITE = {
    "con una condición": [
        f"DROP TRIGGER {T}_sin_update",
        f"CREATE TRIGGER {T}_sin_update BEFORE UPDATE ON {T} WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END",
    ],
    "que no hace nada": [
        f"DROP TRIGGER {T}_sin_delete",
        f"CREATE TRIGGER {T}_sin_delete BEFORE DELETE ON {T} BEGIN SELECT 1; END",
    ],
    "de otra tabla": [
        f"DROP TRIGGER {T}_sin_delete",
        f"CREATE TRIGGER {T}_sin_delete BEFORE DELETE ON lotes_lote BEGIN SELECT RAISE(ABORT, 'x'); END",
    ],
    "sin la clave de la secuencia": [
        f"DROP TRIGGER {T}_sin_reemplazo",
        f"CREATE TRIGGER {T}_sin_reemplazo BEFORE INSERT ON {T} WHEN EXISTS (SELECT 1 FROM {T} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'x'); END",
    ],
}
CADA_FALSO = [
    pytest.param(sentencias, id=falso, marks=marca)
    for marca, falsos in ((pytest.mark.postgres, DE_POSTGRES), (pytest.mark.sqlite, DE_SQLITE))
    for falso, sentencias in falsos.items()
]


@pytest.mark.parametrize("sentencias", CADA_FALSO)
def test_a_trigger_that_only_bears_the_name_is_missed_and_put_back(db, sentencias):
    for sentencia in sentencias:
        sql(sentencia)

    assert candado.faltantes(connection)
    assert "movimientos.W001" in avisos()

    candado.instalar(connection)

    assert candado.faltantes(connection) == set()


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
