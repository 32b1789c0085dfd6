"""The report of counts, against the same figures worked out one by one."""

import json
from collections import defaultdict
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from movimientos.conteos import services
from movimientos.conteos.aprobacion import aprobar
from movimientos.conteos.models import LineaDelConteo
from pruebas.ayudas import jefe, nuevo_lote
from pruebas.clientes import ClienteAPI
from pruebas.conteos import abrir, contar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory
from reportes import informes
from reportes.filtros import Filtro

pytestmark = pytest.mark.django_db


@pytest.fixture
def hoy():
    return timezone.localdate()


@pytest.fixture
def contado():
    """Two counts in two warehouses: one right, one missing, one too many that two people saw, one that nobody counted."""
    categoria, otro = CategoriaFactory(nombre="Frío"), UsuarioFactory(username="luz", is_superuser=True)
    a, b = ProductoFactory(sku="A", categoria=categoria), ProductoFactory(sku="B")
    lotes = [
        nuevo_lote(p, c, 50, costo=costo) for p, c, costo in ((a, "1", 2), (a, "2", 4), (b, "1", None), (b, "2", 3))
    ]
    conteo = abrir()
    contar(conteo, lotes[0], 50)
    contar(conteo, lotes[1], 47)
    contar(conteo, lotes[2], 60)
    contar(conteo, lotes[2], 53, otro)
    contar(conteo, lotes[2], 53)
    services.cerrar(conteo, usuario=jefe())
    aprobar(conteo, usuario=otro)
    nuevo_lote(b, "3", 8, almacen=(alla := AlmacenFactory()))
    vacio = abrir(almacen=alla.pk)
    services.cerrar(vacio, usuario=jefe())
    return conteo


def filas(hoy, agrupar, **resto):
    consulta = informes.conteos.consultar(Filtro(hoy=hoy, agrupar=agrupar, **resto))
    consulta.bloque = 2
    return [dict(zip(consulta.columnas, f, strict=True)) for bloque in consulta.bloques() for f in bloque]


@pytest.mark.parametrize("agrupar", ["conteo", "producto", "categoria", "almacen", "mes"])
def test_every_group_adds_up_to_its_lines(contado, hoy, agrupar):
    grupos = defaultdict(list)
    clave = {
        "conteo": lambda x: x.conteo_id,
        "producto": lambda x: x.producto.sku,
        "categoria": lambda x: str(x.producto.categoria or ""),
        "almacen": lambda x: x.conteo.almacen.codigo,
        "mes": lambda x: f"{hoy:%Y-%m}",
    }[agrupar]
    for linea in LineaDelConteo.objects.select_related("producto__categoria", "conteo__almacen"):
        grupos[clave(linea)].append(linea)

    reales = {next(iter(f.values())): f for f in filas(hoy, agrupar)}

    assert set(reales) == set(grupos)
    for k, suyas in grupos.items():
        contadas = [x for x in suyas if x.cantidad is not None]
        con_costo = [x for x in contadas if x.costo_unitario is not None]
        f = reales[k]
        assert (f["lineas"], f["contadas"]) == (len(suyas), len(contadas))
        assert f["exactas"] == sum(x.diferencia == 0 for x in contadas)
        assert f["recontadas"] == sum(x.personas > 1 for x in contadas)
        assert f["valor"] == sum(x.habia * x.costo_unitario for x in con_costo)
        assert f["desvio"] == sum(abs(x.diferencia) * x.costo_unitario for x in con_costo)
        if contadas:
            unidades, desvio = sum(x.habia for x in contadas), sum(abs(x.diferencia) for x in contadas)
            assert f["exactitud_unidades"] == round(Decimal(100) * (unidades - desvio) / unidades, 1)
        else:
            assert f["exactitud"] is None


def test_lines_tell_every_number_and_people_their_accuracy(contado, hoy):
    lineas = filas(hoy, "linea", conteo=contado)

    assert [(f["lote"], f["contado"], f["diferencia"], f["valor_diferencia"]) for f in lineas] == [
        ("1", 50, 0, Decimal("0.00")),
        ("2", 47, -3, Decimal("-12.00")),
        ("1", 53, 3, None),
        ("2", None, None, None),
    ]
    assert [x.split(" (")[0] for x in lineas[2]["contaron"].split("; ")] == ["jefe 60", "luz 53", "jefe 53"]
    assert [(f["persona"], f["numeros"], f["aciertos"], f["exactitud"]) for f in filas(hoy, "persona")] == [
        ("jefe", 4, 3, Decimal("75.0")),
        ("luz", 1, 1, Decimal("100.0")),
    ]
    assert {f["categoria"]: (f["lotes_en_stock"], f["contadas"]) for f in filas(hoy, "cobertura")} == {
        "": (3, 1),
        "FRÍO" if "FRÍO" in {f["categoria"] for f in filas(hoy, "cobertura")} else "Frío": (2, 2),
    }


def test_a_blind_count_tells_nothing_before_it_is_closed(contado, hoy):
    abierto = abrir()

    assert filas(hoy, "linea", conteo=abierto) == []
    assert str(abierto.pk) not in {str(f["conteo"]) for f in filas(hoy, "conteo")}


def test_it_leaves_by_every_door(contado, client, supervisor):
    api = ClienteAPI(supervisor)
    client.force_login(supervisor)

    cuerpo = json.loads(api.get(f"reportes/conteos/?conteo={contado.pk}&agrupar=linea").getvalue())
    assert [f["diferencia"] for f in cuerpo["filas"]] == [0, -3, 3, None]
    for formato in ("csv", "xlsx"):
        assert len(api.get(f"reportes/conteos/?conteo={contado.pk}&formato={formato}").getvalue()) > 100
    pagina = client.get(f"/conteos/{contado.pk}/")
    assert client.get(pagina.context["informe"]).status_code == 200
    call_command(
        "reporte_conteos", conteo=str(contado.pk), agrupar="linea", formato="csv", stdout=(salida := StringIO())
    )
    assert "luz 53" in salida.getvalue()
