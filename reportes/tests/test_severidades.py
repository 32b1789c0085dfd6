"""One rule of severity: what an alert, a badge, the panel and a report say of a lot, day by day."""

import re

import pytest
from django.utils import timezone

from alertas.models import Alerta
from alertas.tipos import Severidad
from lotes.caducidad import Nivel, nivel
from lotes.templatetags.caducidad import caducidad
from movimientos.peticiones import LineaEntrada
from pruebas.ayudas import entrar_lineas, hoy_mas
from pruebas.factories import ProductoFactory
from reportes.fichas import panel
from reportes.filtros import Filtro
from reportes.informes.caducidades import LIMITES, consultar

DIAS = range(-1, 121)
BUCKETS = ["vencido", "7", "30", "60", "90", "180", "mas"]


def esperado(dias):
    """Level, severity, and class of the badge, as docs/using.md tells them."""
    if dias < 0:
        return 4, "critica", "caducado"
    if dias <= 7:
        return 3, "critica", "critica"
    if dias <= 30:
        return 2, "importante", "importante"
    return 1, "aviso", ""


@pytest.fixture
def hoy():
    return timezone.localdate()


@pytest.fixture
def lotes(db):
    """One unit in a lot for each of DIAS, of a product that is announced from the first day."""
    producto = ProductoFactory(dias_aviso=3650)
    lineas = [LineaEntrada(producto.pk, 1, f"L{d}", hoy_mas(d)) for d in DIAS]
    entrar_lineas(lineas, nota="uno ya venía caducado")


def test_a_level_names_a_severity_that_exists():
    assert {n: n.severidad for n in Nivel if n.severidad} == {
        1: Severidad.AVISO, 2: Severidad.IMPORTANTE, 3: Severidad.CRITICA, 4: Severidad.CRITICA,
    }  # fmt: skip


@pytest.mark.parametrize("dias", DIAS)
def test_a_badge_has_the_colour_of_its_level(dias, hoy):
    html = caducidad(hoy_mas(dias), hoy)

    assert re.findall(r"insignia-(\w+)", html) == [c for c in [esperado(dias)[2]] if c]
    assert nivel(dias) == (esperado(dias)[0] if dias <= 90 else Nivel.LEJANO)


def test_an_alert_has_the_severity_of_its_level_and_is_a_notice_however_early_it_comes(lotes, hoy):
    alertas = Alerta.objects.vigentes(hoy).con_derivados(hoy)

    assert {(a.vence - hoy).days: (a.nivel, a.severidad) for a in alertas} == {d: esperado(d)[:2] for d in DIAS}


def test_every_unit_is_painted_in_the_panel_by_its_own_severity(lotes, hoy):
    series = {s.clase: list(s.valores) for s in panel.por_caducar(hoy).series}

    for semana in range(panel.SEMANAS):
        severidades = [esperado(d)[1] for d in range(7 * semana, 7 * semana + 7)]
        assert {clase: valores[semana] for clase, valores in series.items()} == {
            s: severidades.count(s) for s in Severidad.values
        }


def test_no_bucket_of_the_report_mixes_severities_and_its_bar_has_their_colour(lotes, hoy):
    consulta = consultar(Filtro(hoy=hoy, agrupar="lote"))
    columnas = consulta.columnas
    filas = [dict(zip(columnas, fila, strict=True)) for bloque in consulta.bloques() for fila in bloque]
    colores = dict(zip(BUCKETS, consulta.grafica().clases, strict=False))

    assert len(filas) == len(DIAS)
    for fila in filas:
        severidad = esperado(fila["dias"])[1] if fila["dias"] <= 90 else "neutra"
        assert colores[fila["tramo"]] == severidad
    assert len(colores) == len(LIMITES)
