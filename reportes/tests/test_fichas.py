"""The pages of a product and of a lot: what they show agrees with the reports."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pruebas.ayudas import despachar, entrar, revertir
from pruebas.factories import ProductoFactory
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
