"""The pages of a product and of a lot: what they show agrees with the reports."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from pruebas.ayudas import despachar, entrar, nuevo_lote, revertir, trasladar
from pruebas.factories import AlmacenFactory, ProductoFactory
from reportes.filtros import Filtro
from reportes.informes.consumo import consultar

pytestmark = pytest.mark.django_db
UN_DIA = timedelta(days=1)


def ultimos_meses(hoy: date) -> list[tuple[date, date]]:
    """First and last day of each of the last twelve months, the present one until today."""
    meses = [(hoy.replace(day=1), hoy)]
    while len(meses) < 12:
        ultimo = meses[0][0] - UN_DIA
        meses.insert(0, (ultimo.replace(day=1), ultimo))
    return meses


def test_page_and_report_agree_on_consumption_when_a_reversal_falls_in_another_month(client, consulta):
    hoy = timezone.localdate()
    mes_pasado = hoy.replace(day=1) - UN_DIA
    producto = ProductoFactory()
    entrar(producto, cantidad=50, hoy=mes_pasado)
    despachar(producto, 8, hoy=mes_pasado)
    error = despachar(producto, 30, hoy=mes_pasado)
    revertir(error, hoy=hoy)
    client.force_login(consulta)

    pagina = client.get(reverse("productos:detalle", args=[producto.pk])).context["consumo"]["valores"]

    periodos = [Filtro(hoy=hoy, agrupar="producto", producto=producto, desde=d, hasta=h) for d, h in ultimos_meses(hoy)]
    assert pagina == [consultar(filtro).totales()["consumo"] for filtro in periodos]
    assert pagina[-2:] == [38, -30]


def test_the_page_of_a_lot_folds_what_moved_between_our_own_warehouses(client, consulta, monkeypatch):
    """They are neither where it came from nor who has it, however many there are."""
    monkeypatch.setattr("reportes.fichas.lote.TRAZA_MAXIMA", 4)
    lote, otro = nuevo_lote(ProductoFactory(), cantidad=40, contraparte="Norte"), AlmacenFactory()
    despachar(lote.producto, 10, contraparte="Piso 3")
    revertir(trasladar(lote, 5, otro))
    trasladar(lote, 5, otro)
    client.force_login(consulta)

    pagina = client.get(reverse("lotes:detalle", args=[lote.pk]))

    visto = pagina.context
    assert [(m.operacion.contraparte, m.cantidad) for m in visto["entraron"]] == [("Norte", 40)]
    assert [(m.operacion.contraparte, m.cantidad) for m in visto["salieron"]] == [("Piso 3", -10)]
    assert [(d["contraparte"], d["cantidad"]) for d in visto["destinatarios"]] == [("Piso 3", 10)]
    assert {(m.cantidad, m.operacion.contraparte) for m in visto["internos"]} == {(5, ""), (-5, "")}
    assert visto["hay_mas"]  # six lines of them, and five are shown at most
    assertContains(pagina, "movimientos entre almacenes propios")
