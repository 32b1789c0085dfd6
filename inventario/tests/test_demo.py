"""The demo: believable, consistent, the same every time, and never over somebody's data."""

import io
import random
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from inventario.cuentas.models import Usuario
from inventario.demo import catalogo, tienda
from inventario.demo.personas import CLAVE, PERSONAS
from inventario.demo.ritmo import Reloj
from inventario.dominio.campos import validar_gtin
from lotes.models import Almacen, Lote
from movimientos.models import Movimiento, Operacion, Tipo
from productos.models import Producto
from pruebas.factories import ProductoFactory

AHORA = datetime(2026, 3, 18, 20, 0, tzinfo=UTC)
CORTA = {"escala": 0.06, "dias": 70, "forzar": True}


def demo(**opciones) -> str:
    salida = io.StringIO()
    call_command("demo", stdout=salida, **opciones)
    return salida.getvalue()


def historia() -> list[tuple]:
    return list(
        Movimiento.objects.order_by("pk").values_list(
            "tipo", "producto__sku", "lote__codigo", "almacen__codigo", "cantidad", "fecha_efectiva",
            "operacion__registrada_en", "operacion__documento",
        )
    )  # fmt: skip


@pytest.mark.lento
@pytest.mark.django_db
def test_it_leaves_a_ledger_that_proves_itself_told_at_the_time_of_each_day(capsys):
    with time_machine.travel(AHORA, tick=False):
        salida = demo(**CORTA)
        call_command("verificar")

    assert capsys.readouterr().out.strip() == "OK"
    assert set(Movimiento.objects.values_list("tipo", flat=True)) >= {Tipo.ENTRADA, Tipo.DESPACHO, Tipo.TRASLADO}
    assert Producto.objects.count() == 13
    assert Almacen.objects.count() == 3
    assert Lote.objects.filter(estado=Lote.Estado.CUARENTENA).exists()
    assert Lote.objects.filter(estado=Lote.Estado.RETIRADO).count() == 1
    assert CLAVE in salida
    instantes = list(Operacion.objects.order_by("pk").values_list("registrada_en", "fecha_efectiva"))
    assert all(timezone.localdate(momento) == dia for momento, dia in instantes)
    assert [m for m, _d in instantes] == sorted(m for m, _d in instantes)
    assert instantes[-1][0] <= AHORA
    assert (instantes[-1][1] - instantes[0][1]).days == 70
    assert not Lote.objects.filter(creado_en__gte=AHORA).exists()


def test_its_clock_keeps_opening_hours_and_today_stops_at_now():
    dia = AHORA.date()
    with time_machine.travel(AHORA, tick=False):  # 14:00 there
        reloj = Reloj(random.Random(1))
    with time_machine.travel(AHORA.replace(hour=10), tick=False):  # 4:00 there
        temprano = Reloj(random.Random(1))

    for cual, cierre in ((dia - timedelta(days=1), time(20, 45)), (dia, time(14))):
        assert reloj.abrir(cual)
        horas = [timezone.localtime(reloj.sonar()) for _ in range(40)]
        assert {h.date() for h in horas} == {cual}
        assert len(set(horas)) == 40
        assert time(8, 5) < horas[0].time() < horas[-1].time() < cierre
        assert horas[19] - horas[0] > (horas[-1] - horas[0]) * 0.5
    assert temprano.abrir(dia - timedelta(days=1))
    assert not temprano.abrir(dia)


@pytest.mark.lento
@pytest.mark.django_db
def test_the_same_day_tells_the_same_history():
    from django.db import transaction

    with time_machine.travel(AHORA, tick=False):
        with transaction.atomic():
            demo(**CORTA)
            primera = historia()
            transaction.set_rollback(True)
        demo(**CORTA)

    assert len(primera) > 500
    assert historia() == primera


@pytest.mark.django_db
def test_its_users_can_enter_one_for_each_role(rf):
    tienda.crear_usuarios()

    for persona in PERSONAS:
        usuario = authenticate(rf.post("/entrar/"), username=persona.usuario, password=CLAVE)
        assert usuario is not None
        assert [g.name for g in usuario.groups.all()] == ([persona.grupo] if persona.grupo else [])
    assert Usuario.objects.get(username="admin").is_superuser


@pytest.mark.django_db
def test_it_refuses_a_database_with_products():
    ProductoFactory()

    with pytest.raises(CommandError) as error:
        demo(**CORTA)

    assert error.value.returncode == 1
    assert demo(si_vacia=True, **CORTA) == ""
    assert Producto.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_production_unless_forced(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="passwords are public"):
        demo(escala=0.05, dias=70)

    assert not Producto.objects.exists()
    assert not Usuario.objects.exists()


def test_the_catalogue_has_two_hundred_different_products_with_valid_barcodes():
    articulos = catalogo.articulos()

    assert len(articulos) >= 200
    assert len({a.nombre for a in articulos}) == len({a.sku for a in articulos}) == len(articulos)
    codigos = [tienda.gtin(n) for n in range(1, len(articulos) + 1)]
    assert len(set(codigos)) == len(codigos)
    for codigo in codigos:
        validar_gtin(codigo)
