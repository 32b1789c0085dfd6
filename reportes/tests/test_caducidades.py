"""What the report of expiries calls things, and what its figures add up."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lotes.models import Lote
from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory
from reportes.filtros import Filtro
from reportes.informes import caducidades, existencias


@pytest.fixture
def lotes(db):
    """Of one product, at 2.00: one that has expired, one that expires soon, one in a year, and one held that has expired."""
    producto = ProductoFactory(nombre="Suero")
    for codigo, cantidad, caduca in (("VIEJO", 5, -3), ("PRONTO", 7, 20), ("LEJOS", 11, 400), ("RETENIDO", 13, -1)):
        entrar(producto, codigo, cantidad, caduca, costo="2", nota="como llegó")
    Lote.objects.filter(codigo="RETENIDO").update(estado=Lote.Estado.CUARENTENA)
    return producto


@pytest.mark.parametrize("informe", [caducidades, existencias])
def test_a_lot_that_has_expired_is_never_called_available(lotes, informe):
    consulta = informe.consultar(Filtro(hoy=timezone.localdate(), agrupar="lote"))
    filas = [dict(zip(consulta.columnas, f, strict=True)) for bloque in consulta.bloques() for f in bloque]

    assert {f["lote"]: f["estado"] for f in filas} == {
        "VIEJO": "caducado", "PRONTO": "disponible", "LEJOS": "disponible", "RETENIDO": "cuarentena",
    }  # fmt: skip


@pytest.mark.parametrize(("dias", "por_caducar", "todo"), [(None, 7, 36), (5, 0, 18), (3650, 18, 36)])
def test_the_figures_are_of_the_horizon_and_not_of_all_the_stock(lotes, dias, por_caducar, todo):
    totales = caducidades.consultar(Filtro(hoy=timezone.localdate(), agrupar="lote", dias=dias)).totales()

    assert [totales[x] for x in ("vencido", "valor_vencido")] == [18, 36]
    assert [totales[x] for x in ("por_caducar", "valor_por_caducar")] == [por_caducar, 2 * por_caducar]
    assert [totales[x] for x in ("cantidad", "valor")] == [todo, 2 * todo]


def test_the_page_has_one_word_for_what_has_expired(client, lotes, supervisor):
    client.force_login(supervisor)

    for agrupar in ("lote", "producto", "tramo"):
        pagina = client.get(reverse("reportes:reporte", args=["caducidades"]), {"agrupar": agrupar}).content.decode()
        assert "Caducado" in pagina
        assert "Vencid" not in pagina
