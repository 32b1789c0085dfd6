"""Whatever happens to a lot, every figure of it has the digits of a model of ten lines in fractions.

`EJEMPLOS_DE_DINERO=10000` runs it for as long as it takes to be sure.
"""

import os
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventario.dominio.dinero import redondear
from inventario.dominio.exceptions import ErrorDeDominio
from lotes.models import Almacen, Existencia, Lote
from movimientos.models import Movimiento
from pruebas.ayudas import contar, despachar, entrar, hoy_mas, revertir, trasladar
from pruebas.dinero import alerta, reporte, verificar
from pruebas.factories import AlmacenFactory, ProductoFactory

pytestmark = pytest.mark.django_db


PASOS = st.lists(
    st.tuples(
        st.sampled_from(["entrada", "entrada", "entrada", "despacho", "traslado", "conteo", "reverso"]),
        st.integers(0, 1),
        st.one_of(st.integers(1, 30), st.integers(1, 10**6)),
        st.one_of(st.none(), st.integers(0, 10**9).map(lambda n: Decimal(n) / 10**6), st.just(Decimal("0.333333"))),
    ),
    max_size=12,
)
EJEMPLOS = int(os.environ.get("EJEMPLOS_DE_DINERO", "25"))
Hecho = namedtuple("Hecho", "operacion tipo conocidas costo")


def costo_del_modelo(hechos):
    """The moving average of what came in with a known cost and is still there, in fractions, rounded once a receipt."""
    costo, hay = None, 0
    for h in hechos:
        if h.conocidas > 0 and (h.tipo == "entrada" or costo is None):
            exacto = (Fraction(costo or 0) * hay + Fraction(h.costo) * h.conocidas) / (hay + h.conocidas)
            costo = Decimal(floor(exacto * 10**6 + Fraction(1, 2))).scaleb(-6)
        hay = max(hay + h.conocidas, 0)
    return costo


def hacer(tipo, producto, sitios, donde, cantidad, costo, hechas):
    lote, almacen = Lote.objects.filter(producto=producto).first(), sitios[donde]
    if tipo == "entrada":
        return entrar(producto, cantidad=cantidad, costo=costo, almacen=almacen)
    if lote is None:
        return None
    if tipo == "despacho":
        return despachar(producto, cantidad, almacen=almacen)
    if tipo == "traslado":
        return trasladar(lote, cantidad, sitios[1 - donde], almacen=almacen)
    if tipo == "conteo":
        return contar(lote, cantidad, donde=almacen)
    return revertir(hechas.pop(cantidad % len(hechas))) if hechas else None


@pytest.mark.lento
@settings(max_examples=EJEMPLOS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(PASOS)
def test_whatever_happens_every_figure_has_the_digits_of_the_model(pasos):
    with transaction.atomic():
        producto, sitios = ProductoFactory(), [Almacen.objects.predeterminado(), AlmacenFactory()]
        hechos, hechas = [], []
        for tipo, donde, cantidad, costo in pasos:
            try:
                with transaction.atomic():
                    o = hacer(tipo, producto, sitios, donde, cantidad, costo, hechas)
            except ErrorDeDominio:
                continue
            if o is not None and o.lineas and tipo == "reverso":
                hechos = [h for h in hechos if h.operacion != o.revierte_id]
            elif o is not None and o.lineas:
                hechas.append(o)
                hechos += [Hecho(o.pk, tipo, m.con_costo, m.costo_unitario) for m in o.lineas]
        comprobar(hechos)
        transaction.set_rollback(True)


def comprobar(hechos):
    saldos = list(Existencia.objects.values_list("cantidad", "con_costo"))
    conocidas = sum(con for _q, con in saldos)
    lote = Lote.objects.first()
    if lote is not None:
        esperado = costo_del_modelo(hechos)
        assert lote.costo_unitario == esperado or (esperado is None and conocidas)
        vale = conocidas * (lote.costo_unitario or 0)
        totales = reporte("existencias")[0]
        assert (totales["valor"], totales["sin_costo"]) == (redondear(vale), sum(q for q, _con in saldos) - conocidas)
        assert reporte("existencias_a_fecha", fecha=hoy_mas(0))[0]["valor"] == redondear(vale)
        assert reporte("caducidades")[0]["valor"] == redondear(vale)
        lineas = Movimiento.objects.all()
        assert sum(m.con_costo * (m.costo_unitario or 0) + m.revaluo for m in lineas) == vale
        if any(q for q, _con in saldos):
            assert (alerta() or 0) == vale
    assert verificar() == ""
