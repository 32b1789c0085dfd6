"""The OpenAPI document, and Schemathesis over all of it with a real token and data.

The suite sends a bounded number of cases from a fixed seed. A longer run, on both engines: `make fuzz`.
"""

import os
from io import StringIO

import pytest
import schemathesis
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, seed, settings

from alertas.models import Alerta
from inventario.cuentas import tokens
from lotes.models import Almacen, Lote
from movimientos.models import Operacion
from productos.models import Producto
from pruebas.ayudas import entrar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

CASOS = int(os.environ.get("CASOS_API", "3"))
SEMILLA = 20261124
ESTADOS = {"400", "401", "403", "404", "409", "411", "412", "413", "415", "422", "429", "503"}

documento = SchemaGenerator().get_schema(request=None, public=True)
esquema = schemathesis.openapi.from_dict(documento)
esquema.app = get_wsgi_application()
reales: dict[str, list[int]] = {}


@pytest.fixture
def conexion_abierta(db):
    """The real WSGI handler closes old connections around each request; here that would be the test's own."""
    for suceso in (request_started, request_finished):
        suceso.disconnect(close_old_connections)
    yield
    for suceso in (request_started, request_finished):
        suceso.connect(close_old_connections)


@pytest.fixture
def clave(conexion_abierta):
    usuario = UsuarioFactory(username="integrador")
    usuario.groups.add(Group.objects.get(name="administrador"))
    for n in range(3):
        entrar(ProductoFactory(stock_minimo=500, categoria=CategoriaFactory()), f"L{n}", 100, 5 * n, usuario=usuario)
    AlmacenFactory()
    reales.update(
        producto=list(Producto.objects.values_list("pk", flat=True)),
        lote=list(Lote.objects.values_list("pk", flat=True)),
        almacen=list(Almacen.objects.values_list("pk", flat=True)),
        operaciones=list(Operacion.objects.values_list("pk", flat=True)),
        alertas=list(Alerta.objects.values_list("pk", flat=True)),
    )
    return tokens.crear(usuario=usuario)[1]


def _real(nombre, valor):
    """Every other generated id, one that exists: most random ones find nothing."""
    filas = reales.get(nombre)
    return filas[valor % len(filas)] if filas and isinstance(valor, int) and valor % 2 else valor


@esquema.hook
def map_path_parameters(context, path_parameters):
    tramo = context.operation.path.removeprefix("/api/v1/").split("/")[0]
    nombre = {"productos": "producto", "lotes": "lote", "almacenes": "almacen"}.get(tramo, tramo)
    pk = str((path_parameters or {}).get("pk", ""))
    if pk.isascii() and pk.isdigit() and len(pk) < 18:
        return {**path_parameters, "pk": str(_real(nombre, int(pk)))}
    return path_parameters


@esquema.hook
def map_body(context, body):
    if isinstance(body, dict) and isinstance(body.get("lineas"), list):
        for linea in body["lineas"]:
            if isinstance(linea, dict):
                linea.update({k: _real(k, v) for k, v in linea.items() if type(v) is int and k in reales})
    return body


EXCLUIDAS = [schemathesis.checks.positive_data_acceptance]  # a well-formed id may still be of nothing: 400


@seed(SEMILLA)
@settings(
    max_examples=CASOS,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@esquema.parametrize()
@pytest.mark.lento
def test_the_api_behaves_as_its_document_says(case, clave):
    case.call_and_validate(headers={"Authorization": f"Token {clave}"}, excluded_checks=EXCLUIDAS)


def test_the_document_validates_without_a_warning():
    salida = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=salida)

    assert salida.getvalue().startswith("openapi: 3.")


def test_every_error_is_documented_with_an_example():
    respuestas = documento["components"]["responses"]

    assert {n.removeprefix("Error") for n in respuestas} == ESTADOS
    for respuesta in respuestas.values():
        for ejemplo in respuesta["content"]["application/problem+json"]["examples"].values():
            assert set(documento["components"]["schemas"]["Problema"]["required"]) <= set(ejemplo["value"])
    for ruta in documento["paths"].values():
        for operacion in ruta.values():
            assert {"401", "403", "429", "503"} <= set(operacion["responses"])


def test_every_body_is_documented_by_a_class_of_its_own():
    for ruta, metodos in documento["paths"].items():
        for metodo in metodos.keys() & {"post", "put", "patch"}:
            cuerpo = metodos[metodo]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            respuestas = [r for estado, r in metodos[metodo]["responses"].items() if estado.startswith("2")]
            assert cuerpo not in str(respuestas), (metodo, ruta)


def test_the_document_and_its_page_need_a_login(client, operador):
    assert client.get("/api/esquema/").status_code == 401
    assert client.get("/api/docs/").status_code == 302

    client.force_login(operador)

    assert client.get("/api/esquema/").status_code == 200
    pagina = client.get("/api/docs/").content.decode()
    assert "<style" not in pagina
    assert "https://" not in pagina
    assert ' src="/static/' in pagina
    assert client.get("/api/docs/?script=")["Content-Type"].startswith("application/javascript")
