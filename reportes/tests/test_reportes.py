"""Each report against a brute-force computation over the ledger, on histories that hypothesis invents."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotes.models import Almacen, Existencia
from movimientos.models import Motivo
from pruebas.mundo import INICIO, Mundo, paso
from pruebas.oraculo import UN_DIA, Oraculo
from reportes import informes
from reportes.consulta import Consulta
from reportes.filtros import Filtro
from reportes.informes.caducidades import LIMITES, TRAMOS

pytestmark = pytest.mark.django_db


def todas(consulta: Consulta) -> list[dict]:
    """Every row, read in blocks of two so that the keyset is walked, and found equal to the slices a page shows."""
    consulta.bloque = 2
    filas = [fila for bloque in consulta.bloques() for fila in bloque]
    return [dict(zip(consulta.columnas, fila, strict=True)) for fila in filas]


def cerca(a, b) -> bool:
    """Equal money, but for the cent that rounding once or twice may move."""
    return abs(a - b) <= Decimal("0.01")


@pytest.mark.lento
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(paso, min_size=10, max_size=30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 3))
def test_every_report_says_what_the_ledger_says(historia, a, b, recorte):
    with transaction.atomic():
        mundo = Mundo()
        for accion in historia:
            mundo.jugar(*accion)
        ultimo = (mundo.hoy - INICIO).days + 4
        desde, hasta = sorted((mundo.hoy - timedelta(days=a % ultimo), mundo.hoy - timedelta(days=b % ultimo)))
        lugar = {
            "almacen": mundo.almacenes[0] if recorte & 1 else None,
            "producto": mundo.productos[0] if recorte & 2 else None,
        }
        o = Oraculo(hoy=mundo.hoy, **lugar)

        def filtro(**kwargs):
            return Filtro(hoy=mundo.hoy, desde=desde, hasta=hasta, **lugar, **kwargs)

        comprobar_existencias(filtro, o)
        comprobar_existencias_a_fecha(filtro, o, desde)
        comprobar_caducidades(filtro, o)
        comprobar_movimientos(filtro, o, desde, hasta)
        comprobar_kardex(filtro, o, desde, hasta)
        comprobar_consumo(filtro, o, desde, hasta)
        comprobar_perdidas(filtro, o, desde, hasta)
        comprobar_quiebres(filtro, o, desde, hasta)
        transaction.set_rollback(True)


def _medidas(fila, nombres):
    return [fila[n] for n in nombres]


def iguales(reales: dict, esperadas: dict) -> None:
    assert set(reales) == set(esperadas)
    for clave, fila in reales.items():
        for real, esperado in zip(fila, esperadas[clave], strict=True):
            assert cerca(real, esperado) if isinstance(esperado, Decimal) else real == esperado, clave


def sumadas(filas) -> list:
    return [sum(columna) for columna in zip(*filas, strict=True)]


def comprobar_existencias(filtro, o):
    medidas = ("fisico", "disponible", "no_disponible", "valor", "sin_costo")
    esperadas = o.existencias()
    for agrupar, clave in (("producto", "sku"), ("lote", "sku")):
        reales = defaultdict(list)
        for fila in todas(informes.existencias.consultar(filtro(agrupar=agrupar))):
            reales[fila[clave]].append(_medidas(fila, medidas))
        iguales({sku: sumadas(filas) for sku, filas in reales.items()}, esperadas)
    total = informes.existencias.consultar(filtro(agrupar="producto")).totales()
    if esperadas:
        iguales({0: _medidas(total, medidas)}, {0: sumadas(esperadas.values())})
    por_almacen = todas(informes.existencias.consultar(filtro(agrupar="almacen")))
    assert sum(f["fisico"] for f in por_almacen) == total["fisico"]
    assert all(f["fisico"] for f in por_almacen)
    por_categoria = todas(informes.existencias.consultar(filtro(agrupar="categoria")))
    assert sum(f["disponible"] for f in por_categoria) == total["disponible"]


def comprobar_existencias_a_fecha(filtro, o, dia):
    medidas = ("cantidad", "caducado", "valor", "sin_costo")
    esperadas = o.a_fecha(dia)
    consulta = informes.existencias_a_fecha.consultar(filtro(agrupar="producto", fecha=dia))
    iguales({f["sku"]: _medidas(f, medidas) for f in todas(consulta)}, esperadas)
    por_lote = defaultdict(list)
    for fila in todas(informes.existencias_a_fecha.consultar(filtro(agrupar="lote", fecha=dia))):
        por_lote[fila["sku"]].append(
            [fila["cantidad"], fila["caducado"], fila["valor"] or Decimal(0), fila["sin_costo"]]
        )
    assert {sku: sumadas(filas)[0] for sku, filas in por_lote.items()} == {k: v[0] for k, v in esperadas.items()}
    if esperadas:
        iguales({0: _medidas(consulta.totales(), medidas)}, {0: sumadas(esperadas.values())})


def tramo_de(dias):
    return TRAMOS[next((i for i, limite in enumerate(LIMITES) if dias <= limite), len(LIMITES))][0]


def comprobar_caducidades(filtro, o):
    esperadas = o.caducidades()
    almacenes = {a.nombre: a.pk for a in Almacen.objects.all()}
    consulta = informes.caducidades.consultar(filtro(agrupar="lote"))
    filas = todas(consulta)
    assert {(f["lote"] + f["sku"], almacenes[f["almacen"]]): (f["dias"], f["cantidad"]) for f in filas} == esperadas
    assert all(f["tramo"] == tramo_de(f["dias"]) for f in filas)
    assert [f["dias"] for f in filas] == sorted(f["dias"] for f in filas)
    por_tramo = defaultdict(int)
    for dias, cantidad in esperadas.values():
        por_tramo[tramo_de(dias)] += cantidad
    assert {
        f["tramo"]: f["cantidad"] for f in todas(informes.caducidades.consultar(filtro(agrupar="tramo")))
    } == por_tramo
    assert consulta.totales()["vencido"] == sum(q for dias, q in esperadas.values() if dias < 0)
    assert consulta.totales()["por_caducar"] == sum(q for dias, q in esperadas.values() if 0 <= dias <= 90)
    assert all(
        (f["estado"] == "caducado") == (f["dias"] < 0) for f in filas if f["estado"] in ("disponible", "caducado")
    )
    assert sum(f["cantidad"] for f in todas(informes.caducidades.consultar(filtro(agrupar="producto")))) == sum(
        q for _dias, q in esperadas.values()
    )
    pronto = todas(informes.caducidades.consultar(filtro(agrupar="lote", dias=7)))
    assert len(pronto) == sum(dias <= 7 for dias, _q in esperadas.values())


def comprobar_movimientos(filtro, o, desde, hasta):
    lineas = o.en(desde, hasta)
    consulta = informes.movimientos.consultar(filtro(agrupar="linea"))
    assert [(f["fecha"], f["operacion"], f["lote"], f["cantidad"], f["saldo"]) for f in todas(consulta)] == [
        (m.fecha_efectiva, m.operacion_id, m.lote.codigo, m.cantidad, m.saldo) for m in lineas
    ]
    entradas = sum(m.cantidad for m in lineas if m.cantidad > 0)
    salidas = -sum(m.cantidad for m in lineas if m.cantidad < 0)
    totales = consulta.totales()
    assert _medidas(totales, ("lineas", "entradas", "salidas", "neto")) == [
        len(lineas), entradas, salidas, entradas - salidas,
    ]  # fmt: skip
    assert cerca(totales["valor_entradas"], sum(o.de_linea(m) for m in lineas if m.cantidad > 0))
    antes = o.en(desde - timedelta(days=(hasta - desde).days + 1), desde - UN_DIA)
    assert consulta.anteriores()["lineas"] == len(antes)
    claves = {"dia": "fecha_efectiva", "tipo": "tipo"}
    for agrupar, campo in claves.items():
        esperado = defaultdict(int)
        for m in lineas:
            esperado[getattr(m, campo)] += m.cantidad
        filas = todas(informes.movimientos.consultar(filtro(agrupar=agrupar)))
        assert {f["fecha" if agrupar == "dia" else "tipo"]: f["neto"] for f in filas} == esperado
    for agrupar in ("motivo", "producto"):
        assert sum(f["lineas"] for f in todas(informes.movimientos.consultar(filtro(agrupar=agrupar)))) == len(lineas)
    barras = consulta.grafica().series
    assert [sum(s.valores) for s in barras] == [entradas, salidas]


def comprobar_kardex(filtro, o, desde, hasta):
    consulta = informes.kardex.consultar(filtro())
    filas = todas(consulta)
    saldo = sum(m.cantidad for m in o.lineas if m.fecha_efectiva < desde)
    esperadas = [saldo]
    for m in o.en(desde, hasta):
        saldo += m.cantidad
        esperadas.append(saldo)
    assert [f["saldo"] for f in filas] == esperadas
    assert consulta.cuantas() == len(filas)
    assert consulta.totales()["saldo_final"] == saldo
    assert consulta.grafica().series[0].valores[-1] == saldo
    for inicio in range(len(filas)):
        assert [f[-1] for f in consulta.rebanada(inicio, 2)] == esperadas[inicio : inicio + 2]
    hasta_hoy = Filtro(hoy=o.hoy, desde=desde, hasta=o.hoy, almacen=filtro().almacen, producto=filtro().producto)
    hay = sum(e.cantidad for e in Existencia.objects.filter(hasta_hoy.de_existencias))
    assert todas(informes.kardex.consultar(hasta_hoy))[-1]["saldo"] == hay


def comprobar_consumo(filtro, o, desde, hasta):
    consulta = informes.consumo.consultar(filtro(agrupar="producto"))
    esperadas = o.por_motivo(desde, hasta, lambda m: m.es_consumo)
    filas = todas(consulta)
    iguales({f["sku"]: _medidas(f, ("consumo", "valor", "sin_costo")) for f in filas}, esperadas)
    antes = o.por_motivo(desde - timedelta(days=(hasta - desde).days + 1), desde - UN_DIA, lambda m: m.es_consumo)
    existencias = o.existencias()
    for f in filas:
        assert f["consumo_anterior"] == antes.get(f["sku"], [0])[0]
        disponible = existencias[f["sku"]][1]
        assert f["disponible"] == disponible
        ritmo = f["consumo"] / ((hasta - desde).days + 1)
        assert f["dias_de_stock"] is None if ritmo <= 0 else abs(f["dias_de_stock"] - disponible / ritmo) < 1 + 1e-9
    total = sum(fila[0] for fila in esperadas.values())
    assert consulta.totales()["consumo"] == total
    for agrupar in ("dia", "motivo", "almacen"):
        assert sum(f["consumo"] for f in todas(informes.consumo.consultar(filtro(agrupar=agrupar)))) == total
    merma = Motivo.objects.get(codigo="merma")
    assert todas(informes.consumo.consultar(filtro(agrupar="motivo", motivo=merma))) == []


def comprobar_perdidas(filtro, o, desde, hasta):
    consulta = informes.perdidas.consultar(filtro(agrupar="producto"))
    bajas = o.por_motivo(desde, hasta, lambda m: m.codigo == "caducado")
    estante = o.en_estante()
    filas = {f["sku"]: f for f in todas(consulta)}
    assert set(filas) == {*bajas, *estante}
    for sku, f in filas.items():
        iguales({sku: _medidas(f, ("perdida", "valor", "sin_costo"))}, {sku: bajas.get(sku, [0, Decimal(0), 0])})
        assert f["en_estante"] == estante.get(sku, 0)
    assert consulta.totales()["en_estante"] == sum(estante.values())
    por_mes = defaultdict(int)
    for m in o.en(desde, hasta):
        if (m.operacion.revierte or m.operacion).motivo.codigo == "caducado":
            por_mes[f"{m.fecha_efectiva:%Y-%m}"] -= m.cantidad
    assert {f["mes"]: f["perdida"] for f in todas(informes.perdidas.consultar(filtro(agrupar="mes")))} == por_mes


def comprobar_quiebres(filtro, o, desde, hasta):
    esperadas = {}
    for sku in {m.producto.sku for m in o.lineas}:
        observados, sin = o.dias_sin_stock(sku, desde, hasta)
        if sin:
            veces = sum(dia - UN_DIA not in sin for dia in sin)
            esperadas[sku] = [observados, len(sin), veces, sin[-1]]
    consulta = informes.quiebres.consultar(filtro())
    filas = todas(consulta)
    assert {
        f["sku"]: _medidas(f, ("dias_observados", "dias_sin_stock", "veces", "ultimo_dia")) for f in filas
    } == esperadas
    assert informes.quiebres.consultar(filtro()).cuantas() == len(filas)
    assert consulta.totales()["dias_sin_stock"] == sum(x[1] for x in esperadas.values())
