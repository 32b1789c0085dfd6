"""The life of an alert, and midnights that pass without a restart."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from alertas import cache, ciclo
from alertas.exceptions import AlertaResuelta
from alertas.models import Alerta
from alertas.reglas import LoteConStock, Umbrales, condiciones
from inventario.dominio.exceptions import DatosInvalidos
from pruebas.ayudas import HOY, despachar, dias, entrar, planificar
from pruebas.factories import ProductoFactory


def estado(alerta, dia):
    return Alerta.objects.con_derivados(dia).get(pk=alerta.pk).estado


@pytest.fixture
def alerta(db):
    """Of a lot that expires in 40 days: a notice today, important in 10, critical in 33."""
    entrar(ProductoFactory(), "A", 5, 40, hoy=HOY)
    return Alerta.objects.get()


@pytest.mark.django_db
def test_acknowledged_opens_again_when_it_gets_worse(alerta, operador):
    ciclo.reconocer(alertas=[alerta.pk], usuario=operador, nota="visto", hoy=HOY)

    assert [estado(alerta, dias(n)) for n in (0, 9, 10)] == ["reconocida", "reconocida", "abierta"]
    evento = alerta.eventos.get()
    assert (evento.tipo, evento.usuario, evento.nota) == ("reconocida", operador, "visto")


@pytest.mark.django_db
def test_put_off_opens_again_on_its_day_or_before_if_it_gets_worse(alerta, operador):
    ciclo.posponer(alertas=[alerta.pk], usuario=operador, hasta=dias(5), hoy=HOY)
    assert [estado(alerta, dias(n)) for n in (0, 4, 5)] == ["pospuesta", "pospuesta", "abierta"]

    ciclo.posponer(alertas=[alerta.pk], usuario=operador, hasta=dias(20), hoy=HOY)
    assert [estado(alerta, dias(n)) for n in (9, 10)] == ["pospuesta", "abierta"]


@pytest.mark.django_db
@pytest.mark.parametrize("n", [-1, 0, 367])
def test_it_is_not_put_off_to_the_past_nor_for_ever(alerta, operador, n):
    with pytest.raises(DatosInvalidos):
        ciclo.posponer(alertas=[alerta.pk], usuario=operador, hasta=dias(n), hoy=HOY)


@pytest.mark.django_db
def test_an_alert_that_ends_is_kept_and_a_new_one_begins_when_its_cause_returns(alerta, operador):
    producto = alerta.producto
    despachar(producto, 5, hoy=HOY)
    assert estado(alerta, HOY) == "resuelta"
    with pytest.raises(AlertaResuelta):
        ciclo.reconocer(alertas=[alerta.pk], usuario=operador, hoy=HOY)

    entrar(producto, "A", 2, 40, hoy=HOY)

    nueva = Alerta.objects.get(resuelta_en=None)
    assert nueva.pk != alerta.pk
    assert (estado(nueva, HOY), nueva.cantidad) == ("abierta", 2)


@pytest.mark.django_db
def test_midnight_needs_no_job_and_no_restart():
    producto = ProductoFactory(stock_minimo=3)
    with time_machine.travel("2026-05-10 23:30-06:00", tick=False) as reloj:
        entrar(producto, "A", 5, 0)
        antes = timezone.localdate()
        assert [(a.tipo_hoy) for a in Alerta.objects.vigentes(antes).con_derivados(antes)] == ["por_caducar"]

        reloj.shift(timedelta(hours=1))

        hoy = timezone.localdate()
        assert hoy == antes + timedelta(days=1)
        tipos = sorted(a.tipo_hoy for a in Alerta.objects.vigentes(hoy).con_derivados(hoy))
        assert tipos == ["caducado", "sin_stock"]
        assert planificar(producto, 1).falta == 1


def test_the_first_short_day_is_the_one_that_counting_day_by_day_finds():
    azar = random.Random(7)
    for _ in range(400):
        lotes = [
            LoteConStock(
                1,
                i,
                azar.choice([None, dias(azar.randint(-3, 12))]),
                azar.choice(["disponible", "disponible", "cuarentena"]),
                Decimal(1),
                azar.randint(1, 9),
            )
            for i in range(azar.randint(0, 5))
        ]
        minimo = azar.randint(1, 20)
        dichas = condiciones(Umbrales(1, minimo, None, 5), lotes, HOY)
        for n in range(20):
            dia = dias(n)
            usable = sum(
                x.cantidad
                for x in lotes
                if x.estado == "disponible" and (x.fecha_caducidad is None or x.fecha_caducidad >= dia)
            )
            vigentes = {
                t
                for (t, _p, lote), c in dichas.items()
                if lote is None and c.activa_desde <= dia and (c.termina is None or dia < c.termina)
            }
            esperado = set() if usable >= minimo else {"stock_bajo" if usable else "sin_stock"}
            assert vigentes == esperado, (lotes, minimo, dia)


@pytest.mark.postgres
def test_a_reader_that_computed_before_the_commit_never_serves_it_afterwards(settings):
    if not cache.compartida():
        pytest.fail("run this pass with Redis: python -m herramientas.servidores postgres redis -- pytest")

    def calcular_mientras_otro_confirma():
        cache.invalidar()
        return "viejo"

    assert cache.recordar("x", HOY, calcular_mientras_otro_confirma) == "viejo"
    assert cache.recordar("x", HOY, lambda: "nuevo") == "nuevo"
    assert cache.recordar("x", HOY, lambda: "otra vez") == "nuevo"
    assert cache.recordar("x", dias(1), lambda: "mañana") == "mañana"
