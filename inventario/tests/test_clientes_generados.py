"""Clients that generators make of the schema walk the tour of docs/api.md, and read its refusals."""

import importlib
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from herramientas.programas import TYPESCRIPT
from inventario.cuentas import tokens
from movimientos.models import Operacion
from pruebas.factories import UsuarioFactory

pytestmark = [pytest.mark.lento, pytest.mark.sqlite]


@pytest.fixture
def llave(transactional_db):
    usuario = UsuarioFactory(username="ana")
    usuario.groups.add(Group.objects.get(name="administrador"))
    return tokens.crear(usuario=usuario)[1]


@pytest.fixture(scope="module")
def esquema(tmp_path_factory):
    ruta = tmp_path_factory.mktemp("esquema") / "esquema.json"
    call_command("spectacular", format="openapi-json", file=str(ruta))
    return ruta


@pytest.fixture
def cliente(esquema, tmp_path, monkeypatch):
    """The package that openapi-python-client makes; `cliente("api.productos.productos_create")` is one of its modules."""
    generador = Path(sys.executable).parent / "openapi-python-client"
    (tmp_path / "c.yaml").write_text("post_hooks: []\n")
    orden = [generador, "generate", "--path", esquema, "--output-path", tmp_path / "generado"]
    orden += ["--meta", "none", "--config", tmp_path / "c.yaml", "--fail-on-warning"]
    hecho = subprocess.run(orden, capture_output=True, text=True, timeout=120, check=False)
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda modulo: importlib.import_module(f"generado.{modulo}")
    for nombre in [x for x in sys.modules if x.split(".")[0] == "generado"]:
        del sys.modules[nombre]


@pytest.mark.necesita("node")
def test_a_strict_typescript_client_walks_the_tour(esquema, live_server, llave, tmp_path):
    """What openapi-typescript makes of the schema fits the tour without a cast of a field, and the tour fits the server."""
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT.parent)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copy(Path(__file__).parents[2] / "pruebas/datos/paseo.ts", tmp_path)
    opciones = [
        "--strict",
        "--noUncheckedIndexedAccess",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--lib",
        "es2022,dom",
    ]
    ordenes = [
        [TYPESCRIPT / "openapi-typescript", esquema, "-o", "api.d.ts"],
        [TYPESCRIPT / "tsc", *opciones, "paseo.ts"],
        ["node", "paseo.js"],
    ]
    entorno = os.environ | {"BASE": live_server.url, "TOKEN": llave}

    for orden in ordenes:
        hecho = subprocess.run(
            orden, cwd=tmp_path, env=entorno, capture_output=True, text=True, timeout=120, check=False
        )
        assert hecho.returncode == 0, hecho.stdout + hecho.stderr

    assert hecho.stdout == "paseo completo\n"
    assert list(Operacion.objects.order_by("pk").values_list("tipo", flat=True)) == ["entrada", "despacho", "reverso"]


def test_a_python_client_walks_the_tour(cliente, live_server, llave):
    with cliente("client").AuthenticatedClient(
        base_url=live_server.url, token=llave, prefix="Token", raise_on_unexpected_status=True
    ) as conexion:
        _pasear(cliente, conexion)


def _pasear(cliente, conexion):
    modelos = cliente("models")

    def pedir(recurso, accion, *args, **kwargs):
        return cliente(f"api.{recurso}.{recurso}_{accion}").sync(*args, client=conexion, **kwargs)

    producto = pedir(
        "productos",
        "create",
        body=modelos.ProductoPeticion(sku="AMOX500", nombre="Amoxicilina 500 mg", unidad="tableta", stock_minimo=100),
    )
    assert (producto.sku, producto.stock_maximo, producto.categoria) == ("AMOX500", None, None)

    linea = modelos.LineaDeEntrada(
        producto=producto.id, lote="A-2291", fecha_caducidad=date(2090, 3, 31), cantidad=200, costo_unitario="0.12"
    )
    entrada = modelos.EntradaPeticion(motivo="compra", contraparte="Norte", documento="F-1029", lineas=[linea])
    hecha = pedir("entradas", "create", body=entrada, idempotency_key="factura-1")
    repetida = pedir("entradas", "create", body=entrada, idempotency_key="factura-1")
    assert (hecha.id, hecha.movimientos[0].cantidad, hecha.revierte) == (repetida.id, 200, None)
    lote = hecha.movimientos[0].lote

    pedido = modelos.DespachoPeticion(
        contraparte="Piso 3", lineas=[modelos.LineaDeDespacho(sku="AMOX500", cantidad=50, vida_minima=30)]
    )
    plan = pedir("despachos", "plan", body=pedido)
    despacho = pedir("despachos", "create", body=pedido)
    assert (plan.completo, plan.lineas[0].lotes[0].lote) == (True, lote)
    assert (despacho.movimientos[0].cantidad, despacho.tipo) == (-50, "despacho")

    pagina = pedir("productos", "list", bajo_minimo=False, orden=modelos.OrdenDeProductos.SKU_DESC, por_pagina=10)
    assert [(p.id, p.fisico, p.disponible) for p in pagina.resultados] == [(producto.id, 150, 150)]
    assert [m.saldo for m in pedir("movimientos", "list", producto=producto.id).resultados] == [150, 200]
    assert pedir("operaciones", "retrieve", despacho.id).contraparte == "Piso 3"
    visto = pedir("lotes", "retrieve", lote)
    assert (visto.fecha_caducidad, visto.fecha_fabricacion) == (date(2090, 3, 31), None)
    assert pedir("alertas", "resumen").total == 0
    reporte = pedir("reportes", "existencias")
    assert (reporte.filas[0].sku, reporte.totales.fisico) == ("AMOX500", 150)

    cambiado = pedir("productos", "partial_update", producto.id, body=modelos.PatchedProductoPeticion(stock_minimo=150))
    assert (cambiado.stock_minimo, cambiado.sku) == (150, "AMOX500")
    reverso = pedir("operaciones", "revertir", despacho.id, body=modelos.ReversoPeticion(nota="piso equivocado"))
    assert (reverso.revierte, reverso.movimientos[0].cantidad) == (despacho.id, 50)
    assert list(Operacion.objects.order_by("pk").values_list("tipo", flat=True)) == ["entrada", "despacho", "reverso"]
    _rechazos(modelos, pedir, producto, lote)


def _rechazos(modelos, pedir, producto, lote):
    """Each refusal is an object of its own, with its code and data."""
    mucho = modelos.DespachoPeticion(lineas=[modelos.LineaDeDespacho(sku="AMOX500", cantidad=9999)])
    corto = pedir("despachos", "create", body=mucho)
    assert (type(corto), corto.codigo, corto.lineas[0].falta) == (modelos.Problema409, "stock_insuficiente", 9799)
    nadie = pedir("productos", "retrieve", 10**15)
    assert (type(nadie), nadie.codigo) == (modelos.Problema404, "no_encontrado")
    mal = pedir("productos", "create", body=modelos.ProductoPeticion(sku="", nombre="x"))
    assert (type(mal), list(mal.errores.additional_properties)) == (modelos.Problema400, ["sku"])
    en_uso = pedir("productos", "destroy", producto.id)
    assert (en_uso.codigo, en_uso.dependen[0].cuantos) == ("producto_con_lotes", 1)
    otra = modelos.LineaDeEntrada(producto=producto.id, lote="A-2291", fecha_caducidad=date(2091, 3, 31), cantidad=1)
    vencido = pedir("entradas", "create", body=modelos.EntradaPeticion(lineas=[otra]))
    assert (vencido.codigo, vencido.lote, vencido.registrada) == ("caducidad_distinta", lote, date(2090, 3, 31))
