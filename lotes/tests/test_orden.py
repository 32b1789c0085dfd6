"""FEFO has one order, ties included: the list of lots, the querysets and the plan of a dispatch."""

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from lotes.filters import LoteFilter
from lotes.models import Existencia, Lote
from pruebas.ayudas import planificar
from pruebas.factories import ProductoFactory


@pytest.mark.django_db
@pytest.mark.parametrize("semilla", range(12))
def test_lists_and_plan_put_lots_in_the_same_order_however_many_dates_are_equal(almacen, semilla):
    azar = random.Random(semilla)
    hoy, ahora = timezone.localdate(), timezone.now()
    producto = ProductoFactory()
    caducidades = [None, hoy, hoy + timedelta(days=1), hoy + timedelta(days=40)]
    lotes = [
        Lote.objects.create(producto=producto, codigo=f"L{n}", fecha_caducidad=azar.choice(caducidades))
        for n in range(20)
    ]
    for lote in lotes:
        lote.creado_en = ahora - timedelta(hours=azar.randrange(3))
    Lote.objects.bulk_update(lotes, ["creado_en"])
    for lote in azar.sample(lotes, len(lotes)):
        Existencia.objects.create(lote=lote, almacen=almacen, producto=producto, cantidad=2)

    plan = planificar(producto, 40)

    orden = [x.pk for x in sorted(lotes, key=lambda x: (x.fecha_caducidad or date.max, x.creado_en, x.pk))]
    assert [t.saldo.lote for t in plan.tomas] == orden
    assert [x.pk for x in Lote.objects.en_orden_fefo()] == orden
    assert [x.lote_id for x in Existencia.objects.en_orden_fefo()] == orden
    assert [x.pk for x in LoteFilter({}, Lote.objects.all()).qs] == orden
