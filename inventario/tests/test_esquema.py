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
from hypothesis import HealthCheck, Phase, seed, settings

from alertas.models import Alerta
from inventario.cuentas import tokens
from inventario.dominio.exceptions import ErrorDeDominio
from lotes.models import Almacen, Lote
from movimientos.models import Operacion
from productos.models import Producto
from pruebas import contrato
from pruebas.ayudas import entrar
from pruebas.contrato import diferencias, resolver
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

CASOS = int(os.environ.get("CASOS_API", "3"))
SEMILLA = 20261124
ESTADOS = {"400", "401", "403", "404", "409", "411", "412", "413", "415", "422", "429", "503"}

documento = contrato.documento()
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
    pk = (path_parameters or {}).get("id")
    return path_parameters | {"id": _real(nombre, pk)} if type(pk) is int else path_parameters


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
    cabeceras = {"Authorization": f"Token {clave}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=cabeceras, excluded_checks=EXCLUIDAS)


def test_the_document_validates_without_a_warning():
    salida = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=salida)

    assert salida.getvalue().startswith("openapi: 3.")


def test_every_error_is_documented_with_an_example():
    respuestas = documento["components"]["responses"]

    assert {n.removeprefix("Error") for n in respuestas} == ESTADOS
    for respuesta in respuestas.values():
        assert respuesta["content"]["application/problem+json"]["examples"]
    for ruta in documento["paths"].values():
        for operacion in ruta.values():
            assert {"401", "403", "429", "503"} <= set(operacion["responses"])


OPERACIONES = {o["operationId"]: (metodo, o) for ruta in documento["paths"].values() for metodo, o in ruta.items()}
ESQUEMAS = documento["components"]["schemas"]
SIEMPRE_FALTA_ALGO = {
    "FilaDeReporte",
    "ReporteRespuesta",
    "Problema409",
    "OperacionRespuesta",  # what was counted at a sequence, where it was
    "AprobacionRespuesta",
    "MovimientoRespuesta",
    "MovimientoDeLista",
}  # columns, period and data that depend on what was asked


def _objetos(esquema):
    """Every schema inside `esquema`, itself included."""
    yield esquema
    for hijo in [*esquema.get("properties", {}).values(), esquema.get("items"), esquema.get("additionalProperties")]:
        if isinstance(hijo, dict):
            yield from _objetos(hijo)


def test_what_a_generated_client_is_called_after_reads_well():
    assert len(OPERACIONES) == sum(len(ruta) for ruta in documento["paths"].values())
    for nombre, (_metodo, operacion) in OPERACIONES.items():
        partes = nombre.split("_")
        assert nombre.isidentifier()
        assert partes[-1] != partes[-2:][0], nombre
        assert operacion.get("description") or operacion.get("summary"), nombre
    for nombre, esquema in ESQUEMAS.items():
        assert nombre.isidentifier()
        assert not nombre.endswith("Enum"), nombre
        assert esquema.get("description") or "enum" in esquema, nombre


def test_every_shape_is_known_and_every_enum_has_a_name():
    for nombre, esquema in ESQUEMAS.items():
        for x in _objetos(esquema):
            assert x == esquema or "enum" not in x, nombre
            assert x.get("additionalProperties", {"type": "string"}) not in ({}, True), nombre
            assert "$ref" in x or "type" in x, (nombre, x)
            assert not {"readOnly", "writeOnly", "title", "default"} & set(x), (nombre, x)
    for nombre, (_metodo, operacion) in OPERACIONES.items():
        for parametro in operacion.get("parameters", ()):
            assert "enum" not in str(parametro["schema"]), (nombre, parametro)
            if parametro["in"] == "path" and parametro["name"] != "reporte":
                assert (parametro["name"], parametro["schema"]["type"]) == ("id", "integer"), nombre


def test_an_answer_has_all_its_fields():
    respuestas = {
        n
        for n, e in ESQUEMAS.items()
        if e.get("type") == "object" and not n.endswith("Peticion") and not n.startswith("LineaDe")
    }
    assert len(respuestas) > 40
    for nombre in respuestas - SIEMPRE_FALTA_ALGO:
        assert set(ESQUEMAS[nombre].get("properties", {})) == set(ESQUEMAS[nombre].get("required", ())), nombre


# What may be asked without saying anything.
SIN_CUERPO = {
    "alertas_reconocer",
    "importaciones_confirmar",
    "alertas_reabrir",
    *(f"conteos_{x}" for x in ("cerrar", "reabrir", "cancelar", "aprobar")),
}


def test_every_body_has_an_example_that_is_as_it_says():
    for nombre, (metodo, operacion) in OPERACIONES.items():
        cuerpos = [operacion[x] for x in ("requestBody",) if x in operacion]
        assert bool(cuerpos) == (metodo in ("post", "put", "patch")), nombre
        assert all(cuerpo.get("required") or nombre in SIN_CUERPO for cuerpo in cuerpos), nombre
        for respuesta in [*cuerpos, *map(resolver, operacion["responses"].values())]:
            for tipo, contenido in respuesta.get("content", {}).items():
                if tipo.endswith("json"):
                    ejemplos = [x["value"] for x in contenido.get("examples", {}).values()] or [contenido["example"]]
                    for ejemplo in ejemplos:
                        assert diferencias(ejemplo, contenido["schema"]) == [], nombre


def test_the_headers_are_in_the_document():
    for nombre, (metodo, operacion) in OPERACIONES.items():
        pide = {p["name"] for p in operacion.get("parameters", ()) if p["in"] == "header"}
        da = {
            (estado, cabecera)
            for estado, r in operacion["responses"].items()
            for cabecera in resolver(r).get("headers", {})
        }
        assert {(estado, "X-Request-ID") for estado in operacion["responses"]} <= da, nombre
        assert ("429", "Retry-After") in da
        assert ("503", "Retry-After") in da
        assert ("Idempotency-Key" in pide) == ("422" in operacion["responses"])
        if "Idempotency-Key" in pide:
            assert ("201", "Idempotency-Replayed") in da, nombre
        if "If-Match" in pide or "If-None-Match" in pide:
            assert ("200", "ETag") in da, nombre
        if metodo in ("put", "patch"):
            assert "If-Match" in pide, nombre


def _rechazos(clase):
    for hija in clase.__subclasses__():
        yield hija.codigo
        yield from _rechazos(hija)


def test_every_refusal_of_the_domain_is_a_code_of_409():
    assert set(_rechazos(ErrorDeDominio)) <= set(ESQUEMAS["CodigoDe409"]["enum"])


def test_every_body_is_documented_by_a_class_of_its_own():
    for ruta, metodos in documento["paths"].items():
        for metodo in metodos.keys() & {"post", "put", "patch"}:
            [contenido] = metodos[metodo]["requestBody"]["content"].values()
            cuerpo = contenido["schema"]["$ref"]
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
